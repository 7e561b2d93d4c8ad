"""Reading YAML as text: the values, and the error message of each mistake."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError
from harness.scenario.yaml_source import DEPTH, Node, parse


def error_of(text: str) -> str:
    """The error message for a text."""
    with pytest.raises(FileError) as caught:
        parse(text, file="a.yaml", what="scenario")
    return str(caught.value)


def outcome(text: str) -> str:
    """The error message for a text, empty if it is valid."""
    try:
        read(text).as_json()
    except FileError as error:
        return str(error)
    return ""


def read(text: str) -> Node:
    return parse(text, file="a.yaml", what="scenario")


def test_scalars_stay_as_they_are_written() -> None:
    text = "a: 0000000010\nb: 1e3\nc: yes\nd: 2026-01-01\ne: '#x'\nf: ''\n"
    assert read(text).plain() == {"a": "0000000010", "b": "1e3", "c": "yes", "d": "2026-01-01", "e": "#x", "f": ""}


def test_null_is_empty_except_in_quotes() -> None:
    assert read("[null, ~, 'null']").plain() == [None, None, "null"]


def test_numbers_and_booleans_have_no_quotes() -> None:
    assert read("[2, '2', 9.5, true, null, 'true', word]").as_json() == [2, "2", 9.5, True, None, "true", "word"]


def test_a_value_has_the_line_of_its_key_and_an_item_its_own_line() -> None:
    fields = read("# a comment\na:\n  b:\n    - c\n    - d\n").fields("this")
    assert fields["a"].line == 2
    assert fields["a"].fields("a")["b"].line == 3
    assert [item.line for item in fields["a"].fields("a")["b"].items("b")] == [4, 5]


def test_a_byte_order_mark_and_windows_line_ends_are_ignored() -> None:
    assert read("\ufeffa: b\r\nc: d\r\n").plain() == {"a": "b", "c": "d"}


def test_comments_are_not_values() -> None:
    assert read("# yaml-language-server: $schema=x.json\na: b # comment\n## c\nd: # comment\n  e\n").plain() == {
        "a": "b",
        "d": "e",
    }


MISTAKES = {
    "a tab in the indentation": ("a:\n\t- b\n", 2, "tab character; use spaces"),
    "a tab after a dash": ("a:\n  -\tb\n", 2, "tab character; use spaces"),
    "an empty file": ("", 1, "the file is empty; expected a scenario"),
    "a file of comments": ("# nothing\n", 1, "the file is empty; expected a scenario"),
    "a file of dashes": ("---\n", 1, "the file is empty; expected a scenario"),
    "a second document": ("a: b\n---\na: c\n", 2, "--- starts a second document; a file contains one scenario"),
    "the same key twice": ("a: b\nc: d\na: e\n", 3, 'duplicate key "a"; the first is on line 1'),
    "a colour for a selector": ("a: b\nclick: #add\n", 2, "everything after # is a comment; put the value in quotes"),
    "a # within a value": ("a: Pencil #2\n", 1, "everything after # is a comment; put the value in quotes"),
    "a # within a bracket": ("a: {b: Pencil #2, c: d}\n", 1, "everything after # is a comment"),
    "a # for a key": ("a:\n  fill: {#q: b}\n", 2, "everything after # is a comment"),
    "an open double quote": ('a: b\nc: "d\ne: f\n', 2, "this quotation mark is never closed"),
    "an open single quote": ("a: b\nc: 'd\ne: f\n", 2, "this quotation mark is never closed"),
    "a backslash": ('a: "\\d+"\n', 1, "a backslash in double quotes starts an escape sequence; use single quotes"),
    "an open bracket": ("a: b\nc: {d: e\n", 2, "this bracket is not closed, or a comma is missing"),
    "an open list": ("a: [b, c\n", 1, "this bracket is not closed, or a comma is missing"),
    "an open bracket above others": ("a: {b: 2\nc: d\n", 2, "this line continues the value above it"),
    "an anchor": ("a: &b c\n", 1, "a value cannot begin with &; put it in quotes"),
    "an alias": ("a: b\nc: *a\n", 2, "a value cannot begin with *; put it in quotes"),
    "a star": ("a: *\n", 1, "a value cannot begin with *; put it in quotes"),
    "a merge key": ("a: &b {c: d}\ne:\n  <<: *b\n", 1, "a value cannot begin with &; put it in quotes"),
    "a tag": ("a: !!python/name:os.system b\n", 1, "a value cannot begin with !; put it in quotes"),
    "an at sign": ("a: @b\n", 1, "a value cannot begin with @; put it in quotes"),
    "a per cent sign": ("a: %b\n", 1, "a value cannot begin with %; put it in quotes"),
    "a child selector": ("a: > .b\n", 1, "a value cannot begin with >; put it in quotes"),
    "two colons": ("a: b: c\n", 1, "second ': ' in one line; put the value after the first one in quotes"),
    "a key under a value": ("- a: b\n    expect: c\n", 2, '"expect" is not allowed here; fix the indentation'),
    "a line without a colon": ("a: b\nc d\ne: f\n", 2, "expected 'key: value' or an item '- …'; is a colon"),
    "a missing dash": ("- a: b\n    c\n", 2, "this line continues the value above it; is a dash"),
    "a dash in a line": ("a: - b\n", 1, "a dash is not allowed here; start each item on a new line"),
    "an item too far left": ("a:\n  - b\n - c\n", 3, "this does not match the lines above; check the indentation"),
    "a word after quotes": ('- "a" b\n', 1, "this does not match the lines above; check the indentation"),
    "a list for a key": ("? [a]\n: b\n", 1, "a key must be text, not a list"),
    "no key": ("a: b\n? \n: c\n", 2, "a key must be text, not nothing"),
    "a binary file": ("a: b\nc: \x00\x01\n", 2, "invalid character; is this a binary file or UTF-16?"),
    "an invalid escape sequence": ('a: "\\UFFFFFFFF"\n', 1, "not YAML: "),
    "an unknown YAML version": ("%YAML 9.9\n---\na: b\n", 1, "not YAML: "),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_in_one_line_with_its_place(mistake: str) -> None:
    text, line, words = MISTAKES[mistake]
    message = error_of(text)
    assert message.startswith(f"a.yaml:{line}: {words}")
    assert "\n" not in message


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_is_an_error(bracket: str) -> None:
    assert f"nested more than {DEPTH} levels deep" in error_of(bracket * 5000)


def test_an_alias_bomb_is_an_error() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 8)}]" for level in range(1, 30)]
    assert error_of("\n".join(lines)) == "a.yaml:1: a value cannot begin with &; put it in quotes"


def test_an_unknown_key_is_reported_with_the_closest_one() -> None:
    with pytest.raises(FileError, match=r'^a.yaml:2: a thing has no key "nmae"; did you mean "name"\?$'):
        read("about: x\nnmae: b\n").known_fields("a thing", required=("name",), optional=("about",))


def test_a_missing_key_is_reported() -> None:
    with pytest.raises(FileError, match=r'^a.yaml:1: a thing needs the key "name"$'):
        read("about: x\n").known_fields("a thing", required=("name",), optional=("about",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a:", "a has no value"), ("a: null", "a has no value"), ("a: [b]", "a must be text, not a list")],
)
def test_a_value_that_is_not_text_is_reported(text: str, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read(text).fields("this")["a"].text("a")


@given(st.text(alphabet=st.sampled_from("ab:-?#&*!|>'\"%@`{}[], \n\t\\$~0\x85\u2028\x00\ufeff")))
@settings(max_examples=300, deadline=None)
def test_any_text_is_valid_or_an_error_of_one_line(text: str) -> None:
    assert re.fullmatch(r"|a\.yaml:\d+: .+", outcome(text))
