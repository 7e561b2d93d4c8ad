"""Generated shoppers with a name, an address and an e-mail address; one seed always gives the same shoppers."""

import re
from dataclasses import dataclass

from faker import Faker


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """A shopper. All fields are text that a form accepts; `password` is for stores that require an account."""

    first_name: str
    last_name: str
    email: str
    street: str
    city: str
    postcode: str
    country: str
    phone: str
    password: str


def make_shopper(*, seed: int, name: str) -> Shopper:
    """The shopper of one scenario, determined by the run's seed and the scenario's name."""
    fake = Faker("en_GB")
    fake.seed_instance(f"{seed}:{name}")
    first_name, last_name = fake.first_name(), fake.last_name()
    return Shopper(
        first_name=first_name,
        last_name=last_name,
        email=f"{_letters(first_name)}.{_letters(last_name)}.{fake.random_int(100, 999)}@example.com",
        street=fake.street_address().replace("\n", ", "),
        city=fake.city(),
        postcode=fake.postcode(),
        country="United Kingdom",
        phone=fake.phone_number(),
        password=fake.password(length=14),
    )


def _letters(name: str) -> str:
    """A name in the form that every e-mail field accepts: `O'Connor` as `oconnor`."""
    return re.sub(r"[^a-z]", "", name.lower())
