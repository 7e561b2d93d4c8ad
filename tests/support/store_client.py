"""A shopper for tests: uses the store over HTTP and reads the tracker calls of each page."""

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
class Response:
    """A page. `calls` are those of the tracker as (function, data); the data of the page view includes its `type`."""

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
    """One visitor with separate cookies."""

    http: aiohttp.ClientSession

    async def get(self, path: str, **options: Any) -> Response:
        async with self.http.get(path, **options) as response:
            return await _read(response)

    async def post(self, path: str, form: Mapping[str, Any] | bytes | None = None, **options: Any) -> Response:
        async with self.http.post(path, data=form or {}, **options) as response:
            return await _read(response)

    async def ledger(self, query: str = "") -> list[dict[str, Any]]:
        async with self.http.get(f"/ledger.json{query}") as response:
            entries: list[dict[str, Any]] = (await response.json())["entries"]
            return entries

    async def entries(self, kind: str) -> list[dict[str, Any]]:
        return [entry for entry in await self.ledger() if entry["kind"] == kind]

    async def add(self, sku: str = SMALL, quantity: object = 1, product: str = "1") -> Response:
        return await self.post(f"/fakewww/products/{product}/index.html", {"sku": sku, "quantity": str(quantity)})

    async def update(self, line: str, **form: object) -> Response:
        return await self.post(CART, {"action": "update", "line": line, **{key: str(form[key]) for key in form}})

    async def step(self, name: str, form: Mapping[str, str] | None = None) -> Response:
        return await self.post(f"/fakewww/checkout/{name}/index.html", form)

    async def to_review(self, address: Mapping[str, str] = ADA) -> Response:
        await self.step("address", address)
        await self.step("shipping", {"shipping": "standard"})
        return await self.step("payment", {"payment": "card"})

    async def buy(self, address: Mapping[str, str] = ADA) -> Response:
        await self.add()
        await self.to_review(address)
        return await self.step("review")

    async def change_order(self, number: str, **form: object) -> Response:
        return await self.post(f"/fakewww/orders/{number}/index.html", {key: str(form[key]) for key in form})

    async def sign_in(self, **form: str) -> Response:
        return await self.post("/fakewww/account/sign-in/index.html", {**JAMES, **form})


@asynccontextmanager
async def store(**options: Any) -> AsyncIterator[Callable[[], Shopper]]:
    """Serve a new store. Each call of the yielded function returns a new visitor."""
    async with TestServer(create_app(StoreSettings(**options))) as server, visitors(server) as visitor:
        yield visitor


@asynccontextmanager
async def shopping(**options: Any) -> AsyncIterator[Shopper]:
    """Serve a new store to one visitor."""
    async with store(**options) as visitor:
        yield visitor()


@asynccontextmanager
async def visitors(server: TestServer) -> AsyncIterator[Callable[[], Shopper]]:
    """A function that returns a new visitor of the store at each call."""
    async with AsyncExitStack() as stack:

        def visitor() -> Shopper:
            session = aiohttp.ClientSession(base_url=server.make_url("/"), cookie_jar=aiohttp.CookieJar(unsafe=True))
            stack.push_async_callback(session.close)
            return Shopper(session)

        yield visitor


async def _read(response: aiohttp.ClientResponse) -> Response:
    return Response(response.status, str(response.url), await response.text(), response.headers)
