"""A shopper for tests: drives the store over HTTP, and reads from each page what it tells the tracker."""

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from fakewww.app import create_app
from fakewww.options import StoreSettings

ADA = {
    "email": "ada@example.org",
    "first_name": "Ada",
    "last_name": "Lind",
    "street": "Hafenstraße 12",
    "postcode": "20457",
    "city": "Hamburg",
    "country": "Germany",
}
JAMES = {"email": "james@universal.example", "password": "moneypenny"}
CART = "/fakewww/cart/index.html"
SMALL, LARGE = "TUMBLER-SEA-S", "TUMBLER-SEA-L"
_CALL = re.compile(r"jirafe_api\.([\w.]+)\(jirafe_org_id, jirafe_site_id, (?:\"(\w+)\", )?(\{.*?\n      \})\);\n", re.S)
_ATTRIBUTION = re.compile(r"jirafe_parseAttribution\((\[.*?\])\)")


@dataclass(frozen=True)
class Seen:
    """A page as it came: `calls` are the tracker's, as (function, data), the page view's data with its `type`."""

    status: int
    url: str
    html: str
    headers: Mapping[str, str]

    @property
    def path(self) -> str:
        return re.sub(r"^https?://[^/]+", "", self.url)

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        found = _CALL.findall(_ATTRIBUTION.sub(r"\1", self.html))
        return [(name, {**({"type": kind} if kind else {}), **json.loads(data)}) for name, kind, data in found]

    @property
    def functions(self) -> list[str]:
        return [name for name, _ in self.calls]

    def call(self, function: str) -> dict[str, Any]:
        (data,) = [data for name, data in self.calls if name == function]
        return data


@dataclass(frozen=True)
class Shopper:
    """One visitor with cookies of their own."""

    http: aiohttp.ClientSession

    async def get(self, path: str, **options: Any) -> Seen:
        async with self.http.get(path, **options) as response:
            return await _seen(response)

    async def post(self, path: str, form: Mapping[str, Any] | bytes | None = None, **options: Any) -> Seen:
        async with self.http.post(path, data=form or {}, **options) as response:
            return await _seen(response)

    async def ledger(self, query: str = "") -> list[dict[str, Any]]:
        async with self.http.get(f"/ledger.json{query}") as response:
            entries: list[dict[str, Any]] = (await response.json())["entries"]
            return entries

    async def entries(self, kind: str) -> list[dict[str, Any]]:
        return [entry for entry in await self.ledger() if entry["kind"] == kind]

    async def add(self, sku: str = SMALL, quantity: object = 1, product: str = "1") -> Seen:
        return await self.post(f"/fakewww/products/{product}/index.html", {"sku": sku, "quantity": str(quantity)})

    async def update(self, line: str, **form: object) -> Seen:
        return await self.post(CART, {"action": "update", "line": line, **{key: str(form[key]) for key in form}})

    async def step(self, name: str, form: Mapping[str, str] | None = None) -> Seen:
        return await self.post(f"/fakewww/checkout/{name}/index.html", form)

    async def to_review(self, address: Mapping[str, str] = ADA) -> Seen:
        await self.step("address", address)
        await self.step("shipping", {"shipping": "standard"})
        return await self.step("payment", {"payment": "card"})

    async def buy(self, address: Mapping[str, str] = ADA) -> Seen:
        await self.add()
        await self.to_review(address)
        return await self.step("review")

    async def change_order(self, number: str, **form: object) -> Seen:
        return await self.post(f"/fakewww/orders/{number}/index.html", {key: str(form[key]) for key in form})

    async def sign_in(self, **form: str) -> Seen:
        return await self.post("/fakewww/account/sign-in/index.html", {**JAMES, **form})


@asynccontextmanager
async def store(**options: Any) -> AsyncIterator[Callable[[], Shopper]]:
    """A store of its own; each call of what it gives is another visitor."""
    async with TestServer(create_app(StoreSettings(**options))) as server, visitors(server) as visitor:
        yield visitor


@asynccontextmanager
async def visitors(server: TestServer) -> AsyncIterator[Callable[[], Shopper]]:
    """What gives another visitor of that store at each call."""
    async with AsyncExitStack() as stack:

        def visitor() -> Shopper:
            session = aiohttp.ClientSession(base_url=server.make_url("/"), cookie_jar=aiohttp.CookieJar(unsafe=True))
            stack.push_async_callback(session.close)
            return Shopper(session)

        yield visitor


async def _seen(response: aiohttp.ClientResponse) -> Seen:
    return Seen(response.status, str(response.url), await response.text(), response.headers)
