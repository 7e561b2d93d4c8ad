"""Documents of carts and orders in version 2 of the Events API: pure functions of the back end's state."""

from fakewww.backend.documents import Document, customer, dates, sku, sums
from fakewww.backend.state import CartState, Item, OrderState, Person, StoreFront
from fakewww.customers import Customer
from fakewww.input_validation import instant
from fakewww.orders import NO_SHIPPING, totals


def cart(front: StoreFront, state: CartState) -> Document:
    """A cart, with its visit if the tracker set cookies. The customer of an anonymous cart has the session's id."""
    anonymous = Customer(id=state.visitor, first_name="", last_name="", email="")
    person = state.person or Person(customer=anonymous, created=state.created, changed=state.created)
    has_visit = state.visit["visit_id"] and state.visit["visitor_id"]
    visit = {"visit": dict(state.visit)} if has_visit else {}
    return {
        "id": state.cart.id,
        **dates(state.created, state.changed),
        **sums(totals(state.cart, NO_SHIPPING)),
        "currency": front.catalogue.currency,
        "customer": customer(person),
        "items": [_cart_item(front, state, item) for item in state.items.now],
        "previous_items": [_cart_item(front, state, item) for item in state.items.before],
        **visit,
    }


def order_placed(front: StoreFront, state: OrderState) -> Document:
    """Connects the order to the visit; its content follows with `accepted`."""
    return {
        "order_number": state.order.number,
        "cart_id": state.order.cart_id,
        "status": "placed",
        "order_date": instant(state.order.at),
        "customer": customer(state.person),
        "visit": dict(state.visit),
    }


def order_accepted(front: StoreFront, state: OrderState) -> Document:
    """The current state of a paid order, with its items in the previous document."""
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


def order_cancelled(front: StoreFront, state: OrderState) -> Document:
    """A cancelled order."""
    return {
        "order_number": state.order.number,
        "status": "cancelled",
        "cancel_date": instant(state.changed),
    }


def _cart_item(front: StoreFront, state: CartState, item: Item) -> Document:
    return {**_item(front, state.cart.id, item), "cart_item_number": str(item.number)}


def _order_item(front: StoreFront, state: OrderState, item: Item) -> Document:
    return {**_item(front, state.order.id, item), "order_item_number": str(item.number), "status": "accepted"}


def _item(front: StoreFront, owner: str, item: Item) -> Document:
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
