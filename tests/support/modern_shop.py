"""A modern shop of a few handlers, healthy or with faults.

Its pages are documents. Its cart is filled by a script and shown in a drawer; the page stays. Sorting, filters, further list pages
and colours change the URL with pushState. The search is behind an icon and has no form. A size must be chosen first. There is no
structured data.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from support.handler_store import Handler

PRODUCTS: Final = [(f"lamp-{number}", f"Lamp {name}", f"{number + 8}.50") for number, name in enumerate("ABCDE", 1)]
FAULTS: Final = frozenset(
    [
        "currency",  # the cart event has another currency
        "push-silent",  # no page view after pushState
        "push-twice",  # two page views after pushState
        "push-type",  # page views after pushState have the type "other"
        "no-cart-event",
        "cart-event-twice",
        "cart-without-sku",
        "cart-type",  # the page type of the cart page
        "search-keyword",  # the search words are still encoded
        "product-without-code",
        "number-site",
        "no-snippet",  # on the product page
        "script-error",  # before the page view of the list
        "address-in-url",  # an e-mail address in the URL of the checkout
    ]
)
"""The defects of the tracker's set-up."""

_STYLE = """<style>.drawer{position:fixed;top:0;right:0;width:300px;height:100%;background:#fff;transform:translateX(100%)}
.drawer.open{transform:none} .search-panel{display:none} .search-panel.open{display:block} img{width:60px;height:60px}</style>"""
_PICTURE = "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=' alt=''>"
_HEADER = """<header><a href="/" class="logo">Bright</a><nav><a href="/lamps">Lamps</a><a href="/about">About us</a></nav>
<button class="icon-btn x1" aria-label="Search"
  onclick="document.querySelector('.search-panel').classList.add('open')"><svg></svg></button>
<div class="search-panel"><input placeholder="Search our shop"
  onkeydown="if (event.key === 'Enter') location.href = '/search?q=' + encodeURIComponent(this.value)"></div>
<a href="#" class="mini-cart-icon x2" onclick="event.preventDefault(); openDrawer()"><svg></svg><span>%s</span></a></header>
<aside class="drawer"><h2>Your cart</h2><div id="lines"></div><a href="/cart">View cart</a> <a href="/checkout">Checkout</a></aside>"""
_SCRIPT = """<script>
var tracker, FAULTS = %(faults)s, PAGE = %(page)s;
function view(data) { if (!has("push-silent") || !data.pushed) { send(data); if (has("push-twice") && data.pushed) send(data) } }
function send(data) { tracker.pageview("", SITE, has("push-type") && data.pushed ? "other" : PAGE.type, PAGE.data) }
function has(fault) { return FAULTS.includes(fault) }
var SITE = has("number-site") ? 7 : "7", jirafe_site_id = SITE, jirafe_org_id = "";
function jirafe_deferred(api) { tracker = api; if (PAGE.fails) throw new Error("no such field"); view({}) }
function push(url) { history.pushState({}, "", url); view({pushed: true}) }
function openDrawer() { document.querySelector(".drawer").classList.add("open") }
function refresh(cart) {
  document.querySelector(".mini-cart-icon span").textContent = cart.count || "";
  document.querySelector("#lines").innerHTML = cart.lines.map(line => `<p>${line.name} × ${line.quantity}</p>`).join("");
}
function choose(group, button) {
  for (const each of button.parentElement.children) each.classList.remove("selected");
  button.classList.add("selected");
  if (group === "colour") push("?colour=" + button.textContent);
}
async function removeLine(code, button) {
  const cart = await (await fetch("/api/cart", {method: "DELETE", body: JSON.stringify({code})})).json();
  button.parentElement.remove();
  tracker.cart.remove("", SITE, {cart: {id: "7"}, line_item: lineOf(code, cart.price)});
}
function lineOf(code, price) {
  const currency = has("currency") ? "USD" : "EUR";
  return {sku_code: code + "-M", product_code: code, quantity: "1", price, total_price: price, currency};
}
async function add(code) {
  const chosen = document.querySelector(".sizes .selected");
  const note = document.querySelector(".note");
  if (!chosen) { note.textContent = "Please select variant options"; return }
  note.textContent = "";
  const cart = await (await fetch("/api/cart", {method: "POST", body: JSON.stringify({code})})).json();
  refresh(cart); openDrawer();
  const line = lineOf(code, cart.price);
  if (has("cart-without-sku")) delete line.sku_code;
  if (!has("no-cart-event")) tracker.cart.add("", SITE, {cart: {id: "7"}, line_item: line});
  if (has("cart-event-twice")) tracker.cart.add("", SITE, {cart: {id: "7"}, line_item: line});
}
</script>%(loader)s"""
_LOADER = '<script async src="//beacon.jirafe.com/jirafe_api.js"></script>'
_LIST = """<nav class="breadcrumb"><a href="/">Home</a> / <a href="/lamps">Lamps</a></nav><h1>%(title)s</h1>
<aside class="filters"><label><input type="checkbox" onchange="push('?colour=red')"> Red</label></aside>
<select aria-label="Sort by" onchange="push('?sort=' + this.value)"><option value="">Featured</option>
<option value="price">Price, low to high</option></select>
<ul class="grid">%(cards)s</ul><div class="pagination"><a href="?page=2" onclick="event.preventDefault(); push('?page=2')">2</a></div>"""
_CARD = '<li class="card"><a href="/%s">%s<h3>%s</h3><span class="price">%s €</span></a></li>'
_LINE = (
    """<li class="line">%(name)s <button aria-label="Remove" onclick="removeLine('%(code)s', this)">×</button></li>"""
)
_PRODUCT = """<nav class="breadcrumb"><a href="/">Home</a> / <a href="/lamps">Lamps</a></nav><main>%(picture)s<h1>%(name)s</h1>
<p class="price">%(price)s €</p><div class="variant sizes"><a href="#" class="sold-out">S</a><a href="#"
  onclick="event.preventDefault(); choose('size', this)">M</a></div>
<div class="variant colours"><button onclick="choose('colour', this)">Black</button>
<button onclick="choose('colour', this)">White</button></div>
<button class="btn-primary" onclick="add('%(code)s')"><span>Add to cart</span></button><p class="note"></p></main>"""


@dataclass(kw_only=True)
class ModernShop:
    """The shop's cart and faults; `paths` are the requested paths. Without `pictures` no page has an image."""

    faults: frozenset[str]
    pictures: bool = True
    cart: dict[str, int] = field(default_factory=dict)
    paths: list[str] = field(default_factory=list)

    @property
    def pages(self) -> dict[str, Handler]:
        """The handlers by path."""
        handlers: dict[str, Handler] = {
            "/": self._page("homepage", "<h1>Bright</h1><p>Good light.</p>"),
            "/about": self._page("other", "<h1>About us</h1>"),
            "/lamps": self._list,
            "/search": self._search,
            "/api/cart": self._add,
            "/cart": self._cart_page,
            "/checkout": self._checkout,
        }
        return handlers | {f"/{product[0]}": self._product(*product) for product in PRODUCTS}

    def _page(self, kind: str, body: str, **changes: Any) -> Handler:
        async def respond(_request: web.Request) -> web.Response:
            return self._html(kind, body, {}, **changes)

        return respond

    def _html(
        self, kind: str, body: str, data: Mapping[str, Any], *, is_tracked: bool = True, fails: bool = False
    ) -> web.Response:
        page = {"type": kind, "data": data, "fails": fails}
        values = {"faults": json.dumps(sorted(self.faults)), "page": json.dumps(page), "loader": _LOADER}
        script = (
            _SCRIPT % values
            if is_tracked
            else "<script>function refresh() {} function choose() {} function openDrawer() {}</script>"
        )
        cart = {"count": sum(self.cart.values()), "lines": self._lines()}
        header = _HEADER % (cart["count"] or "")
        html = f"<!doctype html><title>{kind}</title>{_STYLE}{script}{header}{body}<script>refresh({json.dumps(cart)})</script>"
        return web.Response(text=html, content_type="text/html")

    def _lines(self) -> list[dict[str, Any]]:
        names = {code: name for code, name, _price in PRODUCTS}
        return [{"code": code, "name": names[code], "quantity": quantity} for code, quantity in self.cart.items()]

    def _cards(self) -> str:
        picture = _PICTURE if self.pictures else ""
        return "".join(_CARD % (code, picture, name, price) for code, name, price in PRODUCTS)

    async def _list(self, _request: web.Request) -> web.Response:
        data = {"category": {"id": "3", "name": "Lamps"}}
        body = _LIST % {"title": "Lamps", "cards": self._cards()}
        return self._html("category", body, data, fails="script-error" in self.faults)

    async def _search(self, request: web.Request) -> web.Response:
        words = request.query.get("q", "")
        keyword = f"%22{words}%22" if "search-keyword" in self.faults else words
        body = f"<h1>Results</h1><ul class='grid'>{self._cards()}</ul>"
        return self._html("search", body, {"search": {"keyword": keyword, "page": 1, "total_results": 5}})

    def _product(self, code: str, name: str, price: str) -> Handler:
        async def respond(_request: web.Request) -> web.Response:
            product = {"name": name} if "product-without-code" in self.faults else {"name": name, "product_code": code}
            picture = _PICTURE if self.pictures else ""
            body = _PRODUCT % {"name": name, "price": price, "code": code, "picture": picture}
            return self._html("product", body, {"product": product}, is_tracked="no-snippet" not in self.faults)

        return respond

    async def _add(self, request: web.Request) -> web.Response:
        code = json.loads(await request.text())["code"]
        if request.method == "DELETE":
            del self.cart[code]
        else:
            self.cart[code] = self.cart.get(code, 0) + 1
        price = next(price for each, _name, price in PRODUCTS if each == code)
        return web.json_response({"count": sum(self.cart.values()), "lines": self._lines(), "price": price})

    async def _cart_page(self, _request: web.Request) -> web.Response:
        lines = "".join(_LINE % line for line in self._lines())
        kind = "other" if "cart-type" in self.faults else "cart"
        return self._html(
            kind, f"<h1>Your cart</h1><ul>{lines or 'Your cart is empty'}</ul><a href='/checkout'>Checkout</a>", {}
        )

    async def _checkout(self, request: web.Request) -> web.Response:
        if "address-in-url" in self.faults and "mail" not in request.query:
            raise web.HTTPFound("/checkout?mail=ann@shop.example")
        return self._html("checkout", "<h1>Checkout</h1><form><input name=email></form>", {})


def modern_shop(*faults: str, pictures: bool = True) -> ModernShop:
    """A shop with these faults of `FAULTS`."""
    assert set(faults) <= FAULTS, set(faults) - FAULTS
    return ModernShop(faults=frozenset(faults), pictures=pictures)
