"""Connects a store to a collector: starts and stops its back end, and serves the state of sending as `/backend.json`.

`GET /backend.json` responds at once. `?wait=SECONDS` waits until nothing is pending, for 60 seconds at most:

    {"backend": "off" | "v1" | "v2",
     "pending": 0,      documents without a final response; a batch counts as one
     "sent": 12,        documents that were accepted
     "refused": 1,      documents that were refused for good
     "retries": 2,      attempts that failed
     "trouble": "",     why the latest attempt failed; empty after a final response
     "failed": [{"n": 3, "kind": "cart", "path": "/v2/1/cart", "status": 400, "answer": {…}}]}

`failed` lists refused documents, and refused entries of accepted batches. These have `entry`, their index in the batch's
array, and its name as `kind`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web
from yarl import URL

from fakewww.backend.backend import Account, SendingBackend
from fakewww.backend.outbox import Outbox
from fakewww.backend.resolver import is_production
from fakewww.backend.state import StoreFront
from fakewww.employees import EMPLOYEES
from fakewww.input_validation import whole_number
from fakewww.options import StoreSettings
from fakewww.shop import Shop, shop_of

LONGEST_WAIT = 60


class IntegrationError(ValueError):
    """Settings with which a back end cannot send; the text is the reason."""


def integrate(app: web.Application, shop: Shop) -> None:
    """Give the shop a back end that sends while the application runs. IntegrationError for wrong addresses."""
    settings = shop.settings
    check_addresses(settings)
    has_token = settings.backend == "v2" and settings.backend_token
    headers = {"Authorization": f"Bearer {settings.backend_token}"} if has_token else {}
    outbox = Outbox(settings.backend_url, headers=headers, wire=settings.backend_wire)
    shop.backend = SendingBackend(
        settings.backend,
        account=Account(site=settings.site_id, org=settings.org_id),
        front=StoreFront(catalogue=shop.catalogue, url=settings.store_url.rstrip("/")),
        outbox=outbox,
    )
    shop.backend.start(employees=EMPLOYEES, customers=shop.customers.all(), past_orders=shop.orders.all())

    async def sending(_app: web.Application) -> AsyncIterator[None]:
        await outbox.open()
        yield
        await outbox.close()

    app.cleanup_ctx.append(sending)


def check_addresses(settings: StoreSettings) -> None:
    """IntegrationError unless both addresses are absolute and the API is not the production collector."""
    for url in (settings.backend_url, settings.store_url):
        if not url.startswith(("http://", "https://")) or not URL(url).host:
            raise IntegrationError(f"{url!r} is not an absolute address that starts with http:// or https://")
    if is_production(URL(settings.backend_url).host or "") and settings.backend_wire.resolve is None:
        raise IntegrationError(f"{settings.backend_url} is the production collector; this store never sends to it")


async def backend(request: web.Request) -> web.Response:
    """The state of sending, as the module describes."""
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
