"""Customers and their accounts, in memory."""

import hmac
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Address:
    """A delivery address."""

    name: str
    street: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, kw_only=True)
class Customer:
    """A person with a name. The id of a guest is the e-mail address."""

    id: str
    first_name: str
    last_name: str
    email: str
    address: Address | None = None


class Customers:
    """All accounts, by e-mail address in lower case."""

    def __init__(self) -> None:
        self._passwords: dict[str, str] = {}
        self._customers: dict[str, Customer] = {}
        self._store(JAMES_BOND, "moneypenny")

    def sign_up(self, *, first_name: str, last_name: str, email: str, password: str) -> Customer | None:
        """Create an account. None if the address already has one."""
        if email.lower() in self._customers:
            return None
        number = str(1000 + len(self._customers))
        customer = Customer(id=number, first_name=first_name, last_name=last_name, email=email)
        self._store(customer, password)
        return customer

    def sign_in(self, *, email: str, password: str) -> Customer | None:
        """The customer with this address and password, or None."""
        expected = self._passwords.get(email.lower())
        if expected is None or not hmac.compare_digest(expected.encode(), password.encode()):
            return None
        return self._customers[email.lower()]

    def move(self, customer: Customer, address: Address) -> Customer:
        """Store the address of a customer."""
        moved = replace(customer, address=address)
        self._customers[customer.email.lower()] = moved
        return moved

    def all(self) -> list[Customer]:
        """All customers with an account, oldest first."""
        return list(self._customers.values())

    def _store(self, customer: Customer, password: str) -> None:
        self._passwords[customer.email.lower()] = password
        self._customers[customer.email.lower()] = customer


JAMES_BOND = Customer(
    id="007",
    first_name="James",
    last_name="Bond",
    email="james@universal.example",
    address=Address(
        name="James Bond", street="30 Wellington Square", postcode="SW3 4NR", city="London", country="United Kingdom"
    ),
)
"""The customer with an account in every new store."""
