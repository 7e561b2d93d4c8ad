"""Mutations of cart events: quantities, prices, totals, currencies, products."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from harness.protocols.jirafe.mutations.field_edit import CART_EVENTS, Change, Edit, Place, expect
from harness.protocols.jirafe.mutations.values import WRONG, always, first, of, previous, value

_LINE: Final = "/line_item"


def field(name: str, text: str, of_line: str, change: Change, *codes: str, systematic: bool = False) -> Edit:
    """Change one field of the line item, or the field at a JSON pointer."""
    pointer = of_line if of_line.startswith("/") else f"{_LINE}/{of_line}"
    return value(name, text, CART_EVENTS, pointer, change, *codes, systematic=systematic)


def line(name: str, text: str, field: str, change: Callable[[dict[str, Any], Place], None], *fields: str) -> Edit:
    """Change several fields of the line item; `field` is the reported one."""

    def changed(place: Place) -> Any:
        item = dict(place.value)
        change(item, place)
        return item

    expected = [expect(code, f"{_LINE}/{each}") for each in (field, *fields) for code in WRONG]
    expected.append(expect("missing-event"))
    return Edit(
        name=name, text=text, types=CART_EVENTS, field=_LINE, of=f"{_LINE}/{field}", change=changed, expected=expected
    )


def _times(price: Any, quantity: Any) -> str:
    return str(Decimal(price) * Decimal(quantity)) if _is_number(price) and _is_number(quantity) else "0"


def _is_number(text: Any) -> bool:
    return isinstance(text, str) and text.replace(".", "", 1).isdigit()


def _plus(amount: str) -> Change:
    return lambda place: str(Decimal(place.value) + Decimal(amount)) if _is_number(place.value) else place.value


def _one_more(item: dict[str, Any], _spot: Place) -> None:
    if _is_number(item.get("quantity")):
        item["quantity"] = str(int(Decimal(item["quantity"])) + 1)
        item["total_price"] = _times(item.get("price"), item["quantity"])


def _first_quantity(item: dict[str, Any], place: Place) -> None:
    item["quantity"] = place.first.get("quantity", item.get("quantity"))
    if item["quantity"] != place.value.get("quantity"):
        item["total_price"] = _times(item.get("price"), item["quantity"])


def _whole_line(item: dict[str, Any], place: Place) -> None:
    """Report the quantity in the cart instead of the added quantity."""
    before = [each.value for each in place.earlier if each.value.get("sku_code") == item.get("sku_code")]
    quantities = [each.get("quantity") for each in (*before, item)]
    if place.event == "add_item_to_cart" and before and all(map(_is_number, quantities)):
        item["quantity"] = str(sum(int(Decimal(each)) for each in quantities))
        item["total_price"] = _times(item.get("price"), item["quantity"])


def _price_with_tax(item: dict[str, Any], _spot: Place) -> None:
    if _is_number(item.get("price")):
        item["price"] = str((Decimal(item["price"]) * Decimal("1.19")).quantize(Decimal("0.01")))
        item["total_price"] = _times(item["price"], item.get("quantity"))


def _other_product(item: dict[str, Any], place: Place) -> None:
    names = ("name", "sku_code", "product_code", "images", "price")
    item.update({name: place.previous[name] for name in names if name in place.previous and name in item})
    item["total_price"] = _times(item.get("price"), item.get("quantity"))


def _swap(one: str, other: str) -> Callable[[dict[str, Any], Place], None]:
    def change(item: dict[str, Any], _spot: Place) -> None:
        if one in item and other in item:
            item[one], item[other] = item[other], item[one]

    return change


MUTATIONS: Final = (
    field("quantity-off", "one too many", "quantity", _plus("1"), "total-mismatch", *WRONG),
    line("quantity-and-total-off", "one too many, with a matching total", "quantity", _one_more, "total_price"),
    line("quantity-stuck", "stuck at its first value", "quantity", _first_quantity, "total_price"),
    line(
        "quantity-of-the-line",
        "the quantity in the cart instead of the added one",
        "quantity",
        _whole_line,
        "total_price",
    ),
    field("quantity-zero", "zero", "quantity", always("0")),
    field("quantity-decimal", "not an integer", "quantity", lambda place: f"{place.value}.0"),
    field("total-off", "a cent too much", "total_price", _plus("0.01")),
    field("total-is-price", "the unit price", "total_price", of("/line_item/price")),
    field("total-stale", "the value of the previous change", "total_price", previous),
    field("total-noise", "with a rounding error", "total_price", lambda place: f"{place.value}0000000004"),
    line("price-with-tax", "with tax added, and a matching total", "price", _price_with_tax, "total_price"),
    field("price-off", "a cent too much", "price", _plus("0.01"), "total-mismatch", *WRONG),
    field("price-in-cents", "in cents", "price", lambda place: place.value.replace(".", "")),
    field("price-with-comma", "with a comma", "price", lambda place: place.value.replace(".", ",")),
    field("price-with-sign", "with a currency sign", "total_price", lambda place: f"€{place.value}"),
    field("currency-other", "another currency", "currency", lambda place: "USD" if place.value != "USD" else "EUR"),
    field("currency-in-small-letters", "in lower case", "currency", lambda place: place.value.lower()),
    field("currency-sign", "a currency sign instead of a code", "currency", always("€")),
    line(
        "product-stale",
        "the product of the previous change",
        "sku_code",
        _other_product,
        "total_price",
        "product_code",
        "name",
        "price",
    ),
    line("codes-swapped", "variant and product swapped", "sku_code", _swap("sku_code", "product_code"), "product_code"),
    field("sku-stuck", "stuck at its first value", "sku_code", first, systematic=True),
    field("variant-as-product", "the variant's code", "product_code", of("/line_item/sku_code")),
    field("line-name-stale", "the name of the previous change", "name", previous),
    field("cart-id-rotated", "a new cart for each event", "/cart/id", lambda place: f"9{len(place.earlier)}"),
    field("cart-id-constant", "the same for every shopper", "/cart/id", always("1"), systematic=True),
)
