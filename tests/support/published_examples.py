"""The examples of the two published documents, with the errata corrected."""

import json
from typing import Any

Json = dict[str, Any]


def changed(body: Json, **values: Any) -> Json:
    """A deep copy of a body with other top-level values; None removes a field."""
    copied: Json = json.loads(json.dumps({**body, **values}))
    return {name: value for name, value in copied.items() if value is not None}


PRODUCT: Json = {
    "brand": "Canon",
    "catalog": {"id": "electronicsProductCatalog", "name": "Electronics Product Catalog", "version_id": "Online"},
    "categories": [{"id": "8796098461838", "name": "Digital Compacts"}, {"id": "8796099248270", "name": "Canon"}],
    "change_date": "2013-03-28T19:50:58.000Z",
    "code": "1934793",
    "create_date": "2013-03-28T19:46:39.000Z",
    "id": "8796107014145",
    "images": [{"url": "http://hybris.jirafe.com/medias/sys_master/images/8796224651294/1934793_1719.jpg"}],
    "is_product": True,
    "is_sku": True,
    "name": "PowerShot A480",
    "rating": 5.0,
    "vendors": [{"id": "8796093089750", "name": "Electro"}],
}

CART: Json = {
    "change_date": "2013-06-17T15:16:15.000Z",
    "create_date": "2013-06-17T15:16:10.000Z",
    "currency": "USD",
    "customer_id": "john.doe@gmail.com",
    "id": "8797436543019",
    "items": [
        {
            "amount": 99.85,
            "change_date": "2013-06-17T15:16:11.000Z",
            "create_date": "2013-06-17T15:16:11.000Z",
            "discount_amount": 0.0,
            "id": "8797371007020",
            "order_item_number": "0",
            "product": PRODUCT,
            "quantity": 1,
            "status": "other",
        }
    ],
    "order_number": "00041000",
    "status": "other",
    "subtotal": 99.85,
    "total": 99.85,
    "total_discounts": 0.0,
    "total_payment_cost": 0.0,
    "total_shipping": 0.0,
    "total_tax": 4.75,
}

CATEGORY: Json = {
    "change_date": "2013-03-28T19:44:11.000Z",
    "create_date": "2013-03-28T19:38:09.000Z",
    "id": "8796094234766",
    "name": "Lens system",
}

CUSTOMER: Json = {
    "active_flag": True,
    "change_date": "2013-06-17T15:15:53.000Z",
    "create_date": "2013-06-17T15:15:53.000Z",
    "email": "john.doe@gmail.com",
    "first_name": "John",
    "id": "john.doe@gmail.com",
    "last_name": "Doe",
    "name": "John Doe",
}

EMPLOYEE: Json = {
    "active_flag": True,
    "change_date": "2013-03-28T19:38:03.000Z",
    "create_date": "2013-03-28T19:38:03.000Z",
    "first_name": "Product",
    "id": "productmanager",
    "last_name": "Manager",
    "name": "Product Manager",
}

ORDER: Json = {
    "change_date": "2013-06-17T15:34:13.000Z",
    "create_date": "2013-06-17T15:34:03.000Z",
    "currency": "USD",
    "customer_id": "john.doe@gmail.com",
    "id": "8796420735021",
    "items": [
        {
            "amount": 99.85,
            "change_date": "2013-06-17T15:34:04.000Z",
            "create_date": "2013-06-17T15:33:13.000Z",
            "discount_amount": 0.0,
            "id": "8796420735022",
            "order_item_number": "0",
            "product": PRODUCT,
            "quantity": 1,
            "status": "pending",
        }
    ],
    "order_date": "2013-06-17T15:34:03.000Z",
    "order_number": "00041002",
    "status": "pending",
    "subtotal": 99.85,
    "total": 111.84,
    "total_discounts": 0.0,
    "total_payment_cost": 0.0,
    "total_shipping": 11.99,
    "total_tax": 5.33,
}

V1: dict[str, Json] = {
    "cart": CART,
    "category": CATEGORY,
    "customer": CUSTOMER,
    "employee": EMPLOYEE,
    "order": ORDER,
    "product": PRODUCT,
}
"""Document type → example of version 1."""

SHOPPER: Json = {
    "id": "abc123",
    "create_date": "2013-06-17T15:16:11.000Z",
    "change_date": "2013-06-17T15:16:11.000Z",
    "email": "foo@example.com",
    "first_name": "Jane",
    "last_name": "Doe",
}

VISIT: Json = {"visit_id": "1234", "visitor_id": "4321", "pageview_id": "5678", "last_pageview_id": "8765"}

PLACED: Json = {
    "order_number": "123456789",
    "cart_id": "123456789",
    "status": "placed",
    "order_date": "2013-06-17T15:16:10.000Z",
    "customer": SHOPPER,
    "visit": VISIT,
}

ADDRESS: Json = {
    "postalcode": "12345",
    "address1": "123 Main St.",
    "country": "US",
    "state": "New York",
    "id": "8797680173079",
    "city": "Anytown",
}

CAMERA: Json = {
    "id": "8797371007020",
    "create_date": "2013-06-17T15:16:11.000Z",
    "change_date": "2013-06-17T15:16:11.000Z",
    "status": "accepted",
    "order_item_number": "1",
    "quantity": 1,
    "price": 99.85,
    "discount_price": 0.0,
    "product": {
        "id": "8796107014145",
        "create_date": "2013-03-28T19:46:39.000Z",
        "change_date": "2013-03-28T19:50:58.000Z",
        "is_product": True,
        "is_sku": True,
        "catalog": {"id": "electronicsProductCatalog", "name": "Electronics Product Catalog"},
        "name": "PowerShot A480",
        "code": "1934793",
        "brand": "Canon",
        "categories": [{"id": "8796098461838", "name": "Digital Compacts"}, {"id": "8796099248270", "name": "Canon"}],
        "images": [{"url": "http://yourstore.com/images/the_photo.jpg"}],
    },
}

ACCEPTED: Json = {
    "order_number": "8797436543019",
    "cart_id": "1234asdf",
    "status": "accepted",
    "order_date": "2013-06-17T15:16:10.000Z",
    "create_date": "2013-06-17T15:16:10.000Z",
    "change_date": "2013-06-17T15:16:15.000Z",
    "subtotal": 99.85,
    "total": 99.85,
    "total_tax": 4.75,
    "total_shipping": 0.0,
    "total_payment_cost": 0.0,
    "total_discounts": 0.0,
    "currency": "USD",
    "delivery_address": ADDRESS,
    "payment_address": {**ADDRESS, "id": "8797680238615"},
    "items": [CAMERA],
    "previous_items": [],
    "customer": SHOPPER,
}

CANCELLED: Json = {"order_number": "123456789", "cancel_date": "2013-06-17T15:16:10.000Z", "status": "cancelled"}

ORDERS: dict[str, Json] = {"placed": PLACED, "accepted": ACCEPTED, "cancelled": CANCELLED}
"""Status → example of an order document of version 2."""


def _item(number: str, name: str, quantity: int) -> Json:
    product = {**CAMERA["product"], "id": name, "code": name, "name": name}
    return changed(CAMERA, id=name, order_item_number=number, quantity=quantity, price=10.0, product=product)


SOCKS, SHOES, SHOE = _item("1", "socks", 1), _item("2", "shoes", 2), _item("2", "shoes", 1)


def _edited(items: list[Json], previous_items: list[Json]) -> Json:
    subtotal = sum(item["price"] * item["quantity"] for item in items)
    return changed(ACCEPTED, items=items, previous_items=previous_items, subtotal=subtotal, total=subtotal)


EDITS: tuple[Json, ...] = (_edited([SOCKS], []), _edited([SOCKS, SHOES], [SOCKS]), _edited([SHOE], [SOCKS, SHOES]))
"""The order that is edited twice, each time with its previous items."""

CART_V2: Json = changed(
    {
        name: ACCEPTED[name]
        for name in ACCEPTED
        if name.startswith(("total", "sub", "create", "change", "curr", "cust"))
    },
    id="1234asdf",
    items=[{**{k: v for k, v in CAMERA.items() if k not in ("status", "order_item_number")}, "cart_item_number": "1"}],
    previous_items=[],
    visit=VISIT,
    cookies={"jirafe_vid": "1234"},
)

V2: dict[str, Json] = {
    "cart": CART_V2,
    "category": CATEGORY,
    "customer": SHOPPER,
    "employee": {**EMPLOYEE, "email": "manager@example.com"},
    "order": ACCEPTED,
    "product": CAMERA["product"],
}
"""Document type → a valid document of version 2. Only the order and its content are published."""

WRAPPER: Json = {
    "cookie": "All cookies for domain",
    "timestamp": "2013-06-03T16:41:11.600Z",
    "org": "1",
    "site": "1",
    "page": {
        "current_type": "homepage",
        "referrer_type": "*none*",
        "current_url": "http://localhost:8000/fakewww/index.html",
        "current_title": "Beacon Test Index",
        "referrer_url": "http://localhost:8000/fakewww/products/2/index.html",
    },
    "visit": {
        "id": "9000628336459776",
        "visitor": "12345678890",
        "landing_url": "http://localhost:8000/fakewww/index.html",
        "referrer_url": "http://www.google.com?s=spectre",
        "user_agent": "Mozilla/5.0 ...",
        "attribution": ["search", "google", "cats"],
    },
    "customer": {"id": "007", "lastname": "Bond", "firstname": "James"},
}

EVENTS: dict[str, Json] = {
    "product page": {
        "page_type": "product",
        "event_type": "pageview",
        "product": {"name": "Tumbler", "sku_code": "1", "product_code": "1"},
    },
    "category page": {
        "page_type": "category",
        "event_type": "pageview",
        "category": {"id": "1", "name": "adorable puppies"},
    },
    "search page": {
        "page_type": "search",
        "event_type": "pageview",
        "search": {"keyword": "blue suede shoes", "page": 1, "total_results": 100},
    },
    "order success": {"event_type": "order_success", "order": {"id": "12345", "num": "0000000010"}},
    "funnel": {
        "event_type": "funnel",
        "funnel_name": "checkout",
        "step_name": "confirm",
        "step_position": 1,
        "last_step": False,
    },
}
"""The tracker's events that have an example."""
