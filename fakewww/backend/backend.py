"""The store's back end: sends documents to the Events API, as the integration of a real shop does.

At the start it sends catalogue, employees, customers and past orders: in batches in version 2, one by one in version 1.
Then it sends a document for each change, in the order of the changes.

The first document of an order is `placed`, with the ids of the visit's cookies. Payment and each edit send `accepted`, a
cancellation sends `cancelled`. A cancelled payment sends `placed` and `cancelled`. Past orders have no `placed`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from types import ModuleType
from typing import Any
from urllib.parse import quote

from fakewww.backend import documents, v1, v2
from fakewww.backend.batch import batches, encode
from fakewww.backend.outbox import Outbox
from fakewww.backend.state import OPENED, CartState, Items, OrderState, Person, StoreFront, update_items
from fakewww.cart import Cart
from fakewww.catalogue import Catalogue, Category, Product
from fakewww.customers import Customer
from fakewww.employees import Employee
from fakewww.orders import Order

VERSIONS: Mapping[str, ModuleType] = {"v1": v1, "v2": v2}


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


class Backend:
    """The events that a shop reports to its back end. This back end ignores them; it belongs to the option `backend: off`."""

    def start(
        self, *, employees: Iterable[Employee], customers: Iterable[Customer], past_orders: Iterable[Order]
    ) -> None:
        """Send the data from before the first visitor."""

    def cart_changed(self, cart: Cart, *, visitor: str, customer: Customer | None, visit: Mapping[str, str]) -> None:
        """The content of a cart changed."""

    def order_placed(self, order: Order, *, visit: Mapping[str, str]) -> None:
        """An order was placed in this visit, and is not paid yet."""

    def order_accepted(self, order: Order) -> None:
        """An order was paid, or a paid order was edited."""

    def order_cancelled(self, order: Order) -> None:
        """An order was cancelled."""

    def customer_changed(self, customer: Customer) -> None:
        """A customer is new or changed; an unchanged one is ignored."""

    def employee_changed(self, employee: Employee) -> None:
        """An employee is new or changed."""

    def category_changed(self, category: Category, catalogue: Catalogue) -> None:
        """A category of this catalogue is new or changed."""

    def product_changed(self, product: Product, catalogue: Catalogue) -> None:
        """A product of this catalogue, or one of its variants, is new or changed."""

    async def drained(self) -> None:
        """Wait until every document has its final response."""

    def state(self) -> dict[str, Any]:
        """The state of sending, as `/backend.json` reports it."""
        return {"backend": "off", "pending": 0, "sent": 0, "refused": 0, "retries": 0, "trouble": "", "failed": []}


@dataclass(frozen=True, kw_only=True)
class Account:
    """The site and organization in the addresses of documents."""

    site: str
    org: str = ""


class SendingBackend(Backend):
    """A back end that sends documents of one version of the API through an outbox."""

    def __init__(
        self,
        version: str,
        *,
        account: Account,
        front: StoreFront,
        outbox: Outbox,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.outbox = outbox
        self._version = version
        self._documents = VERSIONS[version]
        self._path = path(version, account)
        self._front = front
        self._clock = clock
        self._carts: dict[str, CartState] = {}
        self._orders: dict[str, OrderState] = {}
        self._people: dict[str, Person] = {}

    def start(
        self, *, employees: Iterable[Employee], customers: Iterable[Customer], past_orders: Iterable[Order]
    ) -> None:
        catalogue = self._front.catalogue
        for customer in customers:
            self._people[customer.id] = Person(customer=customer, created=OPENED, changed=OPENED)
        entries = chain(
            (("category", documents.category(category, changed=OPENED)) for category in catalogue.categories),
            (("product", body) for product in catalogue.products for body in documents.products(self._front, product)),
            (("employee", documents.employee(employee, changed=OPENED)) for employee in employees),
            (("customer", documents.customer(person)) for person in self._people.values()),
            (("order", body) for order in past_orders for body in self._past(order)),
        )
        if self._version == "v2":
            for body in batches(entries):
                self.outbox.put("batch", f"{self._path}/batch", body)
        else:
            for kind, document in entries:
                self._send(kind, document)

    def cart_changed(self, cart: Cart, *, visitor: str, customer: Customer | None, visit: Mapping[str, str]) -> None:
        at, before = self._clock(), self._carts.get(cart.id)
        created = before.created if before else at
        self._carts[cart.id] = CartState(
            cart=cart,
            items=update_items(before.items if before else Items(), cart.lines, at),
            created=created,
            changed=max(at, created),
            visitor=visitor,
            person=self._person(customer) if customer else None,
            visit=visit,
        )
        self._send("cart", self._documents.cart(self._front, self._carts[cart.id]))

    def order_placed(self, order: Order, *, visit: Mapping[str, str]) -> None:
        self._send("order", self._documents.order_placed(self._front, replace(self._new(order), visit=visit)))

    def order_accepted(self, order: Order) -> None:
        before = self._orders.get(order.number)
        state = self._new(order)
        if before:
            state = replace(state, items=update_items(before.items, order.lines, state.changed))
        self._orders[order.number] = state
        self._send("order", self._documents.order_accepted(self._front, state))

    def order_cancelled(self, order: Order) -> None:
        state = replace(self._orders.get(order.number) or self._new(order), order=order, changed=self._since(order.at))
        self._send("order", self._documents.order_cancelled(self._front, state))

    def customer_changed(self, customer: Customer) -> None:
        known = self._people.get(customer.id)
        if known and known.customer == customer:
            return
        created = known.created if known else self._clock()
        self._people[customer.id] = Person(customer=customer, created=created, changed=self._since(created))
        self._send("customer", documents.customer(self._people[customer.id]))

    def employee_changed(self, employee: Employee) -> None:
        self._send("employee", documents.employee(employee, changed=self._clock()))

    def category_changed(self, category: Category, catalogue: Catalogue) -> None:
        self._front = replace(self._front, catalogue=catalogue)
        self._send("category", documents.category(category, changed=self._clock()))

    def product_changed(self, product: Product, catalogue: Catalogue) -> None:
        changed = {**self._front.changed, product.id: self._clock()}
        self._front = replace(self._front, catalogue=catalogue, changed=changed)
        for document in documents.products(self._front, product):
            self._send("product", document)

    async def drained(self) -> None:
        await self.outbox.drained()

    def state(self) -> dict[str, Any]:
        return {"backend": self._version, **self.outbox.state()}

    def _send(self, kind: str, document: documents.Document) -> None:
        self.outbox.put(kind, f"{self._path}/{kind}", encode(document))

    def _past(self, order: Order) -> Iterable[documents.Document]:
        state = self._orders[order.number] = replace(self._new(order), changed=order.at)
        yield self._documents.order_accepted(self._front, state)
        if order.state == "cancelled":
            yield self._documents.order_cancelled(self._front, state)

    def _new(self, order: Order) -> OrderState:
        return OrderState(
            order=order,
            items=update_items(Items(), order.lines, order.at),
            changed=self._since(order.at),
            person=self._person(order.customer),
            visit={},
        )

    def _person(self, customer: Customer) -> Person:
        """The customer with the dates of creation and change."""
        if customer.id not in self._people:
            self.customer_changed(customer)
        return replace(self._people[customer.id], customer=customer)

    def _since(self, earlier: datetime) -> datetime:
        """Now, or `earlier` if the clock was set back since."""
        return max(self._clock(), earlier)


def path(version: str, account: Account) -> str:
    """The base path of a site's documents. Version 1 includes the organization, if any."""
    names = (account.org, account.site) if version == "v1" and account.org else (account.site,)
    return "/".join(("", version, *(quote(name, safe="") for name in names)))
