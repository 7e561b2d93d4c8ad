"""The store's back end: tells the Events API what the shop knows, as the integration of a real shop does.

At the start it pushes catalogue, employees, customers and past orders: in batches in version 2, one by one in version 1.
From then on it sends a document for whatever happens, in the order in which it happens.

An order becomes known as `placed`, with the ids of the visit's cookies, then as `accepted` once it is paid, again as
`accepted` whenever it is edited, and as `cancelled`. A payment that the shopper gives up is an order that was placed and
is cancelled. A past order was never placed by a browser that we know of: it is only accepted, and perhaps cancelled.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from types import ModuleType
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

from fakewww.backend import documents
from fakewww.backend import v1 as documents_v1
from fakewww.backend import v2 as documents_v2
from fakewww.backend.batch import batches, encode
from fakewww.backend.outbox import Outbox
from fakewww.backend.state import OPENED, CartState, Front, Items, OrderState, Person, turn
from fakewww.cart import Cart
from fakewww.catalogue import Catalogue, Category, Product
from fakewww.customers import Customer
from fakewww.employees import Employee
from fakewww.orders import Order

Version: TypeAlias = Literal["off", "v1", "v2"]
DIALECTS: Mapping[str, ModuleType] = {"v1": documents_v1, "v2": documents_v2}


def now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


class Backend:
    """What a shop tells its back end. This one tells nobody: it is the back end of a store that has none."""

    def start(
        self, *, employees: Iterable[Employee], customers: Iterable[Customer], past_orders: Iterable[Order]
    ) -> None:
        """Push what is known before the first visitor comes."""

    def cart_changed(self, cart: Cart, *, visitor: str, customer: Customer | None, visit: Mapping[str, str]) -> None:
        """A cart holds something else than before."""

    def order_placed(self, order: Order, *, visit: Mapping[str, str]) -> None:
        """An order was placed, in the visit that the cookies name; it is not paid yet."""

    def order_accepted(self, order: Order) -> None:
        """An order was paid, or one that had been paid was edited."""

    def order_cancelled(self, order: Order) -> None:
        """The whole order is off."""

    def customer_changed(self, customer: Customer) -> None:
        """A customer is new, or different; nothing happens where neither is so."""

    def employee_changed(self, employee: Employee) -> None:
        """An employee is new, or different."""

    def category_changed(self, category: Category, catalogue: Catalogue) -> None:
        """A category is new, or different, and the catalogue with it."""

    def product_changed(self, product: Product, catalogue: Catalogue) -> None:
        """A product or one of its variants is new, or different, and the catalogue with it."""

    async def drained(self) -> None:
        """Wait until everything was answered for."""

    def state(self) -> dict[str, Any]:
        """How far it is with sending."""
        return {"backend": "off", "pending": 0, "sent": 0, "refused": 0, "retries": 0, "trouble": "", "failed": []}


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose documents these are."""

    site: str
    org: str = ""


class SendingBackend(Backend):
    """A back end that sends documents of one version of the API through an outbox."""

    def __init__(
        self,
        version: Literal["v1", "v2"],
        *,
        account: Account,
        front: Front,
        outbox: Outbox,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.outbox = outbox
        self._version = version
        self._dialect = DIALECTS[version]
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
            items=turn(before.items if before else Items(), cart.lines, at),
            created=created,
            changed=max(at, created),
            visitor=visitor,
            person=self._person(customer) if customer else None,
            visit=visit,
        )
        self._send("cart", self._dialect.cart(self._front, self._carts[cart.id]))

    def order_placed(self, order: Order, *, visit: Mapping[str, str]) -> None:
        self._send("order", self._dialect.order_placed(self._front, replace(self._new(order), visit=visit)))

    def order_accepted(self, order: Order) -> None:
        before = self._orders.get(order.number)
        state = self._new(order)
        if before:
            state = replace(state, items=turn(before.items, order.lines, state.changed))
        self._orders[order.number] = state
        self._send("order", self._dialect.order_accepted(self._front, state))

    def order_cancelled(self, order: Order) -> None:
        state = replace(self._orders.get(order.number) or self._new(order), order=order, changed=self._since(order.at))
        self._send("order", self._dialect.order_cancelled(self._front, state))

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
        yield self._dialect.order_accepted(self._front, state)
        if order.state == "cancelled":
            yield self._dialect.order_cancelled(self._front, state)

    def _new(self, order: Order) -> OrderState:
        return OrderState(
            order=order,
            items=turn(Items(), order.lines, order.at),
            changed=self._since(order.at),
            person=self._person(order.customer),
            visit={},
        )

    def _person(self, customer: Customer) -> Person:
        """The customer as given, with the dates that we know."""
        if customer.id not in self._people:
            self.customer_changed(customer)
        return replace(self._people[customer.id], customer=customer)

    def _since(self, earlier: datetime) -> datetime:
        """Now, but never before something that came earlier: clocks are set back at times."""
        return max(self._clock(), earlier)


def path(version: str, account: Account) -> str:
    """Where the documents of a site go: version 1 names the organization too where there is one."""
    names = (account.org, account.site) if version == "v1" and account.org else (account.site,)
    return "/".join(("", version, *(quote(name, safe="") for name in names)))
