"""Generated shoppers: the same for the same seed and scenario, and valid in any form."""

import re
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.scenario.shopper import make_shopper


def test_the_same_seed_and_name_make_the_same_shopper() -> None:
    assert make_shopper(seed=1, name="A") == make_shopper(seed=1, name="A")


def test_another_seed_or_scenario_makes_another_shopper() -> None:
    shoppers = {make_shopper(seed=seed, name=name) for seed in (1, 2) for name in ("A", "B")}
    assert len(shoppers) == 4


def test_an_email_address_has_no_apostrophe() -> None:
    names = (make_shopper(seed=seed, name="A") for seed in range(1000))
    shopper = next(shopper for shopper in names if "'" in shopper.last_name)
    assert "'" not in shopper.email


@given(st.integers(), st.text())
@settings(max_examples=100, deadline=None)
def test_each_field_is_one_line_and_the_email_address_is_an_example(seed: int, name: str) -> None:
    shopper = make_shopper(seed=seed, name=name)
    assert all(value and value.isprintable() for value in asdict(shopper).values())
    assert re.fullmatch(r"[a-z]+\.[a-z]+\.\d{3}@example\.com", shopper.email)
