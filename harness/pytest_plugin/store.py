"""The store for one test, and a record of its pages in the test's own browser."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest

from harness.browser_names import PROXY_LOOPBACK
from harness.errors import UsageError
from harness.json_matching import suggest
from harness.protocol import TrackerProtocol
from harness.pytest_plugin.browser_contexts import connect_contexts
from harness.pytest_plugin.page_watch import PageWatch
from harness.pytest_plugin.session import PluginSession, one_line_errors
from harness.recording.recorder import Recorder
from harness.runner.environment import Environment
from harness.runner.runner import header_of
from harness.scenario.actions import ADDRESS
from harness.scenario.model import Scenario
from harness.scenario.shopper import make_shopper
from harness.scenario.store_options import read_store_options, with_defaults
from harness.scenario.target import Target


@dataclass(kw_only=True, repr=False)
class FakeStore:
    """A store with a ledger and a collector, for one test."""

    session: PluginSession
    protocol: TrackerProtocol
    recorder: Recorder
    environment: Environment
    target: Target
    watch: PageWatch

    @property
    def url(self) -> str:
        """The store's origin, without a path."""
        return self.target.url

    def page(self, name: str) -> str:
        """The URL of a page by its name in the target (`home`, `cart`, …) or by its path."""
        with one_line_errors():
            pages = self.target.pages
            if not isinstance(name, str) or (name not in pages and not re.search(ADDRESS, name)):
                raise UsageError(
                    f'page: no such page "{name}"; {suggest(str(name), pages)} (or a path that begins with /)'
                )
        return self.target.address(name)

    @property
    def ledger(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of the store's ledger so far: pages, changes of carts, orders (docs/ledger.md)."""
        self.read_ledger()
        return tuple(entry for record in self.recorder.records for entry in getattr(record, "entries", ()))

    @property
    def context_args(self) -> dict[str, Any]:
        """The arguments of a browser context that connect it to the store, for contexts that you create yourself."""
        proxy = {"server": self.environment.proxy, "bypass": PROXY_LOOPBACK}
        return {"proxy": proxy, "ignore_https_errors": True}

    def read_ledger(self) -> None:
        """Add the new entries of the ledger to the recording."""
        read = self.session.loop.call(self.environment.read_ledger())
        if read is not None:
            self.recorder.add(read)


@contextmanager
def open_store(
    session: PluginSession, test: str, marker: pytest.Mark | None, *, url: str | None = None
) -> Iterator[FakeStore]:
    """Start the store for a test, or connect to the one at `url`; the options of its marker override those of the settings."""
    with one_line_errors():
        if marker is not None and marker.args:
            raise UsageError('fakestore takes options by name, as in fakestore(backend="v2")')
        options: Mapping[str, Any] = marker.kwargs if marker is not None else {}
        target = session.target_at(url)
        texts = [f"{name}={value}" for name, value in options.items()]
        given = read_store_options(texts, given_by="fakestore")
        protocol = replace(session.protocol, read=cache(session.protocol.read))
        header = header_of(
            Scenario(name=test, file=test.partition("::")[0], text="", items=()),
            target,
            protocol,
            make_shopper(seed=session.options.seed, name=test),
            store=with_defaults(session.options.store, given),
            seed=session.options.seed,
        )
        recorder = Recorder(header)
        environment = session.open_environment(protocol, recorder, target)
        with session.loop.inside(environment) as opened, pytest.MonkeyPatch.context() as patch:
            watch = PageWatch(recorder=recorder, are_routes_pages=target.external.are_routes_pages, patch=patch)
            store = FakeStore(
                session=session, protocol=protocol, recorder=recorder, environment=opened, target=target, watch=watch
            )
            connect_contexts(store, patch)
            yield store
