"""A recording becomes a scenario, with the target's actions where they match."""

import json
from typing import Any

import pytest

from harness.commands.init.scenario_writer import scenario_from_recording
from harness.errors import FileError
from harness.protocol import get
from harness.scenario.parser import parse_scenario
from harness.scenario.target import Target, built_in, parse_target

BASE = "http://127.0.0.1:8000"
TARGET = """name: B
url: http://127.0.0.1:8000
pages: {home: /, cart: /cart}
actions:
  home:
    do: [{click: .brand}]
  cart:
    do: [{click: .mine .cart}]
  category:
    parameters: {name: required}
    do: [{click: '.menu a:text-is("$name")'}]
  next page:
    parameters: {number: required}
    do: [{click: '.pager a[href$="page=$number"]'}]
  search:
    parameters: {words: required}
    do: [{fill: {"#q": $words}}, {press: {"#q": Enter}}]
  add:
    parameters: {quantity: 1, size: optional}
    do: [{select: {"#size": $size}}, {fill: {"#quantity": $quantity}}, {click: {button: Add}}]
  ship:
    parameters: {by: {default: standard, one of: [standard, express]}}
    do: [{click: "#by-$by"}, {click: {button: On}}]
  address:
    do: [{fill if there: {"#email": $shopper.email}}, {fill: {"#name": $shopper.first_name}}, {click: {button: Ship}}]
  check out:
    parameters: {by: standard}
    do: [address, {ship: $by}]
  look:
    do: [{wait for: h1}]
"""


def convert(*steps: dict[str, Any], target: Target | None = None) -> tuple[list[str], list[str]]:
    """The lines of the steps after the arrival, and the notes."""
    opened = {"type": "navigate", "url": f"{BASE}/"}
    known = target or parse_target(TARGET, file="b.yaml")
    text, notes = scenario_from_recording(
        json.dumps({"title": "T", "steps": [opened, *steps]}), file="a.json", target=known
    )
    parse_scenario(text, file="a.yaml", target=known, protocol=get())
    return [line.strip().removeprefix("- ") for line in text.partition("steps:\n")[2].splitlines()][1:], notes


def click(name: str, css: str, url: str = "", xpath: str = "//html/body/a") -> dict[str, Any]:
    asserted = {"assertedEvents": [{"type": "navigation", "url": BASE + url, "title": ""}]} if url else {}
    selectors = [[f"aria/{name}"], [css], [f"xpath/{xpath}"], [f"pierce/{css}"], [f"text/{name}"]]
    return {"type": "click", "target": "main", "selectors": selectors, **asserted}


def change(css: str, value: str) -> dict[str, Any]:
    return {"type": "change", "target": "main", "selectors": [[css], [f"pierce/{css}"]], "value": value}


ENTER = {"type": "keyDown", "key": "Enter", "target": "main"}


def test_an_action_matches_by_selector_name_or_opened_page() -> None:
    steps = [
        click("B", "a.brand > span"),
        click("Basket", "header > a", "/cart"),
        click("Lamps", "ul.menu > li:nth-of-type(2) > a"),
    ]
    assert convert(*steps)[0] == ["home", "cart", "category: {name: 'Lamps'}"]


def test_typed_and_chosen_values_become_parameters() -> None:
    assert convert(change("#q", "blue $ lamp"), ENTER)[0] == ["search: {words: 'blue $$ lamp'}"]
    assert convert(click("2", ".pager a", "/x?page=2"))[0] == ["next page: {number: '2'}"]
    assert convert(change("#size", "42"), change("#quantity", "2"), click("Add", "button"))[0] == [
        "add: {quantity: '2', size: '42'}"
    ]
    assert convert(change("#quantity", "1"), click("Add", "button"))[0] == ["add"]


def test_the_longest_match_wins_and_shopper_fields_match_any_value() -> None:
    steps = [change("#name", "Ada"), click("Ship", "button"), click("express", "#by-express"), click("On", "button")]
    assert convert(*steps)[0] == ["check out: {by: 'express'}"]
    assert convert(change("#email", "a@b"), *steps[:2])[0] == ["address"]


def test_a_recorded_choice_is_not_replaced_by_the_default_of_an_action() -> None:
    steps = [click("Express", "div > label"), click("On", "main > button", xpath="//html/body/button")]
    assert convert(*steps)[0] == ["click: 'div > label'", "click: {button: 'On'}"]
    assert convert(steps[1])[0] == ["ship"]


def test_steps_without_a_matching_action_become_plain_actions() -> None:
    steps = [
        click("Help", "footer > a"),
        change("#note", ""),
        change("#size", "42"),
        {**ENTER, "key": "Escape"},
        {"type": "waitForElement", "selectors": [["#done"]]},
        {"type": "navigate", "url": f"{BASE}/cart"},
        {"type": "navigate", "url": f"{BASE}/a?b=$c"},
        {"type": "navigate", "url": "https://pay.example/x"},
    ]
    assert convert(*steps)[0] == [
        *("click: 'footer > a'", "fill: {'#note': \"\"}", "select: {'#size': '42'}", "press: {'#size': Escape}"),
        *("wait for: '#done'", "goto: cart", "goto: '/a?b=$$c'", "goto: 'https://pay.example/x'"),
    ]


def test_an_omitted_step_is_a_comment_and_a_note() -> None:
    lines, notes = convert({"type": "hover", "selectors": [["a"]]})
    assert lines == ["# step 2 is omitted: hover"]
    assert notes == ["step 2 is omitted: hover"]


def test_a_recording_of_another_address_is_noted() -> None:
    _lines, notes = convert(target=built_in())
    assert notes == [
        "the recording is of http://127.0.0.1:8000, but the scenario is for Beacon & Daughters, https://shop.test"
    ]


def test_a_recording_without_a_page_is_refused() -> None:
    with pytest.raises(FileError, match="it opens no web page"):
        scenario_from_recording(
            '{"steps": [{"type": "navigate", "url": "about:blank"}]}', file="a.json", target=built_in()
        )
