"""Measure the requests per second of the collector and of a bare aiohttp handler that responds with 200.

The server runs in this process, the client in another: `python collecting.py PORT CONNECTIONS REQUESTS` sends distinct valid
payloads over persistent connections and prints the seconds.
"""

import asyncio
import json
import sys
import time

ROUND = 2000
CONNECTIONS = 16

_EVENT = {
    "event_type": "add_item_to_cart",
    "cart": {"id": "8"},
    "line_item": {
        "name": "Tumbler",
        "sku_code": "TUMBLER",
        "product_code": "1",
        "images": ["https://shop.test/fakewww/pictures/1.svg"],
        "price": "19.99",
        "quantity": "2",
        "total_price": "39.98",
        "currency": "EUR",
    },
}
_PAGEVIEW = {
    "event_type": "pageview",
    "page_type": "product",
    "product": {"name": "Tumbler", "sku_code": "TUMBLER", "product_code": "1"},
}


def body(number: int) -> bytes:
    """A payload of a separate visit, as the tracker sends it."""
    wrapper = {
        "cookie": f"jirafe_vid={number}",
        "timestamp": "2024-06-03T16:41:11.600Z",
        "org": "",
        "site": "1",
        "page": {
            "current_type": "product",
            "referrer_type": "*none*",
            "current_url": "https://shop.test/fakewww/products/1/index.html",
            "current_title": "Tumbler",
            "referrer_url": "",
        },
        "visit": {
            "id": str(number),
            "visitor": str(number + 1),
            "landing_url": "https://shop.test/fakewww/index.html",
            "referrer_url": "",
            "user_agent": "Mozilla/5.0",
            "rule_attribution": ["direct"],
        },
        "data": [_EVENT, _PAGEVIEW],
    }
    return json.dumps(wrapper).encode()


async def bare_rate() -> float:
    """Requests per second of a handler that reads the body and responds with 200."""
    from aiohttp import web

    async def respond(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/tracker", respond)
    return await _rate(app)


async def collector_rate() -> float:
    """Requests per second of the collector, with a journal in memory."""
    from harness.capture.collector.app import create_collector
    from harness.capture.journal import MemoryJournal
    from harness.protocol import get

    return await _rate(create_collector(MemoryJournal(), get()))


async def _rate(app: object) -> float:
    from aiohttp import web

    from harness.capture.collector.http_server import serve_app

    assert isinstance(app, web.Application)
    async with serve_app(app) as (port,):
        arguments = [__file__, str(port), str(CONNECTIONS), str(ROUND)]
        client = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE)
        printed, _ = await client.communicate()
    if client.returncode:
        raise RuntimeError("the client of the collector benchmark failed")
    return ROUND / float(printed)


async def _send(port: int, connections: int, requests: int) -> float:
    """Seconds for all requests; the connections are open before the clock starts."""
    shares = [range(first, requests, connections) for first in range(connections)]
    bodies = [[_request(number) for number in share] for share in shares]
    open_connections = [await asyncio.open_connection("127.0.0.1", port) for _ in shares]
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for (reader, writer), share in zip(open_connections, bodies, strict=True):
            group.create_task(_send_all(reader, writer, share))
    seconds = time.perf_counter() - began
    for _reader, writer in open_connections:
        writer.close()
    return seconds


def _request(number: int) -> bytes:
    content = body(number)
    head = f"POST /v1/tracker HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


async def _send_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, requests: list[bytes]) -> None:
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        status, *headers = head.decode("latin-1").lower().splitlines()
        if " 200 " not in status:
            raise RuntimeError(f"answered {status}")
        length = next((line.split(":")[1] for line in headers if line.startswith("content-length:")), "0")
        await reader.readexactly(int(length))


if __name__ == "__main__":
    print(asyncio.run(_send(*map(int, sys.argv[1:4]))))  # noqa: T201
