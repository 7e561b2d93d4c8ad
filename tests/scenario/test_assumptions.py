"""What scenarios assume of a store: adapted, or not run where a store differs."""

from pathlib import Path

import pytest
from support.command import ROOT

from harness.errors import FileError
from harness.protocol import get
from harness.scenario.compatibility import read_scenario_for
from harness.scenario.model import Scenario
from harness.scenario.parser import parse_scenario
from harness.scenario.target import Target, built_in, parse_target

STEPS = "steps:\n  - arrive\n  - add to cart\n  - cart\n"
SHOP = """name: Shop
url: https://shop.example
pages: {cart: /basket, home: /, tumbler: /lamp}
words: {Tumbler: Lamp, tumbler: lamp}
actions:
  add to cart: {parameters: {quantity: optional}, do: [fill: {'#n': $quantity}, click: .add]}
  cart: {do: [goto: cart]}
"""


def shop(text: str = SHOP) -> Target:
    return parse_target(text, file="shop.target")


def read(assumes: str, folder: Path, target: Target | None = None) -> Scenario:
    path = folder / "a.yaml"
    path.write_text(f"name: A\nassumes: {assumes}\n{STEPS}", encoding="utf-8")
    return read_scenario_for(path, target=target or shop(), protocol=get())


def test_a_step_is_assumed_to_lead_to_a_page(tmp_path: Path) -> None:
    scenario = read("{add to cart leads to: cart}", tmp_path)
    assert ([step.leads_to for step in scenario.steps], scenario.incompatible) == (["", "cart", ""], "")
    assert read("{words: [Tumbler, tumbler]}", tmp_path).incompatible == ""


@pytest.mark.parametrize(
    ("assumes", "reason"),
    [
        (
            '{words: [Tumbler, Kitchen, "39.98"]}',
            'it needs this store\'s words for "Kitchen", "39.98", and "words" of shop.target does not contain them',
        ),
        ("{store: built-in}", "it is about the pages and values of the built-in store"),
    ],
)
def test_a_store_that_differs_does_not_run_the_scenario(assumes: str, reason: str, tmp_path: Path) -> None:
    assert read(assumes, tmp_path).incompatible == reason
    assert read(assumes, tmp_path, built_in()).incompatible == ""


def test_a_store_without_the_page_does_not_run_the_scenario(tmp_path: Path) -> None:
    without = shop(SHOP.replace("cart: /basket, ", "").replace("goto: cart", "click: .cart"))
    scenario = read("{add to cart leads to: cart}", tmp_path, without)
    assert scenario.incompatible == f'shop.target has nothing for {tmp_path}/a.yaml:2: no such page "cart"'


@pytest.mark.parametrize(
    ("assumes", "message"),
    [
        ("{add to crt leads to: cart}", 'did you mean "add to cart leads to"?'),
        ("{add to cart leads to: basket}", 'a.yaml:2: no such page "basket"; allowed: '),
        ("{store: mine}", '"store" of "assumes" can only be built-in, not "mine"'),
        ("{words: Tumbler}", '"words" of "assumes"'),
        ("cart", '"assumes"'),
    ],
)
def test_an_invalid_assumption_is_an_error(assumes: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_scenario(f"name: A\nassumes: {assumes}\n{STEPS}", file="a.yaml", target=built_in(), protocol=get())
    assert message in str(caught.value)


def test_shipped_scenarios_state_the_words_that_a_store_must_replace() -> None:
    """A store with all actions, but without words, runs no shipped scenario that names products of the built-in store."""
    actions = built_in().text.partition("actions:")[2]
    bare = shop(SHOP.partition("words")[0] + "actions:" + actions)
    names = ("Tumbler", "Kitchen", "Blue Suede Shoes", "BLUE-SUEDE", "Pencil")
    for folder in ("smoke", "shopping", "checkout"):
        for path in sorted((ROOT / "scenarios" / folder).glob("*.yaml")):
            steps = path.read_text(encoding="utf-8").partition("steps:")[2]
            if any(name in steps for name in names):
                assert read_scenario_for(path, target=bare, protocol=get()).incompatible, path
