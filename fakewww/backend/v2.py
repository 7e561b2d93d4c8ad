"""Documents of carts and orders in version 2 of the Events API: pure functions from what the back end knows."""

from fakewww.backend.documents import Document, customer, dates, sku, sums
from fakewww.backend.state import CartState, Front, Item, OrderState, Person
from fakewww.customers import Customer
from fakewww.input_validation import instant
from fakewww.orders import NOT_SENT, totals


def cart(front: Front, state: CartState) -> Document:
    """A cart, with its visit where the tracker's cookies name one. Who has no name yet is known by the session's id."""
    nobody = Customer(id=state.visitor, first_name="", last_name="", email="")
    person = state.person or Person(customer=nobody, created=state.created, changed=state.created)
    is_known = state.visit["visit_id"] and state.visit["visitor_id"]
    visit = {"visit": dict(state.visit)} if is_known else {}
    return {
        "id": state.cart.id,
        **dates(state.created, state.changed),
        **sums(totals(state.cart, NOT_SENT)),
        "currency": front.catalogue.currency,
        "customer": customer(person),
        "items": [_cart_item(front, state, item) for item in state.items.now],
        "previous_items": [_cart_item(front, state, item) for item in state.items.before],
        **visit,
    }


def order_placed(front: Front, state: OrderState) -> Document:
    """Ties the order to the visit; no word yet of what it holds."""
    return {
        "order_number": state.order.number,
        "cart_id": state.order.cart_id,
        "status": "placed",
        "order_date": instant(state.order.at),
        "customer": customer(state.person),
        "visit": dict(state.visit),
    }


def order_accepted(front: Front, state: OrderState) -> Document:
    """A paid order as it is now, with its items as they were in the document before."""
    order = state.order
    return {
        "order_number": order.number,
        "cart_id": order.cart_id,
        "status": "accepted",
        "order_date": instant(order.at),
        **dates(order.at, state.changed),
        **sums(order.totals),
        "currency": front.catalogue.currency,
        "delivery_address": _address(state),
        "payment_address": _address(state),
        "items": [_order_item(front, state, item) for item in state.items.now],
        "previous_items": [_order_item(front, state, item) for item in state.items.before],
        "customer": customer(state.person),
    }


def order_cancelled(front: Front, state: OrderState) -> Document:
    """The whole order is off."""
    return {
        "order_number": state.order.number,
        "status": "cancelled",
        "cancel_date": instant(state.changed),
    }


def _cart_item(front: Front, state: CartState, item: Item) -> Document:
    return {**_item(front, state.cart.id, item), "cart_item_number": str(item.number)}


def _order_item(front: Front, state: OrderState, item: Item) -> Document:
    return {**_item(front, state.order.id, item), "order_item_number": str(item.number), "status": "accepted"}


def _item(front: Front, owner: str, item: Item) -> Document:
    return {
        "id": f"{owner}-{item.number}",
        **dates(item.created, item.changed),
        "quantity": item.line.quantity,
        "price": float(item.line.variant.price),
        "discount_price": 0.0,
        "product": sku(front, item.line.product, item.line.variant),
    }


def _address(state: OrderState) -> Document:
    address = state.order.address
    return {
        "address1": address.street,
        "city": address.city,
        "postalcode": address.postcode,
        "country": COUNTRY_CODES[address.country],
    }


COUNTRY_CODES = {
    "Austria": "AT",
    "Belgium": "BE",
    "Denmark": "DK",
    "France": "FR",
    "Germany": "DE",
    "Netherlands": "NL",
    "Switzerland": "CH",
    "United Kingdom": "GB",
}
"""ISO 3166 codes of the countries that the checkout offers."""
