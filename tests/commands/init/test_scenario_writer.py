"""A recording becomes a scenario, with the target's actions where they match."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


KNOWN = parse_target(TARGET, file="b.yaml")


def convert(*steps: dict[str, Any], target: Target | None = None) -> tuple[list[str], list[str]]:
    """The lines of the steps after the arrival, and the notes."""
    opened = {"type": "navigate", "url": f"{BASE}/"}
    known = target or KNOWN
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
        *("click: 'footer > a'", "fill: {'#note': \"\"}", "select: {'#size': '42'}", "press: {'#size': 'Escape'}"),
        *("wait for: '#done'", "goto: cart", "goto: '/a?b=$$c'", "goto: 'https://pay.example/x'"),
    ]


def test_an_omitted_step_is_a_comment_and_a_note() -> None:
    lines, notes = convert({"type": "customStep", "name": "x"})
    assert lines == ["# step 2 is omitted: customStep x"]
    assert notes == ["step 2 is omitted: customStep x"]


def test_elements_without_css_are_named_by_role_label_or_text() -> None:
    steps = [
        {"type": "click", "selectors": [['aria/Add it[role="button"]']]},
        {"type": "click", "selectors": [["my-shop", 'aria/More[role="link"]']]},
        {"type": "click", "selectors": [["text/Less"]]},
        {"type": "change", "value": "lamp", "selectors": [["aria/Search"]]},
        {"type": "click", "selectors": [["#react-select-123"], ["form .size"]]},
    ]
    label = 'xpath=//*[@aria-label="Search" or @placeholder="Search" or @id=//label[normalize-space()="Search"]/@for]'
    assert convert(*steps)[0] == [
        *(
            "click: {button: 'Add it'}",
            "click: {link: 'More'}",
            "click: {text: 'Less'}",
            f"fill: {{'{label}': 'lamp'}}",
        ),
        "click: 'form .size'",
    ]


@settings(deadline=None, max_examples=40)
@given(text=st.text())
def test_any_text_is_typed_as_it_was(text: str) -> None:
    opened = {"type": "navigate", "url": f"{BASE}/"}
    steps = [opened, change("#note", text), {"type": "keyDown", "key": text}]
    written, _notes = scenario_from_recording(json.dumps({"title": text, "steps": steps}), file="a.json", target=KNOWN)
    scenario = parse_scenario(written, file="a.yaml", target=KNOWN, protocol=get())
    typed = scenario.items[1].call.arguments["value"]["#note"]  # type: ignore[union-attr]
    assert typed.replace("$$", "$") == text


JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda item: st.lists(item, max_size=3), max_leaves=5
)
MEMBERS = (
    "selectors",
    "target",
    "frame",
    "value",
    "key",
    "url",
    "button",
    "count",
    "operator",
    "assertedEvents",
    "expression",
)
KINDS = (
    "click",
    "change",
    "keyDown",
    "keyUp",
    "navigate",
    "hover",
    "scroll",
    "waitForElement",
    "waitForExpression",
    "close",
)


@settings(deadline=None, max_examples=40)
@given(steps=st.lists(st.fixed_dictionaries({"type": st.sampled_from(KINDS)}, optional=dict.fromkeys(MEMBERS, JSON))))
def test_members_of_any_kind_never_end_in_a_traceback(steps: list[dict[str, Any]]) -> None:
    convert(*steps)


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
