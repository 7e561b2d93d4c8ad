"""Shoppers: people with a name, an address and an e-mail, the same ones for the same seed."""

import re
from dataclasses import dataclass

from faker import Faker


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """Who walks. All fields are text as a person would type it; `password` is for stores that ask to sign up or in."""

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
    """The shopper of one scenario: a function of the run's seed and the scenario's name alone."""
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
    """A name as it stands in an address that every form takes: `O'Connor` as `oconnor`."""
    return re.sub(r"[^a-z]", "", name.lower())
