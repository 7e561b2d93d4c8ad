"""The published descriptions of documents as JSON Schema draft-04, closed so that undescribed fields are detected."""

from functools import cache
from typing import Any

from jsonschema import Draft4Validator

DATE = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
TEXT, FLAG, NUMBER = {"type": "string", "minLength": 1}, {"type": "boolean"}, {"type": "number", "minimum": 0}
COUNT = {"type": "integer", "minimum": 1}
URL = {"type": "string", "pattern": "^https?://[^/]+/"}
DATES = {"create_date": DATE, "change_date": DATE}
SUMS = dict.fromkeys(
    ("subtotal", "total", "total_tax", "total_shipping", "total_payment_cost", "total_discounts"), NUMBER
)


def object_of(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


def array_of(item: dict[str, Any], **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, **limits}


NAMED = object_of({"id": TEXT, "name": TEXT})
PERSON = dict.fromkeys(("name", "first_name", "last_name", "email", "position", "department"), TEXT)
CUSTOMER = object_of({"id": TEXT, **DATES}, {**PERSON, "active_flag": FLAG, "marketing_opt_in": FLAG})
PRODUCT = object_of(
    {"id": TEXT, "is_product": FLAG, "is_sku": FLAG, "code": TEXT, **DATES},
    {
        "name": TEXT,
        "brand": TEXT,
        "price": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        "ancestors": array_of(TEXT),
        "base_product": object_of({"id": TEXT, "code": TEXT, "name": TEXT}),
        "catalog": NAMED,
        "categories": array_of(NAMED, uniqueItems=True),
        "images": array_of(object_of({"url": URL})),
        "urls": object_of({"store": URL}),
        "attributes": array_of(object_of({"id": TEXT, "name": TEXT, "value": TEXT}), uniqueItems=True),
    },
)
ID = {"type": "string"}
VISIT = object_of({"visit_id": ID, "visitor_id": ID, "pageview_id": ID, "last_pageview_id": ID})
ADDRESS = object_of(dict.fromkeys(("address1", "city", "postalcode", "country"), TEXT))
ITEM = {"id": TEXT, **DATES, "quantity": COUNT, "product": PRODUCT}
V2_ITEM = {**ITEM, "price": NUMBER, "discount_price": NUMBER}
V1_ITEM = {**ITEM, "amount": NUMBER, "discount_amount": NUMBER, "order_item_number": TEXT, "status": TEXT}
CART_ITEM = object_of({**V2_ITEM, "cart_item_number": TEXT})
ORDER_ITEM = object_of({**V2_ITEM, "order_item_number": TEXT, "status": {"enum": ["accepted", "cancelled"]}})
V1_CART = {"id": TEXT, "order_number": TEXT, **DATES, **SUMS, "currency": TEXT}

SHARED = {
    "category": object_of({"id": TEXT, "name": TEXT, **DATES}),
    "customer": CUSTOMER,
    "employee": object_of(
        {"id": TEXT, **DATES, "email": TEXT}, {**PERSON, "active_flag": FLAG, "marketing_opt_in": FLAG}
    ),
    "product": PRODUCT,
}
V1 = {
    **SHARED,
    "cart": object_of(
        V1_CART, {"cart_id": TEXT, "customer_id": TEXT, "status": TEXT, "items": array_of(object_of(V1_ITEM))}
    ),
    "order": object_of(
        {**V1_CART, "customer_id": TEXT, "order_date": DATE, "status": TEXT},
        {"cart_id": TEXT, "items": array_of(object_of(V1_ITEM))},
    ),
}
V2 = {
    **SHARED,
    "cart": object_of(
        {"id": TEXT, **DATES, **SUMS, "currency": TEXT, "customer": CUSTOMER, "items": array_of(CART_ITEM)},
        {"previous_items": array_of(CART_ITEM), "visit": VISIT},
    ),
    "order": {
        "oneOf": [
            object_of(
                {
                    "order_number": TEXT,
                    "status": {"enum": ["placed"]},
                    "order_date": DATE,
                    "customer": CUSTOMER,
                    "visit": VISIT,
                },
                {"cart_id": TEXT},
            ),
            object_of(
                {
                    "order_number": TEXT,
                    "status": {"enum": ["accepted"]},
                    "order_date": DATE,
                    **DATES,
                    **SUMS,
                    "currency": TEXT,
                    "customer": CUSTOMER,
                    "items": array_of(ORDER_ITEM, minItems=1),
                },
                {
                    "cart_id": TEXT,
                    "delivery_address": ADDRESS,
                    "payment_address": ADDRESS,
                    "previous_items": array_of(ORDER_ITEM),
                },
            ),
            object_of({"order_number": TEXT, "status": {"enum": ["cancelled"]}, "cancel_date": DATE}),
        ]
    },
}


@cache
def validator(version: str, kind: str) -> Draft4Validator:
    return Draft4Validator((V1 if version == "v1" else V2)[kind])


def violations(version: str, kind: str, document: Any) -> list[str]:
    """All violations of a document's description and of the rules about dates and sums."""
    messages = [f"{error.json_path}: {error.message[:200]}" for error in validator(version, kind).iter_errors(document)]
    messages += [f"changed before created: {part}" for part in parts(document) if is_misdated(part)]
    return messages + (wrong_sums(version, document) if "total" in document else [])


def parts(value: Any) -> list[dict[str, Any]]:
    """Every object in a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return ([value] if isinstance(value, dict) else []) + [part for item in inner for part in parts(item)]


def is_misdated(part: dict[str, Any]) -> bool:
    return "create_date" in part and not part["create_date"] <= part["change_date"]


def wrong_sums(version: str, document: Any) -> list[str]:
    unit = "amount" if version == "v1" else "price"
    lines = round(sum(item["quantity"] * item[unit] for item in document["items"]), 2)
    extras = document["total_shipping"] + document["total_payment_cost"] - document["total_discounts"]
    sums = {
        "subtotal": (document["subtotal"], lines),
        "total": (document["total"], round(document["subtotal"] + extras, 2)),
        "tax": (document["total_tax"], round(document["total"] - document["total"] / 1.19, 2)),
    }
    return [f"{name}: {sent}, not {right}" for name, (sent, right) in sums.items() if abs(sent - right) > 0.0051]
