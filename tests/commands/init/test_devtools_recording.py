"""What a recording of DevTools' Recorder says was done."""

import json
from typing import Any

import pytest

from harness.commands.init.devtools_recording import Deed, parts_of, read_recording
from harness.errors import FileError

Q = {"selectors": [["aria/Search"], ["#q"], ['xpath///*[@id="q"]'], ["pierce/#q"]], "target": "main"}
LINK = {"selectors": [["aria/Lamps"], ["nav > a"], ["xpath//html/body/nav/a[2]"], ["pierce/nav > a"], ["text/Lamps"]]}


def deeds(*steps: dict[str, Any]) -> list[Deed]:
    return read_recording(json.dumps({"title": "T", "steps": list(steps)}), file="a.json")[1]


def in_short(*steps: dict[str, Any]) -> list[tuple[str, str]]:
    return [(deed.kind, deed.value) for deed in deeds(*steps)]


def test_an_element_is_known_by_its_name_and_its_selectors() -> None:
    (deed,) = deeds({"type": "click", **LINK})
    assert (deed.thing.name, deed.thing.text, deed.thing.css, deed.thing.tag) == ("Lamps", "Lamps", ("nav > a",), "a")


def test_selectors_may_be_texts_and_lead_through_shadow_roots() -> None:
    (deed,) = deeds({"type": "click", "selectors": ["#a", ["my-shop", "button"]]})
    assert deed.thing.css == ("#a", "my-shop button")


def test_a_click_into_a_field_that_is_typed_into_then_is_no_deed_and_a_key_belongs_to_the_field() -> None:
    steps = [
        {"type": "click", **Q},
        {"type": "change", "value": "lamp", **Q},
        {"type": "keyDown", "key": "Tab"},
        {"type": "keyUp", "key": "Tab"},
        {"type": "keyDown", "key": "Enter"},
        {"type": "keyUp", "key": "Enter"},
    ]
    assert in_short(*steps) == [("fill", "lamp"), ("press", "Enter")]
    assert deeds(*steps)[1].thing.css == ("#q",)


def test_where_a_step_led_is_kept() -> None:
    asserted = [{"type": "navigation", "url": "http://a/b", "title": "B"}]
    assert deeds({"type": "click", **LINK, "assertedEvents": asserted})[0].url == "http://a/b"


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"type": "setViewport", "width": 1}, "setViewport"),
        ({"type": "hover", **LINK}, "hover"),
        ({"type": "customStep", "name": "x", "parameters": {}}, "customStep"),
        ({"type": "click", **LINK, "frame": [0]}, "click in another frame or window"),
        ({"type": "click", **LINK, "target": "http://popup/"}, "click in another frame or window"),
        ({"type": "click", **LINK, "button": "secondary"}, "click of a special kind"),
        ({"type": "click", "selectors": []}, "click on an element that no selector names"),
        ({"type": "waitForElement", **LINK, "visible": False}, "waitForElement of a special kind"),
        ({"type": "keyDown", "key": "Control"}, "the key Control"),
    ],
)
def test_what_cannot_be_done_again_is_lost_and_says_why(step: dict[str, Any], why: str) -> None:
    assert in_short(step) == [("lost", why)]


def test_a_double_click_is_a_click_and_what_is_lost_of_it() -> None:
    assert [kind for kind, _value in in_short({"type": "doubleClick", **LINK})] == ["lost", "click"]


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
def test_what_is_no_recording_is_told_in_a_line(text: str, words: str) -> None:
    with pytest.raises(FileError) as caught:
        read_recording(text, file="a.json")
    assert words in str(caught.value)


def test_a_selector_in_parts() -> None:
    first, last = parts_of("nav.categories#n > li:nth-of-type(2) a[href='/x']")[0::2]
    assert (first.tag, first.ids, first.classes) == ("nav", {"n"}, {"categories"})
    assert (last.tag, last.attributes) == ("a", {"href=/x"})
    assert parts_of("a:has(b) + c") == ()
