"""Which scenarios a store can run, and the reason for each other one."""

from pathlib import Path

import pytest

from harness.errors import FileError
from harness.protocol import get
from harness.scenario.compatibility import read_scenario_for
from harness.scenario.model import Expect, Scenario
from harness.scenario.target import Target, built_in, parse_target

HEAD = """name: B
url: https://b.example
pages: {home: /, tumbler: /lamps/4}
"""
ACTIONS = """actions:
  open product:
    parameters: {name: required}
    do: [{click: 'a:text-is("$name")'}]
  search:
    parameters: {words: required}
    do: [{fill: {"#q": $words}}]
  pick:
    parameters: {colour: {one of: [red, blue]}}
    do: [{click: "#$colour"}]
  finish:
    do: [{click: "#btn47"}]
  pay it:
    buys: yes
    do: [{click: "#btn48"}]
  order list:
    buys: no
    do: [{click: {link: Place order}}]
"""


def target(more: str = "") -> Target:
    return parse_target(HEAD + more + ACTIONS, file="b.yaml")


def scenario(tmp_path: Path, steps: str, *, more: str = "", head: str = "", target_: Target | None = None) -> Scenario:
    path = tmp_path / "a.yaml"
    path.write_text(f"name: A\n{head}steps:\n  - arrive: {{at: home}}\n{steps}", encoding="utf-8")
    return read_scenario_for(path, target=target_ or target(more), protocol=get())


def incompatible(tmp_path: Path, steps: str, *, more: str = "", head: str = "") -> str:
    return scenario(tmp_path, steps, more=more, head=head).incompatible.replace(str(tmp_path), "")


def test_a_scenario_that_the_store_can_run_has_no_reason(tmp_path: Path) -> None:
    assert incompatible(tmp_path, "  - open product: Lamp\n  - search: lamp\n  - order list\n") == ""


def test_a_declared_lack_of_the_store_is_the_reason(tmp_path: Path) -> None:
    lacks = "lacks: {change variant: this store has no variants, gift wrap: this store has no gift wrap}\n"
    steps = "  - change variant: {of: a, to: b}\n"
    assert incompatible(tmp_path, steps, more=lacks) == "this store has no variants"
    assert incompatible(tmp_path, "  - gift wrap\n", more=lacks) == "this store has no gift wrap"


def test_an_action_or_page_of_the_built_in_target_only_is_the_reason(tmp_path: Path) -> None:
    assert incompatible(tmp_path, "  - empty cart\n") == 'b.yaml has nothing for /a.yaml:4: no such action "empty cart"'
    assert 'no such page "cart"' in incompatible(tmp_path, "  - goto: cart\n")


def test_an_unknown_action_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r'a\.yaml:4: no such action "open prodct"; did you mean "open product"\?'):
        incompatible(tmp_path, "  - open prodct: Lamp\n")


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ("  - pay it\n", '(step "pay it", /a.yaml:4)'),
        ("  - click: {button: Place order}\n", '(step "click: button: Place order", '),
        ('  - press: {"#place-order": Enter}\n', "#place-order: Enter"),
        ("  - finish\n  - expect: order_success\n", "(it expects order_success)"),
    ],
)
def test_an_order_needs_a_store_that_allows_test_orders(tmp_path: Path, steps: str, why: str) -> None:
    reason = incompatible(tmp_path, steps)
    assert reason.startswith("it places an order (")
    assert why in reason
    assert reason.endswith("b.yaml does not contain 'test orders: allowed'")
    assert incompatible(tmp_path, steps, more="test orders: allowed\n") == ""


def test_an_expectation_of_at_least_zero_orders_is_not_an_order(tmp_path: Path) -> None:
    assert incompatible(tmp_path, "  - finish\n  - expect:\n      order_success: {$times: 0-1}\n") == ""


def test_a_customer_needs_an_account(tmp_path: Path) -> None:
    assert "is a customer, and b.yaml names no account" in incompatible(tmp_path, "", head="shopper: customer\n")
    account = "customer: {email: a@b.example, password: x}\n"
    assert incompatible(tmp_path, "", head="shopper: customer\n", more=account) == ""


def test_a_store_option_must_be_declared_in_the_target(tmp_path: Path) -> None:
    head = "store: {backend: v2}\n"
    assert 'it needs a store with "backend: v2"' in incompatible(tmp_path, "", head=head)
    assert incompatible(tmp_path, "", head=head, more="store: {backend: v2}\n") == ""


def test_a_variable_needs_a_fact_or_a_ledger(tmp_path: Path) -> None:
    steps = "  - search: lamp\n  - expect:\n      pageview: {product: {product_code: $product.code}}\n"
    assert incompatible(tmp_path, steps) == "it needs $product.code, and b.yaml has no fact for it and no ledger"
    assert incompatible(tmp_path, steps, more="facts: {product: {code: h1}}\n") == ""
    assert incompatible(tmp_path, steps, more="ledger: /ledger.json\n") == ""
    assert incompatible(tmp_path, "  - search: $shopper.email\n  - open product: $page.title\n") == ""


def test_faults_of_documents_need_the_built_in_store(tmp_path: Path) -> None:
    steps = "  - faults: {collector: 503, for: %s}\n  - search: lamp\n"
    assert "documents" in incompatible(tmp_path, steps % "documents")
    assert incompatible(tmp_path, steps % "beacons") == ""


def test_the_words_of_the_store_replace_names_of_things_but_not_of_pages(tmp_path: Path) -> None:
    words = "words: {Tumbler: Lamp, tumbler: lamps, home: haus}\n"
    steps = "  - goto: tumbler\n  - open product: Tumbler\n  - expect:\n      pageview: {search: {keyword: tumbler}}\n"
    read = scenario(tmp_path, steps, more=words)
    assert [dict(step.call.arguments) for step in read.steps] == [
        {"at": "home"},
        {"value": "tumbler"},
        {"name": "Lamp"},
    ]
    expect = next(item for item in read.items if isinstance(item, Expect))
    assert expect.patterns[0].pattern == {"search": {"keyword": "lamps"}}


def test_the_built_in_store_can_run_every_scenario(tmp_path: Path) -> None:
    head = "shopper: customer\nstore: {backend: v2}\n"
    assert scenario(tmp_path, "  - cart\n", head=head, target_=built_in()).incompatible == ""
