"""Customers: who they are, signing up and in. Kept in memory, for as long as the shop is open."""

import hmac
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where to send an order."""

    name: str
    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A person whom the shop knows by name. A guest's id is the e-mail address."""

    id: str
    first_name: str
    last_name: str
    email: str
    address: Address | None = None


class Customers:
    """Everyone with an account, by e-mail address in small letters."""

    def __init__(self) -> None:
        self._passwords: dict[str, str] = {}
        self._known: dict[str, Customer] = {}
        self._keep(JAMES_BOND, "moneypenny")

    def sign_up(self, *, first_name: str, last_name: str, email: str, password: str) -> Customer | None:
        """A new account, or None where the address already has one."""
        if email.lower() in self._known:
            return None
        number = str(1000 + len(self._known))
        customer = Customer(id=number, first_name=first_name, last_name=last_name, email=email)
        self._keep(customer, password)
        return customer

    def sign_in(self, *, email: str, password: str) -> Customer | None:
        """The customer whose password this is."""
        kept = self._passwords.get(email.lower())
        if kept is None or not hmac.compare_digest(kept.encode(), password.encode()):
            return None
        return self._known[email.lower()]

    def move(self, customer: Customer, address: Address) -> Customer:
        """The customer with that address, which is remembered."""
        moved = replace(customer, address=address)
        self._known[customer.email.lower()] = moved
        return moved

    def all(self) -> list[Customer]:
        """Everyone with an account, in the order in which they came."""
        return list(self._known.values())

    def _keep(self, customer: Customer, password: str) -> None:
        self._passwords[customer.email.lower()] = password
        self._known[customer.email.lower()] = customer


JAMES_BOND = Customer(
    id="007",
    first_name="James",
    last_name="Bond",
    email="james@universal.example",
    address=Address(
        name="James Bond", street="30 Wellington Square", postcode="SW3 4NR", city="London", country="United Kingdom"
    ),
)
"""The one customer whom every shop knows from the start."""
