"""Documents of carts and orders in version 1 of the Events API: pure functions of the back end's state."""

from fakewww.backend.documents import Document, dates, sku, sums
from fakewww.backend.state import CartState, Item, Items, OrderState, StoreFront
from fakewww.input_validation import instant
from fakewww.orders import NO_SHIPPING, totals


def cart(front: StoreFront, state: CartState) -> Document:
    """A cart. Its own id replaces the required order number, since there is no order yet (errata 29)."""
    customer = {"customer_id": state.person.customer.id} if state.person else {}
    return {
        "id": state.cart.id,
        "order_number": state.cart.id,
        "cart_id": state.cart.id,
        **customer,
        **dates(state.created, state.changed),
        "status": "open",
        **sums(totals(state.cart, NO_SHIPPING)),
        "currency": front.catalogue.currency,
        "items": _items(front, state.cart.id, state.items, status="open"),
    }


def order_placed(front: StoreFront, state: OrderState) -> Document:
    """An order that is not paid yet."""
    return _order(front, state, "placed")


def order_accepted(front: StoreFront, state: OrderState) -> Document:
    """The current state of a paid order."""
    return _order(front, state, "accepted")


def order_cancelled(front: StoreFront, state: OrderState) -> Document:
    """A cancelled order with its latest content."""
    return _order(front, state, "cancelled")


def _order(front: StoreFront, state: OrderState, status: str) -> Document:
    order = state.order
    return {
        "id": order.id,
        "order_number": order.number,
        "cart_id": order.cart_id,
        "customer_id": order.customer.id,
        "order_date": instant(order.at),
        **dates(order.at, state.changed),
        "status": status,
        **sums(order.totals),
        "currency": front.catalogue.currency,
        "items": _items(front, order.id, state.items, status=status),
    }


def _items(front: StoreFront, owner: str, items: Items, *, status: str) -> list[Document]:
    return [_item(front, owner, item, status) for item in items.now]


def _item(front: StoreFront, owner: str, item: Item, status: str) -> Document:
    return {
        "id": f"{owner}-{item.number}",
        **dates(item.created, item.changed),
        "order_item_number": str(item.number),
        "status": status,
        "quantity": item.line.quantity,
        "amount": float(item.line.variant.price),
        "discount_amount": 0.0,
        "product": sku(front, item.line.product, item.line.variant),
    }
