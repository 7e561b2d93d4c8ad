"""Mutations of event values: page types, products, searches, customers, orders, funnel steps."""

from html import escape
from typing import Any, Final
from urllib.parse import quote

from harness.json_matching import MISSING
from harness.protocols.jirafe.mutations.field_edit import Change, Edit, Place, expect, value_at

WRONG: Final = (
    *("wrong-value", "missing-event", "unexpected-event", "schema"),
    *("total-mismatch", "lenient-value", "order-number-mismatch"),
)
_UNORDERED: Final = ("funnel-order", *WRONG)
_PAGE: Final = ("pageview",)
_FUNNEL: Final = ("funnel",)
_ORDER: Final = ("order_success",)


def value(
    name: str,
    text: str,
    types: tuple[str, ...],
    field: str,
    change: Change,
    *codes: str,
    systematic: bool = False,
    contradicts: str = "",
) -> Edit:
    """Change one field. The expected finding is at this field, or at `contradicts`."""
    expected = [expect(code, field) for code in codes or WRONG] + [expect("missing-event")]
    expected += [expect("wrong-value", contradicts, event=None)] if contradicts else []
    return Edit(name=name, text=text, types=types, field=field, change=change, expected=expected, systematic=systematic)


def swap(name: str, types: tuple[str, ...], container: str, one: str, other: str) -> Edit:
    """Swap two fields of an object."""

    def change(place: Place) -> Any:
        body = dict(place.value)
        if one in body and other in body:
            body[one], body[other] = body[other], body[one]
        return body

    return Edit(
        name=name,
        text=f"{one} and {other} swapped",
        types=types,
        field=container,
        of=f"{container}/{one}",
        change=change,
        expected=[expect(code, f"{container}/{each}") for each in (one, other) for code in WRONG],
    )


def first(place: Place) -> Any:
    return place.first


def previous(place: Place) -> Any:
    return place.previous


def always(new: Any) -> Change:
    """Return a change to this value."""
    return lambda _place: new


def of(pointer: str) -> Change:
    """Return a change to the value of another field of the event."""

    def change(place: Place) -> Any:
        other = value_at(place.container, pointer)
        return place.value if other is MISSING else other

    return change


def _next_number(place: Place) -> str:
    number = str(place.value)
    return str(int(number) + 1).zfill(len(number)) if number.isdigit() else f"{number}1"


def _review_and_receipt(place: Place) -> Any:
    return {"order_confirm": "order_success", "order_success": "order_confirm"}.get(place.value, place.value)


PAGES: Final = (
    value("page-type-other", "the default type", _PAGE, "/page_type", always("other")),
    value("page-type-stale", "the type of the previous page", _PAGE, "/page_type", previous),
    value("page-type-confirmation", "review and receipt swapped", _PAGE, "/page_type", _review_and_receipt),
    value("page-type-unknown", "a type of the shop system", _PAGE, "/page_type", lambda place: f"{place.value}-page"),
    value("product-code-stale", "the previous product", _PAGE, "/product/product_code", previous),
    value("variant-as-product-viewed", "the variant's code", _PAGE, "/product/product_code", of("/product/sku_code")),
    value(
        "product-unknown",
        "not in the catalogue",
        _PAGE,
        "/product/product_code",
        lambda place: f"{place.value}-OLD",
        "unknown-product",
        *WRONG,
    ),
    value("sku-stale", "the previous product", _PAGE, "/product/sku_code", previous),
    value("sku-is-the-product", "the product's code", _PAGE, "/product/sku_code", of("/product/product_code")),
    value("product-name-stale", "the previous product", _PAGE, "/product/name", previous),
    value("product-name-escaped", "escaped for HTML", _PAGE, "/product/name", lambda place: escape(place.value)),
    value("category-stale", "the previous category", _PAGE, "/category/name", previous),
    value("category-id-stale", "the previous category", _PAGE, "/category/id", previous),
    swap("category-swapped", _PAGE, "/category", "id", "name"),
    value("search-stale", "the previous search", _PAGE, "/search/keyword", previous),
    value("search-encoded", "URL-encoded", _PAGE, "/search/keyword", lambda place: quote(place.value, safe="")),
    value("search-empty", "empty", _PAGE, "/search/keyword", always("")),
    value("search-page-from-zero", "counted from 0", _PAGE, "/search/page", lambda place: place.value - 1),
    value("search-page-stuck", "always the first", _PAGE, "/search/page", always(1), systematic=True),
    value("results-off", "zero", _PAGE, "/search/total_results", always(0)),
    value("results-stale", "the results of the previous search", _PAGE, "/search/total_results", previous),
    value(
        "attribution-empty",
        "an empty list",
        _PAGE,
        "/attribution",
        always([]),
        "lenient-value",
        "wrong-value",
        "missing-event",
    ),
    value(
        "attribution-backwards",
        "in reverse order",
        _PAGE,
        "/attribution",
        lambda place: place.value[::-1],
        *WRONG,
        contradicts="/visit/tag_attribution",
    ),
    value("customer-stale", "the same for every shopper", _PAGE, "/customer/id", always("1"), systematic=True),
    value(
        "customer-email-off", "the address of another customer", _PAGE, "/customer/email", always("info@shop.example")
    ),
    value(
        "customer-email-malformed",
        "not an address",
        _PAGE,
        "/customer/email",
        lambda place: place.value.replace("@", " at "),
    ),
    swap("customer-names-swapped", _PAGE, "/customer", "firstname", "lastname"),
)

ORDERS: Final = (
    value(
        "order-zeros-lost",
        "without its leading zeros",
        _ORDER,
        "/order/num",
        lambda place: place.value.lstrip("0") or "0",
        "order-number-mismatch",
    ),
    value(
        "order-number-off", "the number of the next order", _ORDER, "/order/num", _next_number, "order-number-mismatch"
    ),
    swap("order-ids-swapped", _ORDER, "/order", "num", "id"),
    value(
        "order-id-as-number",
        "the id instead of the number",
        _ORDER,
        "/order/num",
        of("/order/id"),
        "order-number-mismatch",
    ),
    value("order-id-off", "another id", _ORDER, "/order/id", lambda place: f"{place.value}1"),
)

FUNNEL: Final = (
    value("position-from-zero", "counted from 0", _FUNNEL, "/step_position", lambda place: place.value - 1),
    value("position-stuck", "stuck at its first value", _FUNNEL, "/step_position", first),
    value(
        "position-counts-views",
        "counts page views, not steps",
        _FUNNEL,
        "/step_position",
        lambda place: len(place.earlier) + 1,
    ),
    value(
        "position-skips",
        "one too high",
        _FUNNEL,
        "/step_position",
        lambda place: place.value + 1 if isinstance(place.value, int) else place.value,
        *_UNORDERED,
    ),
    value("step-name-stale", "the previous step", _FUNNEL, "/step_name", previous),
    value("step-name-from-title", "in title case", _FUNNEL, "/step_name", lambda place: place.value.title()),
    value("funnel-name-off", "another funnel", _FUNNEL, "/funnel_name", always("default")),
    value("last-step-always", "true for every step", _FUNNEL, "/last_step", always(True), *_UNORDERED, systematic=True),
    value(
        "last-step-never", "false for every step", _FUNNEL, "/last_step", always(False), *_UNORDERED, systematic=True
    ),
)

MUTATIONS: Final = (*PAGES, *ORDERS, *FUNNEL)
