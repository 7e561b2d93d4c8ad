"""Connect the browser contexts of a test to its store, whoever creates them."""

from collections.abc import Callable, Mapping
from functools import wraps
from types import SimpleNamespace
from typing import Any, Protocol

import playwright.async_api
import playwright.sync_api
import pytest

from harness.pytest_plugin.browser_launch import executable
from harness.pytest_plugin.page_watch import PageWatch

_CREATE = {"Browser": ("new_context", "new_page"), "BrowserType": ("launch_persistent_context",)}


class Connection(Protocol):
    """A store: the arguments that connect a context to it, and the watch over its pages."""

    @property
    def context_args(self) -> dict[str, Any]: ...

    @property
    def watch(self) -> PageWatch: ...


def connect_contexts(store: Connection, patch: pytest.MonkeyPatch) -> None:
    """Connect all contexts that Playwright creates from now on to the store, also those of a user's own fixtures."""
    for kind, names in _CREATE.items():
        for name in names:
            for api, connect in ((playwright.sync_api, _connect), (playwright.async_api, _connect_async)):
                owner = getattr(api, kind)
                patch.setattr(owner, name, connect(getattr(owner, name), store))


def _connect(create: Callable[..., Any], store: Connection) -> Callable[..., Any]:
    @wraps(create)
    def connected(*positional: Any, **named: Any) -> Any:
        launch = _launch_args(positional[0], named)
        created = create(*positional, **{**launch, **named, **store.context_args})
        store.watch.watch(getattr(created, "context", created))
        return created

    return connected


def _connect_async(create: Callable[..., Any], store: Connection) -> Callable[..., Any]:
    @wraps(create)
    async def connected(*positional: Any, **named: Any) -> Any:
        created = await create(*positional, **{**named, **store.context_args})
        for started in store.watch.watch(getattr(created, "context", created)):
            await started
        return created

    return connected


def _launch_args(owner: Any, named: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments for the launch of a persistent context; empty for a context of a running browser."""
    is_launch = isinstance(owner, playwright.sync_api.BrowserType) and owner.name == "chromium"
    return executable(named, SimpleNamespace(chromium=owner)) if is_launch else {}
