"""Past orders: what was sold before the store was opened. The same seed gives the same orders."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from fakewww.cart import Line
from fakewww.catalogue import Catalogue
from fakewww.checkout import order_entry
from fakewww.customers import Address, Customer, Customers
from fakewww.orders import PAYMENT, SHIPPING
from fakewww.shop import Shop

FIRST, YEAR = datetime(2025, 1, 2, 8, tzinfo=UTC), timedelta(days=360)
"""All past orders are from that year."""
FIRST_NAMES = ("Ada", "Björn", "Chidi", "Dorothée", "Emre", "Fatima", "Grace", "Hiroshi", "Ines", "Jonas")
LAST_NAMES = ("Lind", "Okafor", "Peeters", "Rossi", "Schäfer", "Tanaka", "Ünal", "Visser", "Wójcik", "Young")
TOWNS = (("Hamburg", "20457", "Germany"), ("Gent", "9000", "Belgium"), ("Aarhus", "8000", "Denmark"))
ONE_IN = 12
"""Every so many orders was cancelled."""


def remember(shop: Shop, count: int) -> None:
    """Put that many past orders into the shop's books: one in twelve cancelled, the others paid, all receipts seen."""
    chance = Random(f"past orders {shop.settings.seed}")
    buyers = [*shop.customers.all(), *regulars(shop.customers, min(count // 3, 100))]
    for at in moments(chance, count):
        customer = chance.choice(buyers)
        order = shop.orders.record(
            state="cancelled" if chance.randrange(ONE_IN) == 0 else "paid",
            owner=customer.id,
            customer=customer,
            address=customer.address or address(customer),
            shipping=chance.choice(list(SHIPPING.values())),
            payment=chance.choice(list(PAYMENT.values())),
            cart=replace(shop.new_cart(), lines=basket(chance, shop.catalogue)),
            at=at,
        )
        shop.orders.first_look(order)
        for state in ("paid", "cancelled") if order.state == "cancelled" else ("paid",):
            entry = order_entry(shop, order, state)
            entry["order"]["past"] = True
            shop.ledger.write("order", session="past", at=at, **entry)


def moments(chance: Random, count: int) -> Iterator[datetime]:
    """That many moments of the year, one after the other, to the second."""
    for place in range(count):
        part = (place + chance.random()) / count
        yield FIRST + timedelta(seconds=int(part * YEAR.total_seconds()))


def regulars(customers: Customers, count: int) -> Iterator[Customer]:
    """That many customers with accounts, whom the shop knows from then on."""
    for place in range(count):
        first, last = FIRST_NAMES[place % 10], LAST_NAMES[(place // 10 + place) % 10]
        email = f"customer{place + 1}@people.example"
        customer = customers.sign_up(first_name=first, last_name=last, email=email, password="a regular")
        if customer:
            yield customer


def address(customer: Customer) -> Address:
    """Where a customer of that id lives."""
    place = int(customer.id)
    town, postcode, country = TOWNS[place % len(TOWNS)]
    name = f"{customer.first_name} {customer.last_name}"
    return Address(name=name, street=f"Long Street {place % 90 + 1}", postcode=postcode, city=town, country=country)


def basket(chance: Random, catalogue: Catalogue) -> tuple[Line, ...]:
    """One to four products, mostly one piece of each."""
    products = chance.sample(catalogue.products, chance.randint(1, 4))
    return tuple(
        Line(product=product, variant=chance.choice(product.variants), quantity=chance.choice((1, 1, 1, 2, 5)))
        for product in products
    )
