"""The pretty-printed body of the HTML report."""

import json
import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from harness.reports.html.json_body import LONGEST_STRING, MOST_VALUES, deepest_existing, element_id, render_body

BODY = {
    "site": "1",
    "data": [{"type": "a", "n": 1.5, "ok": True, "none": None, "empty": {}, "list": []}],
    "a/b~c d": "é",
}


def tree(body: Any, **options: Any) -> ET.Element:
    return ET.fromstring(f"<pre>{render_body(body, anchor='b1', **options)}</pre>")


def text(body: Any) -> str:
    return "".join(tree(body).itertext())


def test_the_text_of_a_body_is_its_json() -> None:
    assert json.loads(text(BODY)) == BODY


@pytest.mark.parametrize("value", [[], {}, "", 0, None, False, "text", [[]], [{}, {}]])
def test_any_json_value_can_be_a_body(value: Any) -> None:
    assert json.loads(text(value)) == value


def test_each_value_has_an_element_with_its_pointer() -> None:
    ids = {element.attrib["id"] for element in tree(BODY).iter() if "id" in element.attrib}
    assert ids == {
        *("b1", "b1/site", "b1/data", "b1/data/0", "b1/data/0/type", "b1/data/0/n", "b1/data/0/ok"),
        *("b1/data/0/none", "b1/data/0/empty", "b1/data/0/list", "b1/a~1b~0c%20d"),
    }


def test_the_marked_value_and_no_other_is_marked() -> None:
    marked = [element for element in tree(BODY, marked={"/data/0/n"}).iter() if element.get("class") == "bad"]
    assert [element.attrib["id"] for element in marked] == ["b1/data/0/n"]
    assert "".join(marked[0].itertext()) == '"n": 1.5,'


@pytest.mark.parametrize(
    "hostile", ["</pre><script>x</script>", '"><img src=x onerror=y>', "&lt;", "' onclick='", "\u2028"]
)
def test_nothing_in_a_body_becomes_markup(hostile: str) -> None:
    assert json.loads(text({hostile: hostile})) == {hostile: hostile}
    assert not re.search(r"<(?!/?(span|b|i|var|em)\b)", str(render_body({hostile: hostile}, anchor="b1")))


def test_nothing_in_a_string_that_is_cut_becomes_markup() -> None:
    assert "<script>" in text({"long": "<script>" * LONGEST_STRING})


def test_half_a_surrogate_pair_is_shown_as_its_escape() -> None:
    assert '"\\ud800"' in text({"\ud800": "\ud800"})


def test_ids_are_plain_ascii_and_short() -> None:
    identifier = element_id("b1", "/ü \"'<>\ud800/" + "x" * 10_000)
    assert re.fullmatch(r"b1/[0-9a-f]{64}", identifier)
    assert re.fullmatch(r"[\w/%~.-]+", element_id("b1", "/ü \"'<>\ud800"))


def test_a_long_string_is_cut_and_says_so() -> None:
    shown = text({"long": "x" * (LONGEST_STRING + 1000)})
    assert len(shown) < LONGEST_STRING + 100
    assert "1,000 more characters" in shown


def test_a_long_list_is_cut_and_says_so() -> None:
    shown = text(list(range(MOST_VALUES + 500)))
    assert "… 500 more values not shown" in shown


def test_an_offending_value_is_shown_however_long_the_list() -> None:
    ids = [element.get("id") for element in tree([{"a": 1}] * 5000, marked={"/4000/a"}).iter() if element.get("id")]
    assert "b1/4000/a" in ids
    assert len(ids) < MOST_VALUES + 5


def test_deep_nesting_is_cut_and_says_so() -> None:
    deep: Any = "bottom"
    for _ in range(5000):
        deep = {"a": deep}
    assert "nested deeper than" in text(deep)


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/data/0/type", "/data/0/type"),
        ("/data/0/missing", "/data/0"),
        ("/data/7/type", "/data"),
        ("/a~1b~0c d", "/a~1b~0c d"),
        ("/nowhere", ""),
        ("", ""),
        ("no pointer", ""),
    ],
)
def test_a_missing_field_points_at_the_object_that_lacks_it(pointer: str, found: str) -> None:
    assert deepest_existing(BODY, pointer) == found
