"""Ten faults for each shop: each is one edit of its integration, and what the first finding must name."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """An edit of the integration. `named` matches the code and the message of a finding that names the fault."""

    name: str
    old: str
    new: str
    named: str

    def edit(self, source: str) -> str:
        """The integration with this fault."""
        assert source.count(self.old) == 1, f"{self.name}: {self.old!r} occurs {source.count(self.old)} times"
        return source.replace(self.old, self.new)

    def is_named_by(self, finding: str) -> bool:
        """Whether a finding, as "code: message", names the fault."""
        return re.search(self.named, finding) is not None


_VIEW = "  jirafe_api.pageview(jirafe_org_id, jirafe_site_id, page.type, page.data);"
_ORDER = (
    "  if (page.order && isNew) jirafe_api.order.success(jirafe_org_id, jirafe_site_id, {order: {num: page.order}});"
)
_ROUTE = "  if (jirafe_loaded) jirafe_loaded.pageview(jirafe_org_id, jirafe_site_id, page.type, page.data);"

EXPRESS_CART = (
    Fault("no page view of products", _VIEW, f"if (page.type !== 'product') {_VIEW}", r"pageview|never-called|no call"),
    Fault("two page views of each page", _VIEW, _VIEW * 2, r"duplicate-event.*pageview"),
    Fault(
        "type `other` on product pages", "{type: 'product'", "{type: 'other'", r"wrong-(type|value).*(page_type|type)"
    ),
    Fault("cart in another currency", "currency: 'GBP'", "currency: 'USD'", r"currency|USD"),
    Fault(
        "no event of adding to the cart", "reportCart('add', after[key], change)", "0", r"add_item_to_cart|cart\.add"
    ),
    Fault("quantity always 1", "quantity: String(quantity)", "quantity: '1'", r"quantity"),
    Fault("price with a currency sign", "price: line.price", "price: '£' + line.price", r"price"),
    Fault("no event of the order", _ORDER, "", r"order_success is missing"),
    Fault("order sent twice", _ORDER, _ORDER * 2, r"duplicate-event.*order_success"),
    Fault("payment number for order number", ".content-body p')", ".content-body p + p')", r"num"),
)

MINI_SHOP = (
    Fault(
        "no page view of later routes",
        "  jirafe_waiting = page;",
        "  if (jirafe_waiting) return;\n  jirafe_waiting = page;",
        r"pageview|never-called",
    ),
    Fault("two page views of each route", _ROUTE, _ROUTE * 2, r"duplicate-event.*pageview"),
    Fault("type `other` on product pages", "{type: 'product'", "{type: 'other'", r"page_type|wrong-type"),
    Fault("unknown page type", "{type: 'homepage'}", "{type: 'home'}", r"page_type|page type|home"),
    Fault("product without a code", "product_code: String(product.id),", "", r"product_code"),
    Fault("name of the shop for the product's", "name: product.name", "name: document.title", r"name"),
    Fault("script at a wrong address", "/jirafe_api.js", "/jirafe_apl.js", r"script-failed|jirafe_apl"),
    Fault(
        "misspelt jirafe_deferred",
        "function jirafe_deferred",
        "function jirafe_defered",
        r"jirafe_deferred|never-called",
    ),
    Fault("no site id", "jirafe_site_id = '1'", "jirafe_site_id = ''", r"site"),
    Fault("no call of the page view function", "jirafe_loaded.pageview(", "void (", r"pageview|never-called"),
)

FAULTS = {"express_cart": EXPRESS_CART, "mini_shop": MINI_SHOP}
SCENARIOS = {"express_cart": "cart.yaml", "mini_shop": "routes.yaml"}
