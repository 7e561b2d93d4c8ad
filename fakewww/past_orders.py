"""Past orders: those placed before the store opened. The same seed gives the same orders."""

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
"""All past orders are from this year."""
FIRST_NAMES = ("Ada", "Björn", "Chidi", "Dorothée", "Emre", "Fatima", "Grace", "Hiroshi", "Ines", "Jonas")
LAST_NAMES = ("Lind", "Okafor", "Peeters", "Rossi", "Schäfer", "Tanaka", "Ünal", "Visser", "Wójcik", "Young")
TOWNS = (("Hamburg", "20457", "Germany"), ("Gent", "9000", "Belgium"), ("Aarhus", "8000", "Denmark"))
ORDERS_PER_CANCELLATION = 12


def create(shop: Shop) -> None:
    """Record as many past orders as the settings require, most of them paid. Their receipts count as shown."""
    count = shop.settings.history
    random = Random(f"past orders {shop.settings.seed}")
    buyers = [*shop.customers.all(), *regulars(shop.customers, min(count // 3, 100))]
    for at in order_times(random, count):
        customer = random.choice(buyers)
        order = shop.orders.record(
            state="cancelled" if random.randrange(ORDERS_PER_CANCELLATION) == 0 else "paid",
            owner=customer.id,
            customer=customer,
            address=customer.address or address(customer),
            shipping=random.choice(list(SHIPPING.values())),
            payment=random.choice(list(PAYMENT.values())),
            cart=replace(shop.new_cart(), lines=random_lines(random, shop.catalogue)),
            at=at,
        )
        shop.orders.mark_shown(order)
        for state in ("paid", "cancelled") if order.state == "cancelled" else ("paid",):
            entry = order_entry(shop, order, state)
            entry["order"]["past"] = True
            shop.ledger.write("order", session="past", at=at, **entry)


def order_times(random: Random, count: int) -> Iterator[datetime]:
    """Times in the year, ascending, to the second."""
    for index in range(count):
        part = (index + random.random()) / count
        yield FIRST + timedelta(seconds=int(part * YEAR.total_seconds()))


def regulars(customers: Customers, count: int) -> Iterator[Customer]:
    """New customers with accounts."""
    for index in range(count):
        first, last = FIRST_NAMES[index % 10], LAST_NAMES[(index // 10 + index) % 10]
        email = f"customer{index + 1}@people.example"
        customer = customers.sign_up(first_name=first, last_name=last, email=email, password="a regular")
        if customer:
            yield customer


def address(customer: Customer) -> Address:
    """The address that belongs to the customer's id."""
    number = int(customer.id)
    town, postcode, country = TOWNS[number % len(TOWNS)]
    name = f"{customer.first_name} {customer.last_name}"
    return Address(name=name, street=f"Long Street {number % 90 + 1}", postcode=postcode, city=town, country=country)


def random_lines(random: Random, catalogue: Catalogue) -> tuple[Line, ...]:
    """One to four products, mostly one piece of each."""
    products = random.sample(catalogue.products, random.randint(1, 4))
    return tuple(
        Line(product=product, variant=random.choice(product.variants), quantity=random.choice((1, 1, 1, 2, 5)))
        for product in products
    )
