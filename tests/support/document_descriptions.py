"""How the documents are described, as JSON Schema draft-04; closed, so that a field nobody described is seen."""

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


def thing(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": [*required], "properties": properties, "additionalProperties": False}


def several(item: dict[str, Any], **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": item, **limits}


NAMED = thing({"id": TEXT, "name": TEXT})
PERSON = dict.fromkeys(("name", "first_name", "last_name", "email", "position", "department"), TEXT)
CUSTOMER = thing({"id": TEXT, **DATES}, {**PERSON, "active_flag": FLAG, "marketing_opt_in": FLAG})
PRODUCT = thing(
    {"id": TEXT, "is_product": FLAG, "is_sku": FLAG, "code": TEXT, **DATES},
    {
        "name": TEXT,
        "brand": TEXT,
        "price": {"type": "number", "minimum": 0, "exclusiveMinimum": True},
        "ancestors": several(TEXT),
        "base_product": thing({"id": TEXT, "code": TEXT, "name": TEXT}),
        "catalog": NAMED,
        "categories": several(NAMED, uniqueItems=True),
        "images": several(thing({"url": URL})),
        "urls": thing({"store": URL}),
        "attributes": several(thing({"id": TEXT, "name": TEXT, "value": TEXT}), uniqueItems=True),
    },
)
ID = {"type": "string"}
VISIT = thing({"visit_id": ID, "visitor_id": ID, "pageview_id": ID, "last_pageview_id": ID})
ADDRESS = thing(dict.fromkeys(("address1", "city", "postalcode", "country"), TEXT))
ITEM = {"id": TEXT, **DATES, "quantity": COUNT, "product": PRODUCT}
V2_ITEM = {**ITEM, "price": NUMBER, "discount_price": NUMBER}
V1_ITEM = {**ITEM, "amount": NUMBER, "discount_amount": NUMBER, "order_item_number": TEXT, "status": TEXT}
CART_ITEM = thing({**V2_ITEM, "cart_item_number": TEXT})
ORDER_ITEM = thing({**V2_ITEM, "order_item_number": TEXT, "status": {"enum": ["accepted", "cancelled"]}})
V1_CART = {"id": TEXT, "order_number": TEXT, **DATES, **SUMS, "currency": TEXT}

SHARED = {
    "category": thing({"id": TEXT, "name": TEXT, **DATES}),
    "customer": CUSTOMER,
    "employee": thing({"id": TEXT, **DATES, "email": TEXT}, {**PERSON, "active_flag": FLAG, "marketing_opt_in": FLAG}),
    "product": PRODUCT,
}
V1 = {
    **SHARED,
    "cart": thing(V1_CART, {"cart_id": TEXT, "customer_id": TEXT, "status": TEXT, "items": several(thing(V1_ITEM))}),
    "order": thing(
        {**V1_CART, "customer_id": TEXT, "order_date": DATE, "status": TEXT},
        {"cart_id": TEXT, "items": several(thing(V1_ITEM))},
    ),
}
V2 = {
    **SHARED,
    "cart": thing(
        {"id": TEXT, **DATES, **SUMS, "currency": TEXT, "customer": CUSTOMER, "items": several(CART_ITEM)},
        {"previous_items": several(CART_ITEM), "visit": VISIT},
    ),
    "order": {
        "oneOf": [
            thing(
                {
                    "order_number": TEXT,
                    "status": {"enum": ["placed"]},
                    "order_date": DATE,
                    "customer": CUSTOMER,
                    "visit": VISIT,
                },
                {"cart_id": TEXT},
            ),
            thing(
                {
                    "order_number": TEXT,
                    "status": {"enum": ["accepted"]},
                    "order_date": DATE,
                    **DATES,
                    **SUMS,
                    "currency": TEXT,
                    "customer": CUSTOMER,
                    "items": several(ORDER_ITEM, minItems=1),
                },
                {
                    "cart_id": TEXT,
                    "delivery_address": ADDRESS,
                    "payment_address": ADDRESS,
                    "previous_items": several(ORDER_ITEM),
                },
            ),
            thing({"order_number": TEXT, "status": {"enum": ["cancelled"]}, "cancel_date": DATE}),
        ]
    },
}


@cache
def validator(version: str, kind: str) -> Draft4Validator:
    return Draft4Validator((V1 if version == "v1" else V2)[kind])


def faults(version: str, kind: str, document: Any) -> list[str]:
    """Everything about a document that is not as described, or not as the rules beside the description say."""
    found = [f"{error.json_path}: {error.message[:200]}" for error in validator(version, kind).iter_errors(document)]
    found += [f"changed before created: {part}" for part in parts(document) if misdated(part)]
    return found + (sums_off(version, document) if "total" in document else [])


def parts(value: Any) -> list[dict[str, Any]]:
    """Every object in a document."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return ([value] if isinstance(value, dict) else []) + [part for item in inner for part in parts(item)]


def misdated(part: dict[str, Any]) -> bool:
    return "create_date" in part and not part["create_date"] <= part["change_date"]


def sums_off(version: str, document: Any) -> list[str]:
    unit = "amount" if version == "v1" else "price"
    lines = round(sum(item["quantity"] * item[unit] for item in document["items"]), 2)
    carriage = document["total_shipping"] + document["total_payment_cost"] - document["total_discounts"]
    wrong = {
        "subtotal": (document["subtotal"], lines),
        "total": (document["total"], round(document["subtotal"] + carriage, 2)),
        "tax": (document["total_tax"], round(document["total"] - document["total"] / 1.19, 2)),
    }
    return [f"{name}: {says}, not {should}" for name, (says, should) in wrong.items() if abs(says - should) > 0.0051]
