"""Reading YAML as text: what comes out, and the one line that each slip earns."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError
from harness.scenario.yaml_source import DEPTH, Node, parse
from harness.text_files import quote, read_file


def complaint(text: str) -> str:
    """The message for a text, without the place."""
    with pytest.raises(FileError) as caught:
        parse(text, file="a.yaml", what="scenario")
    return str(caught.value)


def outcome(text: str) -> str:
    """The message for a text, or nothing where it can be read."""
    try:
        read(text).as_json()
    except FileError as error:
        return str(error)
    return ""


def read(text: str) -> Node:
    return parse(text, file="a.yaml", what="scenario")


def test_scalars_stay_as_they_are_written() -> None:
    text = "a: 0000000010\nb: 1e3\nc: yes\nd: 2026-01-01\ne: '#x'\nf: ''\n"
    assert read(text).plain() == {
        "a": "0000000010",
        "b": "1e3",
        "c": "yes",
        "d": "2026-01-01",
        "e": "#x",
        "f": "",
    }


def test_null_is_nothing_unless_it_stands_in_quotes() -> None:
    assert read("[null, ~, 'null']").plain() == [None, None, "null"]


def test_an_editor_reads_numbers_and_booleans_where_there_are_no_quotes() -> None:
    assert read("[2, '2', 9.5, true, null, 'true', word]").as_json() == [2, "2", 9.5, True, None, "true", "word"]


def test_a_value_stands_on_the_line_of_its_key_and_an_item_on_its_own() -> None:
    fields = read("# a remark\na:\n  b:\n    - c\n    - d\n").fields("this")
    assert fields["a"].line == 2
    assert fields["a"].fields("a")["b"].line == 3
    assert [item.line for item in fields["a"].fields("a")["b"].items("b")] == [4, 5]


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    assert read("\ufeffa: b\r\nc: d\r\n").plain() == {"a": "b", "c": "d"}


def test_remarks_are_no_values() -> None:
    assert read("# yaml-language-server: $schema=x.json\na: b # remark\n## c\nd: # remark\n  e\n").plain() == {
        "a": "b",
        "d": "e",
    }


SLIPS = {
    "a tab in the indentation": ("a:\n\t- b\n", 2, "a tab character; write spaces"),
    "a tab behind a dash": ("a:\n  -\tb\n", 2, "a tab character; write spaces"),
    "an empty file": ("", 1, "the file is empty; a scenario was expected here"),
    "a file of remarks": ("# nothing\n", 1, "the file is empty; a scenario was expected here"),
    "a file of dashes": ("---\n", 1, "the file is empty; a scenario was expected here"),
    "a second document": ("a: b\n---\na: c\n", 2, "--- begins a second document; a file holds one scenario"),
    "the same key twice": ("a: b\nc: d\na: e\n", 3, '"a" stands here a second time; the first is on line 1'),
    "a colour for a selector": ("a: b\nclick: #add\n", 2, "everything after # is a comment; put the value in quotes"),
    "a # within a value": ("a: Pencil #2\n", 1, "everything after # is a comment; put the value in quotes"),
    "a # within a bracket": ("a: {b: Pencil #2, c: d}\n", 1, "everything after # is a comment"),
    "a # for a key": ("a:\n  fill: {#q: b}\n", 2, "everything after # is a comment"),
    "an open double quote": ('a: b\nc: "d\ne: f\n', 2, "the quotation mark that opens here is never closed"),
    "an open single quote": ("a: b\nc: 'd\ne: f\n", 2, "the quotation mark that opens here is never closed"),
    "a backslash": ('a: "\\d+"\n', 1, "a backslash in double quotes starts an escape; use single quotes"),
    "an open bracket": ("a: b\nc: {d: e\n", 2, "a bracket that opens here is not closed, or a comma is missing"),
    "an open list": ("a: [b, c\n", 1, "a bracket that opens here is not closed, or a comma is missing"),
    "an open bracket above others": ("a: {b: 2\nc: d\n", 2, "this line goes on with the value above it"),
    "an anchor": ("a: &b c\n", 1, "a value cannot begin with &; put it in quotes"),
    "an alias": ("a: b\nc: *a\n", 2, "a value cannot begin with *; put it in quotes"),
    "a star": ("a: *\n", 1, "a value cannot begin with *; put it in quotes"),
    "a merge key": ("a: &b {c: d}\ne:\n  <<: *b\n", 1, "a value cannot begin with &; put it in quotes"),
    "a tag": ("a: !!python/name:os.system b\n", 1, "a value cannot begin with !; put it in quotes"),
    "an at sign": ("a: @b\n", 1, "a value cannot begin with @; put it in quotes"),
    "a per cent sign": ("a: %b\n", 1, "a value cannot begin with %; put it in quotes"),
    "a child selector": ("a: > .b\n", 1, "a value cannot begin with >; put it in quotes"),
    "two colons": ("a: b: c\n", 1, "a second ': ' in one line; put the value after the first one in quotes"),
    "a key under a value": ("- a: b\n    expect: c\n", 2, '"expect" cannot stand here: mend the indentation'),
    "a line without a colon": ("a: b\nc d\ne: f\n", 2, "neither 'key: value' nor an item '- …'; is a colon"),
    "a missing dash": ("- a: b\n    c\n", 2, "this line goes on with the value above it; is a dash"),
    "a dash in a line": ("a: - b\n", 1, "a dash cannot stand here; an item starts on a line of its own"),
    "an item too far left": ("a:\n  - b\n - c\n", 3, "this does not fit the lines above; check the indentation"),
    "a word behind quotes": ('- "a" b\n', 1, "this does not fit the lines above; check the indentation"),
    "a list for a key": ("? [a]\n: b\n", 1, "a key must be text, not a list"),
    "no key": ("a: b\n? \n: c\n", 2, "a key must be text, not nothing"),
    "a binary file": (
        "a: b\nc: \x00\x01\n",
        2,
        "a character that no text file holds; is this a binary file, or UTF-16?",
    ),
    "a character there is not": ('a: "\\UFFFFFFFF"\n', 1, "not YAML: "),
    "an unknown YAML": ("%YAML 9.9\n---\na: b\n", 1, "not YAML: "),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_in_one_line_with_its_place(slip: str) -> None:
    text, line, words = SLIPS[slip]
    message = complaint(text)
    assert message.startswith(f"a.yaml:{line}: {words}")
    assert "\n" not in message


@pytest.mark.parametrize("bracket", ["[", "{a: ", "- ", "? "])
def test_deep_nesting_ends_early(bracket: str) -> None:
    assert f"nested more than {DEPTH} levels deep" in complaint(bracket * 5000)


def test_an_alias_bomb_does_not_go_off() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 8)}]" for level in range(1, 30)]
    assert complaint("\n".join(lines)) == "a.yaml:1: a value cannot begin with &; put it in quotes"


def test_a_key_that_is_not_known_is_told_with_the_right_one() -> None:
    with pytest.raises(FileError, match=r'^a.yaml:2: a thing has no key "nmae"; did you mean "name"\?$'):
        read("about: x\nnmae: b\n").known_fields("a thing", required=("name",), optional=("about",))


def test_a_key_that_is_missing_is_named() -> None:
    with pytest.raises(FileError, match=r'^a.yaml:1: a thing needs the key "name"$'):
        read("about: x\n").known_fields("a thing", required=("name",), optional=("about",))


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a:", "a has no value"), ("a: null", "a has no value"), ("a: [b]", "a must be text, not a list")],
)
def test_what_is_not_text_is_told(text: str, reason: str) -> None:
    with pytest.raises(FileError, match=reason):
        read(text).fields("this")["a"].text("a")


def test_a_quotation_stays_on_one_line_and_is_cut() -> None:
    assert quote("a\nb\x1b") == '"a\\nb\\x1b"'
    assert quote("x" * 100) == f'"{"x" * 59}…"'


def test_a_missing_file_is_told_with_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "buy.yaml").write_text("", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "bye.yaml", "scenario")
    wrong, right = tmp_path / "bye.yaml", tmp_path / "buy.yaml"
    assert str(caught.value) == f'{wrong}: no such file or folder; did you mean "{right}"?'


def test_a_missing_file_in_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file or folder; a scenario was expected here"):
        read_file(tmp_path / "none" / "buy.yaml", "scenario")


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="a folder; a target was expected here"):
        read_file(tmp_path, "target")


def test_a_file_with_a_byte_order_mark_is_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa: b\n")
    assert read_file(tmp_path / "a", "scenario") == "a: b\n"


@pytest.mark.parametrize(
    ("data", "line"), [("a: b".encode("utf-16"), 1), (b"a: b\nc: \xe9\n", 2), (b"\x89PNG\r\n\x1a\n", 1)]
)
def test_a_file_in_another_encoding_is_told_with_the_line(tmp_path: Path, data: bytes, line: int) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "a.yaml", "scenario")
    assert str(caught.value) == f"{tmp_path / 'a.yaml'}:{line}: not UTF-8; save the scenario as UTF-8 text"


def test_a_file_name_that_cannot_be_is_told() -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_file(Path("a\0b"), "scenario")


@given(st.text(alphabet=st.sampled_from("ab:-?#&*!|>'\"%@`{}[], \n\t\\$~0\x85\u2028\x00\ufeff")))
@settings(max_examples=1000, deadline=None)
def test_any_text_is_read_or_told_in_one_line(text: str) -> None:
    assert re.fullmatch(r"|a\.yaml:\d+: .+", outcome(text))
