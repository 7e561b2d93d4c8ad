"""`harness run --target` on stores with restricted access, and the guard of buttons that buy."""

import asyncio
import json
import socket
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web
from support.command import Ended, call

from harness.capture.collector.http_server import serve_app

PAGE = """<!doctype html><title>A store</title><script type="application/ld+json">
{"@context": "https://schema.org", "@type": "Product", "name": "Lamp", "sku": "L-1", "offers": {"price": 12.5}}</script>
<script>
var jirafe_site_id = "7", jirafe_org_id = "";
function jirafe_deferred(jirafe_api) {
  jirafe_api.pageview(jirafe_org_id, jirafe_site_id, "product", {product: {product_code: "L-1", sku_code: "L-1", name: "Lamp"}});
}
(function () { var script = document.createElement("script"); script.async = true;
script.src = "//beacon.jirafe.com/jirafe_api.js"; document.head.appendChild(script) })();
</script><h1>Lamp</h1>
<button id="yes" onclick="this.remove()">Accept</button>
<button id="b46" onclick="document.title = 'taken'">Buy</button>
<form method="post" action="/order"><button id="b47"><span class="inner">Pay</span> now</button></form>"""
TARGET = """name: A store
url: %s
on arrival:
  - click: {button: Accept}
facts:
  product:
    code: {data: Product.sku}
    name: h1
    price: {data: Product.offers.price, matches: '[0-9]+'}
actions:
  take it:
    buys: no
    do:
      - click: {button: Buy}
  finish:
    do:
      - click: "#b47 .inner"
"""
SCENARIO = """name: A shopper presses buttons without known words
steps:
  - arrive: {at: /}
  - expect:
      - visit
      - pageview: {product: {product_code: $product.code, name: $product.name}}
  - take it
  - finish
"""


@dataclass
class Store:
    """A store behind a password; `requests` are those that it answered."""

    requests: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Basic {b64encode(b'ann:secret').decode()}":
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="staging"'})
        self.requests.append(f"{request.method} {request.path}")
        return web.Response(text=PAGE, content_type="text/html")


def run_on(store: Store, folder: Path, *arguments: str) -> Ended:
    async def scene() -> Ended:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", store.answer)
        async with serve_app(app) as (port,):
            return await asyncio.to_thread(run_at, f"http://127.0.0.1:{port}", folder, *arguments)

    return asyncio.run(scene())


def run_at(url: str, folder: Path, *arguments: str) -> Ended:
    (folder / "a.yaml").write_text(SCENARIO, encoding="utf-8")
    (folder / "shop.target").write_text(TARGET % url, encoding="utf-8")
    return call("run", folder / "a.yaml", "--target", folder / "shop.target", *arguments)


def test_a_button_with_the_word_pay_is_not_pressed_and_page_facts_are_read(tmp_path: Path) -> None:
    store = Store()
    ended = run_on(store, tmp_path, "--user", "ann:secret", "--name", "presses", "--report", "json")
    (scenario,) = ended.report["scenarios"]
    assert [finding["code"] for finding in scenario["findings"]] == ["action-failed"]
    (finding,) = scenario["findings"]
    assert """was not performed: the selector '#b47 .inner' with the text "Pay now" would buy""" in finding["message"]
    assert "write 'test orders: allowed'" in finding["hint"]
    assert finding["step"] == 4
    assert not [line for line in store.requests if line.startswith("POST")]
    for line in ("$product.code = L-1", "$product.name = Lamp", "$product.price = 12", 'click the button "Accept"'):
        assert line in ended.err
    assert "secret" not in json.dumps(ended.report)


def test_a_store_that_requires_a_password_is_one_line(tmp_path: Path) -> None:
    ended = run_on(Store(), tmp_path)
    assert ended.status == 2
    assert "requires a name and a password (401); give them with --user NAME:PASSWORD" in " ".join(ended.err.split())


def test_an_unreachable_store_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    ended = run_at(f"http://127.0.0.1:{port}", tmp_path)
    assert ended.status == 2
    assert "cannot be reached: Connection refused; check the address" in " ".join(ended.err.split())
    assert "Traceback" not in ended.err
