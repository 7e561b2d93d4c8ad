"""The live service's recorded answers, reproduced over HTTP.

Each case has the property that decided one recording of the public repository flowlink/jirafe_integration
(`spec/vcr_cassettes`), in a body of our own.
"""

from typing import Any

import pytest
from support.collector_client import sent
from support.published_examples import ACCEPTED, CANCELLED, CART_V2, CATEGORY, PLACED, SHOPPER, V2, VISIT, Json, changed

from harness.findings import Severity

NO_DATE = "2013-07-30T19 =>19 =>05Z"
"""A date as a faulty conversion wrote it, which the live service accepted."""

OK: Json = {"success": True}
LINE = {**CART_V2["items"][0], "order_item_number": "0", "cart_item_number": "0", "status": "accepted"}
LINES = [LINE, {**LINE, "order_item_number": "1", "cart_item_number": "1"}]
"""Two lines with one id, as carts have them that use a product's id."""

SUMS = {"subtotal": 99.95, "total": 114.95, "total_tax": 5, "total_shipping": 0, "total_payment_cost": 114.95}
SEEN = {"visit_id": "6590", "visitor_id": "3821", "pageview_id": "0", "last_pageview_id": "0"}
UNSEEN = dict.fromkeys(SEEN, "")
CART: Json = changed(CART_V2, **SUMS, items=LINES, visit=SEEN, previous_items=None, cookies=None)
LATE_PLACED: Json = changed(PLACED, order_date=NO_DATE, visit=SEEN)
LATE_ACCEPTED: Json = changed(ACCEPTED, **SUMS, order_date=NO_DATE, visit=SEEN, items=LINES, previous_items=None)
PRODUCT: Json = {
    name: V2["product"][name] for name in ("id", "code", "create_date", "change_date", "is_product", "is_sku")
}
GUEST = {**SHOPPER, "id": ""}


def without(body: Json, name: str) -> Json:
    """The body with a null in one field."""
    return {**body, name: None}


def refused(name: str) -> Json:
    errors = {name: "None is not of type 'string'"}
    return {"success": False, "error_type": "validation", "errors": errors}


UNNAMED = {**PRODUCT, "id": "", "code": None, "create_date": NO_DATE, "change_date": NO_DATE}
UNDATED = {**CART, "create_date": NO_DATE, "change_date": NO_DATE, "customer": GUEST, "visit": UNSEEN}

RECORDED: dict[str, tuple[str, Any, int, Json]] = {
    "a category": ("category", CATEGORY, 200, OK),
    "a category without a name": ("category", without(CATEGORY, "name"), 400, refused("name")),
    "a product of six fields": ("product", PRODUCT, 200, OK),
    "a product without a code, with an empty id and no dates": ("product", UNNAMED, 400, refused("code")),
    "a cart whose total is the payment cost": ("cart", CART, 200, OK),
    "a cart without a date": ("cart", without(CART, "create_date"), 400, refused("create_date")),
    "a cart of a guest, with empty visit ids and no dates": ("cart", UNDATED, 200, OK),
    "a cart of a guest without a date": ("cart", without(UNDATED, "create_date"), 400, refused("create_date")),
    "an accepted order with a visit": ("order", LATE_ACCEPTED, 200, OK),
    "an accepted order without a number": (
        "order",
        without(LATE_ACCEPTED, "order_number"),
        400,
        refused("order_number"),
    ),
    "a cancelled order": ("order", {**CANCELLED, "cancel_date": NO_DATE}, 200, OK),
    "a batch": (
        "batch",
        {"cart": [CART], "order": [LATE_PLACED, LATE_ACCEPTED]},
        200,
        {"cart": [OK], "order": [OK, OK]},
    ),
    "a batch with errors only": (
        "batch",
        {"cart": [without(CART, "id")], "order": [without(each, "order_number") for each in (LATE_PLACED, LATE_ACCEPTED)]},
        200,
        {"cart": [refused("id")], "order": [refused("order_number")] * 2},
    ),
    "a batch with errors and valid documents": (
        "batch",
        {
            "cart": [{**UNDATED, "id": None, "visit": {**SEEN, "last_pageview_id": ""}}],
            "order": [without(each, "order_number") for each in (LATE_PLACED, LATE_ACCEPTED)],
            "product": [{**PRODUCT, "brand": "", "images": []}] * 2,
            "customer": [SHOPPER],
        },
        200,
        {"cart": [refused("id")], "order": [refused("order_number")] * 2, "product": [OK] * 2, "customer": [OK]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "body", "status", "content"), RECORDED.values(), ids=RECORDED)
def test_the_answer_is_that_of_the_live_service(path: str, body: Any, status: int, content: Json) -> None:
    assert sent(f"/v2/123/{path}", body)[:2] == (status, content)


def test_empty_visit_ids_are_accepted_and_each_is_a_warning() -> None:
    status, _, _, reading = sent("/v2/123/cart", {**CART_V2, "visit": UNSEEN})
    found = [(finding.code, finding.severity, finding.place) for finding in reading.findings]
    assert status == 200
    assert found == [("lenient-value", Severity.WARNING, f"/visit/{name}") for name in ("visit_id", "visitor_id")]
    assert reading.documents[0].accepted


def test_the_same_cart_with_visit_ids_has_no_finding() -> None:
    status, _, _, reading = sent("/v2/123/cart", {**CART_V2, "visit": VISIT})
    assert (status, reading.findings) == (200, ())
