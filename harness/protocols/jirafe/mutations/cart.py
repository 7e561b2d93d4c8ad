"""Ways to break changes of the cart: quantities, prices, totals, currencies, and which product they are of."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, Change, Edit, Spot, says
from harness.protocols.jirafe.mutations.values import WRONG, first, of, previous, value

_LINE: Final = "/line_item"


def field(name: str, about: str, of_line: str, change: Change, *codes: str, always: bool = False) -> Edit:
    """An edit of one field of the line item, or of another by its pointer."""
    pointer = of_line if of_line.startswith("/") else f"{_LINE}/{of_line}"
    return value(name, about, CART_EVENTS, pointer, change, *codes, always=always)


def line(name: str, about: str, field: str, change: Callable[[dict[str, Any], Spot], None], *fields: str) -> Edit:
    """An edit of a line item that changes several fields, of which `field` is the one to speak of."""

    def changed(spot: Spot) -> Any:
        item = dict(spot.value)
        change(item, spot)
        return item

    expected = [says(code, f"{_LINE}/{each}") for each in (field, *fields) for code in WRONG] + [says("missing-event")]
    return Edit(
        name=name,
        about=about,
        types=CART_EVENTS,
        field=_LINE,
        of=f"{_LINE}/{field}",
        change=changed,
        expected=expected,
    )


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


MUTATIONS: Final = (
    field("quantity-off", "one more than there was", "quantity", _plus("1"), "total-mismatch", *WRONG),
    line("quantity-and-total-off", "one more than there was, total and all", "quantity", _one_more, "total_price"),
    line("quantity-stuck", "stuck at its first value", "quantity", _first_quantity, "total_price"),
    line("quantity-of-the-line", "what is in the cart, not what was added", "quantity", _whole_line, "total_price"),
    field("quantity-zero", "nothing", "quantity", lambda _spot: "0"),
    field("quantity-decimal", "no whole number", "quantity", lambda spot: f"{spot.value}.0"),
    field("total-off", "a cent too much", "total_price", _plus("0.01")),
    field("total-is-price", "the price of one", "total_price", of("/line_item/price")),
    field("total-stale", "that of the change before", "total_price", previous),
    field("total-noise", "the noise of a float", "total_price", lambda spot: f"{spot.value}0000000004"),
    line("price-with-tax", "the price with tax on top, total and all", "price", _price_with_tax, "total_price"),
    field("price-off", "a cent too much", "price", _plus("0.01"), "total-mismatch", *WRONG),
    field("price-in-cents", "in cents", "price", lambda spot: spot.value.replace(".", "")),
    field("price-with-comma", "with a comma", "price", lambda spot: spot.value.replace(".", ",")),
    field("price-with-sign", "with a currency sign", "total_price", lambda spot: f"€{spot.value}"),
    field("currency-other", "another currency", "currency", lambda spot: "USD" if spot.value != "USD" else "EUR"),
    field("currency-in-small-letters", "in small letters", "currency", lambda spot: spot.value.lower()),
    field("currency-sign", "a sign, no code", "currency", lambda _spot: "€"),
    line(
        "product-stale",
        "the product of the change before",
        "sku_code",
        _other_product,
        "total_price",
        "product_code",
        "name",
        "price",
    ),
    line("codes-swapped", "variant and product swapped", "sku_code", _swap("sku_code", "product_code"), "product_code"),
    field("sku-stuck", "stuck at its first value", "sku_code", first, always=True),
    field("variant-as-product", "the variant's code", "product_code", of("/line_item/sku_code")),
    field("line-name-stale", "the name of the change before", "name", previous),
    field("cart-id-rotated", "a new cart each time", "/cart/id", lambda spot: f"9{len(spot.earlier)}"),
    field("cart-id-constant", "the same for every shopper", "/cart/id", lambda _spot: "1", always=True),
)
