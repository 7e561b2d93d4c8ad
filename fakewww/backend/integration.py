"""Joins a shop to a collector: its back end, started and stopped with the store, and the page that tells how far it is.

`GET /backend.json` answers, at once or with `?wait=SECONDS` as soon as nothing is pending but after 60 seconds at most:

    {"backend": "off" | "v1" | "v2",
     "pending": 0,      documents without a final answer, a batch counting as one
     "sent": 12,        documents that were taken
     "refused": 1,      documents that were not, and will not be sent again
     "retries": 2,      tries that came to nothing
     "trouble": "",     why the last try came to nothing; empty again after a final answer
     "failed": [{"n": 3, "kind": "cart", "path": "/v2/1/cart", "status": 400, "answer": {…}}]}

`failed` holds what was refused, and what was refused inside a batch that was taken: those have their place in the
batch's array, from 0, as `entry`, and the array's name as `kind`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web
from yarl import URL

from fakewww.backend.backend import Account, SendingBackend
from fakewww.backend.outbox import Outbox, Wire
from fakewww.backend.resolver import is_production
from fakewww.backend.state import Front
from fakewww.employees import EMPLOYEES
from fakewww.input_validation import whole_number
from fakewww.shop import Shop, shop_of

LONGEST_WAIT = 60


class IntegrationError(ValueError):
    """A back end that cannot be; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Integration:
    """Where a shop's documents go. `url` is the base of the API, such as `http://event.jirafe.com`; `store_url` is the
    shop's own, for addresses of pages and pictures in documents; `token` is for version 2."""

    version: Literal["v1", "v2"]
    url: str
    store_url: str
    token: str = ""
    wire: Wire = field(default_factory=Wire)

    def __post_init__(self) -> None:
        """Raises IntegrationError for an address that is none, and for the production collector itself."""
        for url in (self.url, self.store_url):
            if not url.startswith(("http://", "https://")) or not URL(url).host:
                raise IntegrationError(
                    f"{url!r} is no address to send documents to: one starts with http:// or https://"
                )
        if is_production(URL(self.url).host or "") and self.wire.resolve is None:
            raise IntegrationError(f"{self.url} is the production collector: nothing is ever sent there from here")


def integrate(app: web.Application, shop: Shop, joined: Integration) -> None:
    """Give the shop a back end that sends for as long as the application runs."""
    headers = {"Authorization": f"Bearer {joined.token}"} if joined.version == "v2" and joined.token else {}
    outbox = Outbox(joined.url, headers=headers, wire=joined.wire)
    shop.backend = SendingBackend(
        joined.version,
        account=Account(site=shop.settings.site_id, org=shop.settings.org_id),
        front=Front(catalogue=shop.catalogue, url=joined.store_url.rstrip("/")),
        outbox=outbox,
    )
    shop.backend.start(employees=EMPLOYEES, customers=shop.customers.all(), past_orders=shop.orders.all())

    async def sending(_app: web.Application) -> AsyncIterator[None]:
        await outbox.open()
        yield
        await outbox.close()

    app.cleanup_ctx.append(sending)


async def backend(request: web.Request) -> web.Response:
    """How far the back end is; see above."""
    seconds = whole_number(request.query.get("wait", "0"))
    if seconds is None:
        raise web.HTTPBadRequest(text="wait: a whole number of seconds, such as wait=5")
    sender = shop_of(request).backend
    if seconds:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, LONGEST_WAIT)):
                await sender.drained()
    return web.json_response(sender.state(), headers={"Cache-Control": "no-store"})


ROUTES = [web.get("/backend.json", backend)]
