"""Adapter to the built-in store; the only module of the harness that imports `fakewww`."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from fakewww import catalogue
from fakewww.app import TRACKER, create_app
from fakewww.backend.outbox import Wire, pause
from fakewww.options import SITE, StoreSettings, parse_options
from fakewww.referrers import create_referrers
from fakewww.shop import PARTNER, SHOP
from harness.errors import ServerError

__all__ = [
    "PARTNER",
    "SITE",
    "TRACKER",
    "CategoryNames",
    "catalogue_names",
    "create_journey_store",
    "create_referrers",
    "create_store",
    "drain",
]

DRAIN_TIMEOUT_S: Final = 15.0
"""The time in which the back end must send all pending documents, in seconds."""

_RETRY_SPEEDUP: Final = 100
"""The factor by which the back end's pauses between retries are shortened in a run."""


def create_store(options: Mapping[str, str], **settings: Any) -> web.Application:
    """A new store with these options, as scenario files name them, and other fields of `fakewww.options.StoreSettings`."""
    return create_app(StoreSettings(**parse_options(options), **settings))


def create_journey_store(
    options: Mapping[str, str], *, seed: int, url: str, document_host: str, ports: Mapping[tuple[str, int], int]
) -> web.Application:
    """The store at `url` for one journey. Its back end sends to `document_host`, through the local ports in `ports`."""
    return create_store(
        options,
        seed=seed,
        backend_url=f"http://{document_host}",
        backend_token="any",
        backend_wire=Wire(resolve=ports, pause=_short_pause),
        store_url=url,
    )


async def drain(store: web.Application, cut_off: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Wait until the store's back end has sent all documents, or until `cut_off` returns. ServerError after a time-out."""
    backend = store[SHOP].backend
    if not backend.state()["pending"]:
        return
    waiting = [asyncio.ensure_future(each) for each in (backend.drained(), cut_off())]
    try:
        done, _rest = await asyncio.wait(waiting, timeout=DRAIN_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
    if not done:
        raise ServerError(f"the store's back end did not send all documents in time: {backend.state()}")


async def _short_pause(seconds: float, closing: asyncio.Event) -> None:
    await pause(seconds / _RETRY_SPEEDUP, closing)


@dataclass(frozen=True, kw_only=True)
class CategoryNames:
    """The name of a category and the names of its products, as scenarios use them."""

    name: str
    products: tuple[str, ...]


def catalogue_names() -> tuple[CategoryNames, ...]:
    """The categories of the built-in store with their products, in menu order."""
    goods = catalogue.load()
    return tuple(
        CategoryNames(name=category.name, products=tuple(product.name for product in goods.in_category(category.id)))
        for category in goods.categories
    )
