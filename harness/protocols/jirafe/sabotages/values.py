"""Ways to break the values of events: quantities, prices, products, searches, orders, funnel steps, customers."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from harness.matching import MISSING
from harness.protocols.jirafe.sabotages.edits import CART_EVENTS, Change, Edit, Spot, look, says

_WRONG: Final = ("wrong-value", "missing-event", "unexpected-event", "schema", "total-mismatch", "lenient-value")
_LINE: Final = "/line_item"
_PAGE: Final = ("pageview",)
_FUNNEL: Final = ("funnel",)
_ORDER: Final = ("order_success",)


def value(
    name: str, about: str, types: tuple[str, ...], field: str, change: Change, *codes: str, always: bool = False
) -> Edit:
    """An edit of one field, of which a good judge says that this field is wrong."""
    answers = [says(code, field) for code in codes or _WRONG] + [says("missing-event")]
    return Edit(name=name, about=about, types=types, field=field, change=change, answers=answers, always=always)


def line(name: str, about: str, field: str, change: Callable[[dict[str, Any], Spot], None], *fields: str) -> Edit:
    """An edit of a line item that changes several fields, of which `field` is the one to speak of."""

    def changed(spot: Spot) -> Any:
        item = dict(spot.value)
        change(item, spot)
        return item

    answers = [says(code, f"{_LINE}/{each}") for each in (field, *fields) for code in _WRONG] + [says("missing-event")]
    return Edit(
        name=name,
        about=about,
        types=CART_EVENTS,
        field=_LINE,
        of=f"{_LINE}/{field}",
        change=changed,
        answers=answers,
    )


def first(spot: Spot) -> Any:
    return spot.first


def previous(spot: Spot) -> Any:
    return spot.previous


def _times(price: Any, quantity: Any) -> str:
    return str(Decimal(price) * Decimal(quantity)) if _is_number(price) and _is_number(quantity) else "0"


def _is_number(text: Any) -> bool:
    return isinstance(text, str) and text.replace(".", "", 1).isdigit()


def _plus(amount: str) -> Change:
    return lambda spot: str(Decimal(spot.value) + Decimal(amount)) if _is_number(spot.value) else spot.value


def _one_more(item: dict[str, Any], _spot: Spot) -> None:
    if _is_number(item.get("quantity")):
        item["quantity"] = str(int(Decimal(item["quantity"])) + 1)
        item["total_price"] = _times(item.get("price"), item["quantity"])


def _first_quantity(item: dict[str, Any], spot: Spot) -> None:
    item["quantity"] = spot.first.get("quantity", item.get("quantity"))
    if item["quantity"] != spot.value.get("quantity"):
        item["total_price"] = _times(item.get("price"), item["quantity"])


def _whole_line(item: dict[str, Any], spot: Spot) -> None:
    """What is in the cart where what was added should stand."""
    before = [each.value for each in spot.earlier if each.value.get("sku_code") == item.get("sku_code")]
    quantities = [each.get("quantity") for each in (*before, item)]
    if spot.event == "add_item_to_cart" and before and all(map(_is_number, quantities)):
        item["quantity"] = str(sum(int(Decimal(each)) for each in quantities))
        item["total_price"] = _times(item.get("price"), item["quantity"])


def _price_with_tax(item: dict[str, Any], _spot: Spot) -> None:
    if _is_number(item.get("price")):
        item["price"] = str((Decimal(item["price"]) * Decimal("1.19")).quantize(Decimal("0.01")))
        item["total_price"] = _times(item["price"], item.get("quantity"))


def _other_product(item: dict[str, Any], spot: Spot) -> None:
    names = ("name", "sku_code", "product_code", "images", "price")
    item.update({name: spot.previous[name] for name in names if name in spot.previous and name in item})
    item["total_price"] = _times(item.get("price"), item.get("quantity"))


def _swap(one: str, other: str) -> Callable[[dict[str, Any], Spot], None]:
    def change(item: dict[str, Any], _spot: Spot) -> None:
        if one in item and other in item:
            item[one], item[other] = item[other], item[one]

    return change


def _swapped(one: str, other: str) -> Change:
    """An object with two of its fields swapped."""
    return lambda spot: {
        **spot.value,
        **{name: spot.value[its] for name, its in ((one, other), (other, one)) if {one, other} <= spot.value.keys()},
    }


def _mapped(names: dict[str, str]) -> Change:
    return lambda spot: names.get(spot.value, spot.value)


CART: Final = (
    value("quantity-off", "one more than there was", CART_EVENTS, "/line_item/quantity", _plus("1"), "total-mismatch", *_WRONG),
    line("quantity-and-total-off", "one more than there was, total and all", "quantity", _one_more, "total_price"),
    line("quantity-stuck", "stuck at its first value", "quantity", _first_quantity, "total_price"),
    line("quantity-of-the-line", "what is in the cart, not what was added", "quantity", _whole_line, "total_price"),
    value("quantity-zero", "nothing", CART_EVENTS, "/line_item/quantity", lambda _spot: "0"),
    value("quantity-decimal", "no whole number", CART_EVENTS, "/line_item/quantity", lambda spot: f"{spot.value}.0"),
    value("total-off", "a cent too much", CART_EVENTS, "/line_item/total_price", _plus("0.01")),
    value("total-is-price", "the price of one", CART_EVENTS, "/line_item/total_price", lambda spot: look(spot.within, "/line_item/price")),
    value("total-stale", "that of the change before", CART_EVENTS, "/line_item/total_price", previous),
    value("total-noise", "the noise of a float", CART_EVENTS, "/line_item/total_price", lambda spot: f"{spot.value}0000000004"),
    line("price-with-tax", "the price with tax on top, total and all", "price", _price_with_tax, "total_price"),
    value("price-off", "a cent too much", CART_EVENTS, "/line_item/price", _plus("0.01"), "total-mismatch", *_WRONG),
    value("price-in-cents", "in cents", CART_EVENTS, "/line_item/price", lambda spot: spot.value.replace(".", "")),
    value("price-with-comma", "with a comma", CART_EVENTS, "/line_item/price", lambda spot: spot.value.replace(".", ",")),
    value("price-with-sign", "with a currency sign", CART_EVENTS, "/line_item/total_price", lambda spot: f"€{spot.value}"),
    value("currency-other", "another currency", CART_EVENTS, "/line_item/currency", lambda spot: "USD" if spot.value != "USD" else "EUR"),
    value("currency-in-small-letters", "in small letters", CART_EVENTS, "/line_item/currency", lambda spot: spot.value.lower()),
    value("currency-sign", "a sign, no code", CART_EVENTS, "/line_item/currency", lambda _spot: "€"),
    line("product-stale", "the product of the change before", "sku_code", _other_product, "total_price", "product_code", "name", "price"),
    line("codes-swapped", "variant and product swapped", "sku_code", _swap("sku_code", "product_code"), "product_code"),
    value("sku-stuck", "stuck at its first value", CART_EVENTS, "/line_item/sku_code", first, always=True),
    value("variant-as-product", "the variant's code", CART_EVENTS, "/line_item/product_code", lambda spot: look(spot.within, "/line_item/sku_code")),
    value("line-name-stale", "the name of the change before", CART_EVENTS, "/line_item/name", previous),
    value("cart-id-rotated", "a new cart each time", CART_EVENTS, "/cart/id", lambda spot: f"9{len(spot.earlier)}"),
    value("cart-id-constant", "the same for every shopper", CART_EVENTS, "/cart/id", lambda _spot: "1", always=True),
)  # fmt: skip

PAGES: Final = (
    value("page-type-other", "the default", _PAGE, "/page_type", lambda _spot: "other"),
    value("page-type-stale", "that of the page before", _PAGE, "/page_type", previous),
    value("page-type-confirmation", "review and receipt mixed up", _PAGE, "/page_type", _mapped({"order_confirm": "order_success", "order_success": "order_confirm"})),
    value("page-type-unknown", "a name of the shop system's", _PAGE, "/page_type", lambda spot: f"{spot.value}-page"),
    value("product-code-stale", "that of the product before", _PAGE, "/product/product_code", previous),
    value("variant-as-product-viewed", "the variant's code", _PAGE, "/product/product_code", lambda spot: look(spot.within, "/product/sku_code")),
    value("sku-stale", "that of the product before", _PAGE, "/product/sku_code", previous),
    value("sku-is-the-product", "the product's code", _PAGE, "/product/sku_code", lambda spot: look(spot.within, "/product/product_code")),
    value("product-name-stale", "that of the product before", _PAGE, "/product/name", previous),
    value("product-name-escaped", "escaped for HTML", _PAGE, "/product/name", lambda spot: spot.value.replace("#", "&#35;").replace("&", "&amp;")),
    value("category-stale", "the category before", _PAGE, "/category/name", previous),
    value("category-id-stale", "the category before", _PAGE, "/category/id", previous),
    Edit(name="category-swapped", about="id and name swapped", types=_PAGE, field="/category", of="/category/name", change=_swapped("id", "name"), answers=[says(code, f"/category/{each}") for each in ("id", "name") for code in _WRONG]),
    value("search-stale", "the search before", _PAGE, "/search/keyword", previous),
    value("search-encoded", "as it stands in the URL", _PAGE, "/search/keyword", lambda spot: quote(spot.value, safe="")),
    value("search-empty", "empty", _PAGE, "/search/keyword", lambda _spot: ""),
    value("search-page-from-zero", "counted from 0", _PAGE, "/search/page", lambda spot: spot.value - 1),
    value("search-page-stuck", "always the first", _PAGE, "/search/page", lambda _spot: 1, always=True),
    value("results-off", "no results", _PAGE, "/search/total_results", lambda _spot: 0),
    value("results-stale", "the results of the search before", _PAGE, "/search/total_results", previous),
    value("attribution-empty", "an empty list", _PAGE, "/attribution", lambda _spot: [], "lenient-value", "wrong-value", "missing-event"),
    Edit(name="attribution-backwards", about="the levels in the other order", types=_PAGE, field="/attribution", change=lambda spot: spot.value[::-1], answers=[*(says(code, "/attribution") for code in _WRONG), says("missing-event"), says("wrong-value", "/visit/tag_attribution", event=None)]),
    value("customer-stale", "everybody is the same customer", _PAGE, "/customer/id", lambda _spot: "1", always=True),
    value("customer-email-off", "another's address", _PAGE, "/customer/email", lambda _spot: "info@shop.example"),
    value("customer-email-malformed", "no address", _PAGE, "/customer/email", lambda spot: spot.value.replace("@", " at ")),
    Edit(name="customer-names-swapped", about="first and last name swapped", types=_PAGE, field="/customer", of="/customer/firstname", change=_swapped("firstname", "lastname"), answers=[says(code, f"/customer/{each}") for each in ("firstname", "lastname") for code in _WRONG]),
)  # fmt: skip

ORDERS: Final = (
    value("order-zeros-lost", "without its leading zeros", _ORDER, "/order/num", lambda spot: spot.value.lstrip("0") or "0", "order-number-mismatch"),
    value("order-number-off", "the number of the next order", _ORDER, "/order/num", lambda spot: str(int(spot.value) + 1).zfill(len(spot.value)) if spot.value.isdigit() else f"{spot.value}1", "order-number-mismatch"),
    Edit(name="order-ids-swapped", about="id and number swapped", types=_ORDER, field="/order", of="/order/num", change=_swapped("id", "num"), answers=[says("order-number-mismatch", "/order/num"), says("wrong-value", "/order/id")]),
    value("order-id-as-number", "the id in place of the number", _ORDER, "/order/num", lambda spot: look(spot.within, "/order/id") if look(spot.within, "/order/id") is not MISSING else spot.value, "order-number-mismatch"),
    value("order-id-off", "another id", _ORDER, "/order/id", lambda spot: f"{spot.value}1"),
)  # fmt: skip

FUNNEL: Final = (
    value("position-from-zero", "counted from 0", _FUNNEL, "/step_position", lambda spot: spot.value - 1),
    value("position-stuck", "stuck at its first value", _FUNNEL, "/step_position", first),
    value("position-counts-views", "counts page views, not steps", _FUNNEL, "/step_position", lambda spot: len(spot.earlier) + 1),
    value("step-name-stale", "the step before", _FUNNEL, "/step_name", previous),
    value("step-name-from-title", "in a title's spelling", _FUNNEL, "/step_name", lambda spot: spot.value.title()),
    value("funnel-name-off", "another funnel", _FUNNEL, "/funnel_name", lambda _spot: "default"),
    value("last-step-always", "every step is the last", _FUNNEL, "/last_step", lambda _spot: True, always=True),
    value("last-step-never", "no step is the last", _FUNNEL, "/last_step", lambda _spot: False, always=True),
)  # fmt: skip

SABOTAGES: Final = (*CART, *PAGES, *ORDERS, *FUNNEL)
