"""Ways to break the values of events: page types, products, searches, customers, orders, funnel steps."""

from html import escape
from typing import Any, Final
from urllib.parse import quote

from harness.json_matching import MISSING
from harness.protocols.jirafe.mutations.field_edit import Change, Edit, Spot, look, says

WRONG: Final = (
    "wrong-value",
    "missing-event",
    "unexpected-event",
    "schema",
    "total-mismatch",
    "lenient-value",
    "order-number-mismatch",
)
_UNORDERED: Final = ("funnel-order", *WRONG)
_PAGE: Final = ("pageview",)
_FUNNEL: Final = ("funnel",)
_ORDER: Final = ("order_success",)


def value(
    name: str,
    about: str,
    types: tuple[str, ...],
    field: str,
    change: Change,
    *codes: str,
    always: bool = False,
    tells: str = "",
) -> Edit:
    """An edit of one field, of which a good judge says that this field is wrong, or that it tells on another one."""
    expected = [says(code, field) for code in codes or WRONG] + [says("missing-event")]
    expected += [says("wrong-value", tells, event=None)] if tells else []
    return Edit(name=name, about=about, types=types, field=field, change=change, expected=expected, always=always)


def swap(name: str, types: tuple[str, ...], within: str, one: str, other: str) -> Edit:
    """An edit that swaps two fields of an object."""

    def change(spot: Spot) -> Any:
        body = dict(spot.value)
        if one in body and other in body:
            body[one], body[other] = body[other], body[one]
        return body

    return Edit(
        name=name,
        about=f"{one} and {other} swapped",
        types=types,
        field=within,
        of=f"{within}/{one}",
        change=change,
        expected=[says(code, f"{within}/{each}") for each in (one, other) for code in WRONG],
    )


def first(spot: Spot) -> Any:
    """What was sent first."""
    return spot.first


def previous(spot: Spot) -> Any:
    """What was sent before."""
    return spot.previous


def of(pointer: str) -> Change:
    """What another field of the event has."""

    def change(spot: Spot) -> Any:
        other = look(spot.within, pointer)
        return spot.value if other is MISSING else other

    return change


def _next_number(spot: Spot) -> str:
    number = str(spot.value)
    return str(int(number) + 1).zfill(len(number)) if number.isdigit() else f"{number}1"


def _review_and_receipt(spot: Spot) -> Any:
    return {"order_confirm": "order_success", "order_success": "order_confirm"}.get(spot.value, spot.value)


PAGES: Final = (
    value("page-type-other", "the default", _PAGE, "/page_type", lambda _spot: "other"),
    value("page-type-stale", "that of the page before", _PAGE, "/page_type", previous),
    value("page-type-confirmation", "review and receipt mixed up", _PAGE, "/page_type", _review_and_receipt),
    value("page-type-unknown", "a name of the shop system's", _PAGE, "/page_type", lambda spot: f"{spot.value}-page"),
    value("product-code-stale", "that of the product before", _PAGE, "/product/product_code", previous),
    value("variant-as-product-viewed", "the variant's code", _PAGE, "/product/product_code", of("/product/sku_code")),
    value(
        "product-unknown",
        "of no product in the catalogue",
        _PAGE,
        "/product/product_code",
        lambda spot: f"{spot.value}-OLD",
        "unknown-product",
        *WRONG,
    ),
    value("sku-stale", "that of the product before", _PAGE, "/product/sku_code", previous),
    value("sku-is-the-product", "the product's code", _PAGE, "/product/sku_code", of("/product/product_code")),
    value("product-name-stale", "that of the product before", _PAGE, "/product/name", previous),
    value("product-name-escaped", "escaped for HTML", _PAGE, "/product/name", lambda spot: escape(spot.value)),
    value("category-stale", "the category before", _PAGE, "/category/name", previous),
    value("category-id-stale", "the category before", _PAGE, "/category/id", previous),
    swap("category-swapped", _PAGE, "/category", "id", "name"),
    value("search-stale", "the search before", _PAGE, "/search/keyword", previous),
    value(
        "search-encoded", "as it stands in the URL", _PAGE, "/search/keyword", lambda spot: quote(spot.value, safe="")
    ),
    value("search-empty", "empty", _PAGE, "/search/keyword", lambda _spot: ""),
    value("search-page-from-zero", "counted from 0", _PAGE, "/search/page", lambda spot: spot.value - 1),
    value("search-page-stuck", "always the first", _PAGE, "/search/page", lambda _spot: 1, always=True),
    value("results-off", "no results", _PAGE, "/search/total_results", lambda _spot: 0),
    value("results-stale", "the results of the search before", _PAGE, "/search/total_results", previous),
    value(
        "attribution-empty",
        "an empty list",
        _PAGE,
        "/attribution",
        lambda _spot: [],
        "lenient-value",
        "wrong-value",
        "missing-event",
    ),
    value(
        "attribution-backwards",
        "in the other order",
        _PAGE,
        "/attribution",
        lambda spot: spot.value[::-1],
        *WRONG,
        tells="/visit/tag_attribution",
    ),
    value("customer-stale", "everybody is the same customer", _PAGE, "/customer/id", lambda _spot: "1", always=True),
    value("customer-email-off", "another's address", _PAGE, "/customer/email", lambda _spot: "info@shop.example"),
    value(
        "customer-email-malformed", "no address", _PAGE, "/customer/email", lambda spot: spot.value.replace("@", " at ")
    ),
    swap("customer-names-swapped", _PAGE, "/customer", "firstname", "lastname"),
)

ORDERS: Final = (
    value(
        "order-zeros-lost",
        "without its leading zeros",
        _ORDER,
        "/order/num",
        lambda spot: spot.value.lstrip("0") or "0",
        "order-number-mismatch",
    ),
    value(
        "order-number-off", "the number of the next order", _ORDER, "/order/num", _next_number, "order-number-mismatch"
    ),
    swap("order-ids-swapped", _ORDER, "/order", "num", "id"),
    value(
        "order-id-as-number",
        "the id in place of the number",
        _ORDER,
        "/order/num",
        of("/order/id"),
        "order-number-mismatch",
    ),
    value("order-id-off", "another id", _ORDER, "/order/id", lambda spot: f"{spot.value}1"),
)

FUNNEL: Final = (
    value("position-from-zero", "counted from 0", _FUNNEL, "/step_position", lambda spot: spot.value - 1),
    value("position-stuck", "stuck at its first value", _FUNNEL, "/step_position", first),
    value(
        "position-counts-views",
        "counts page views, not steps",
        _FUNNEL,
        "/step_position",
        lambda spot: len(spot.earlier) + 1,
    ),
    value(
        "position-skips",
        "one too far",
        _FUNNEL,
        "/step_position",
        lambda spot: spot.value + 1 if isinstance(spot.value, int) else spot.value,
        *_UNORDERED,
    ),
    value("step-name-stale", "the step before", _FUNNEL, "/step_name", previous),
    value("step-name-from-title", "in a title's spelling", _FUNNEL, "/step_name", lambda spot: spot.value.title()),
    value("funnel-name-off", "another funnel", _FUNNEL, "/funnel_name", lambda _spot: "default"),
    value(
        "last-step-always",
        "every step is the last",
        _FUNNEL,
        "/last_step",
        lambda _spot: True,
        *_UNORDERED,
        always=True,
    ),
    value(
        "last-step-never", "no step is the last", _FUNNEL, "/last_step", lambda _spot: False, *_UNORDERED, always=True
    ),
)

MUTATIONS: Final = (*PAGES, *ORDERS, *FUNNEL)
