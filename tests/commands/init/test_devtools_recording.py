"""The actions in a recording of the DevTools Recorder."""

import json
from typing import Any

import pytest

from harness.commands.init.devtools_recording import RecordedAction, parts_of, read_recording
from harness.errors import FileError

Q = {"selectors": [["aria/Search"], ["#q"], ['xpath///*[@id="q"]'], ["pierce/#q"]], "target": "main"}
LINK = {"selectors": [["aria/Lamps"], ["nav > a"], ["xpath//html/body/nav/a[2]"], ["pierce/nav > a"], ["text/Lamps"]]}


def actions(*steps: dict[str, Any]) -> list[RecordedAction]:
    return read_recording(json.dumps({"title": "T", "steps": list(steps)}), file="a.json")[1]


def in_short(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    return [(action.kind, action.value) for action in actions(*steps)]


def test_an_element_has_a_name_and_selectors() -> None:
    (action,) = actions({"type": "click", **LINK})
    assert (action.element.name, action.element.text, action.element.css, action.element.tag) == (
        "Lamps",
        "Lamps",
        ("nav > a",),
        "a",
    )


def test_selectors_may_be_texts_or_lead_through_shadow_roots() -> None:
    (action,) = actions({"type": "click", "selectors": ["#a", ["my-shop", "button"]]})
    assert action.element.css == ("#a", "my-shop button")


def test_a_click_that_focuses_a_field_is_dropped_and_a_key_press_gets_the_field() -> None:
    steps = [
        {"type": "click", **Q},
        {"type": "change", "value": "lamp", **Q},
        {"type": "keyDown", "key": "Tab"},
        {"type": "keyUp", "key": "Tab"},
        {"type": "keyDown", "key": "Enter"},
        {"type": "keyUp", "key": "Enter"},
    ]
    assert in_short(*steps) == [("fill", "lamp"), ("press", "Enter")]
    assert actions(*steps)[1].element.css == ("#q",)


def test_the_page_that_a_step_opened_is_kept() -> None:
    asserted = [{"type": "navigation", "url": "http://a/b", "title": "B"}]
    assert actions({"type": "click", **LINK, "assertedEvents": asserted})[0].url == "http://a/b"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"type": "setViewport", "width": 1}, "setViewport; a run has a window of its own"),
        ({"type": "hover", **LINK}, "hover over Lamps; click the menu instead"),
        ({"type": "scroll", "x": 0, "y": 9}, "scroll; a run scrolls to each element that it uses"),
        ({"type": "scroll", "y": 9, **LINK}, "scroll to Lamps; a run scrolls"),
        (
            {"type": "waitForExpression", "expression": "cart.length"},
            "waitForExpression cart.length; wait for an element",
        ),
        ({"type": "emulateNetworkConditions"}, "emulateNetworkConditions; a scenario sets the network with faults"),
        ({"type": "close"}, "close; close a tab with 'close tab'"),
        ({"type": "customStep", "name": "x", "parameters": {}}, "customStep x"),
        ({"type": "click", **LINK, "frame": [0, 1]}, "click in frame [0, 1]; scenarios use the page itself only"),
        (
            {"type": "click", **LINK, "target": "https://pay.example/"},
            "click in another window or frame, https://pay.example/",
        ),
        (
            {"type": "waitForExpression", "expression": "1", "target": "b"},
            "waitForExpression in another window or frame, b",
        ),
        ({"type": "click", **LINK, "button": "secondary"}, "click with the secondary button of Lamps"),
        ({"type": "click", "selectors": []}, "click on an element that no selector names"),
        ({"type": "click", "selectors": [["my-shop", "xpath///a"]]}, "click on an element that no selector names"),
        ({"type": "waitForElement", **LINK, "visible": False}, "waitForElement with visible: false of Lamps"),
        ({"type": "waitForElement", **LINK, "operator": "==", "count": 3}, "waitForElement with count == 3 of Lamps"),
        ({"type": "waitForElement", **LINK, "attributes": {"class": "x"}}, "waitForElement with attributes of Lamps"),
        ({"type": "change", "value": "C:\\fakepath\\a.png", **LINK}, "the file that was chosen in Lamps"),
        ({"type": "keyDown", "key": "Control"}, "the key Control"),
    ],
)
def test_an_unsupported_step_keeps_the_reason(step: dict[str, Any], why: str) -> None:
    ((kind, reason),) = in_short(step)
    assert (kind, reason[: len(why)]) == ("unsupported", why)


@pytest.mark.parametrize("condition", [{}, {"count": 1}, {"operator": "==", "count": 1}, {"visible": True}])
def test_a_wait_for_one_visible_element_is_converted(condition: dict[str, Any]) -> None:
    assert in_short({"type": "waitForElement", **LINK, **condition}) == [("wait for", "")]


def test_keys_that_are_pressed_together_are_one_press() -> None:
    keys = [
        ("Down", "Control"),
        ("Down", "Shift"),
        ("Down", "a"),
        ("Up", "a"),
        ("Up", "Shift"),
        ("Down", "c"),
        ("Up", "Control"),
    ]
    steps = [{"type": f"key{way}", "key": key} for way, key in [*keys, ("Down", "d")]]
    assert in_short(*steps) == [("press", "Control+Shift+a"), ("press", "Control+c"), ("press", "d")]


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        ([['aria/Add[role="button"]']], ("Add", "button", "", (), "")),
        ([["my-shop", "aria/Add"], ["my-shop", "#add"]], ("Add", "", "", ("my-shop #add",), "")),
        ([["pierce/my-shop", "pierce/#add"], ["text/Add"]], ("", "", "Add", ("my-shop #add",), "")),
        ([["my-shop", "xpath///a"], "xpath///button"], ("", "", "", (), "//button")),
        ([5, None, [], [1], ["#add"]], ("", "", "", ("#add",), "")),
    ],
)
def test_selectors_of_each_kind_are_used(selectors: list[Any], expected: tuple[Any, ...]) -> None:
    element = actions({"type": "click", "selectors": selectors})[0].element
    assert (element.name, element.role, element.text, element.css, element.xpath) == expected


def test_a_double_click_is_a_click_and_an_unsupported_step() -> None:
    assert [kind for kind, _value in in_short({"type": "doubleClick", **LINK})] == ["unsupported", "click"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", 'has no "steps"'),
        ('{"steps": 1}', 'has no "steps"'),
        ('{"steps": [1]}', 'each with a "type"'),
        ('{"steps": [{"type": 1}]}', 'each with a "type"'),
        ('{"log": {"entries": []}}', 'has no "steps"'),
    ],
)
def test_a_file_that_is_not_a_recording_is_an_error(text: str, words: str) -> None:
    with pytest.raises(FileError) as caught:
        read_recording(text, file="a.json")
    assert words in str(caught.value)


def test_a_selector_is_split_into_parts() -> None:
    first, last = parts_of("nav.categories#n > li:nth-of-type(2) a[href='/x']")[0::2]
    assert (first.tag, first.ids, first.classes) == ("nav", {"n"}, {"categories"})
    assert (last.tag, last.attributes) == ("a", {"href=/x"})
    assert parts_of("a:has(b) + c") == ()


def test_a_recording_may_be_empty_or_contain_halves_of_characters() -> None:
    assert actions() == []
    assert in_short({"type": "change", "value": "a\ud800", **Q}) == [("fill", "a?")]
