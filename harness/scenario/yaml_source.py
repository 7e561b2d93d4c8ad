"""Read a YAML file as text with line numbers, so that every complaint about it says `file:line` and `0010` stays `0010`.

What a person who writes YAML twice a year never means is refused: anchors, aliases, tags, a second document, a value that
runs on into the next line, and a `#` without a space behind it, which would swallow what follows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from harness.errors import FileError
from harness.json_matching import suggest

DEPTH = 50
"""How many levels deep a file may be nested."""

_NULLS = ("null", "Null", "NULL", "~")
_CONSTANTS = {**dict.fromkeys(_NULLS), "true": True, "True": True, "TRUE": True}
_CONSTANTS |= {"false": False, "False": False, "FALSE": False}
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_SWALLOWED = re.compile(r" *[:,]? *#(?=[^\s#])")
_QUOTE_IT = "put it in quotes"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A place in a file: `value` is text, None where nothing stands, a tuple of nodes, or a dictionary from text to nodes."""

    value: "str | tuple[Node, ...] | dict[str, Node] | None"
    file: str
    line: int
    quoted: bool = False

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def is_null(self) -> bool:
        """Whether nothing stands here, or `null` or `~` without quotes."""
        return self.value is None or (self.value in _NULLS and not self.quoted)

    @property
    def kind(self) -> str:
        """What stands here, in words for a message."""
        if self.is_null:
            return "nothing"
        if isinstance(self.value, str):
            return quote(self.value)
        return "a mapping" if isinstance(self.value, dict) else "a list"

    def fail(self, message: str) -> NoReturn:
        """Raise FileError with the place in front."""
        raise FileError(f"{self.place}: {message}")

    def text(self, what: str, *, or_empty: bool = False) -> str:
        """The text here, which may be `""` only where it says so; `what` names it in the FileError."""
        if self.is_null:
            self.fail(f"{what} has no value")
        if not isinstance(self.value, str) or not (self.value or or_empty):
            self.fail(f"{what} must be text, not {self.kind}")
        return self.value

    def items(self, what: str) -> "tuple[Node, ...]":
        """The list here, or FileError."""
        if not isinstance(self.value, tuple):
            self.fail(f"{what} must be a list, a line '- …' for each item, not {self.kind}")
        return self.value

    def fields(self, what: str) -> "dict[str, Node]":
        """The mapping here, or FileError."""
        if not isinstance(self.value, dict):
            self.fail(f"{what} must be a mapping, a line 'key: value' for each field, not {self.kind}")
        return self.value

    def known_fields(
        self, what: str, *, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> "dict[str, Node]":
        """The mapping here, with no other keys than these and all of the required ones, or FileError."""
        fields = self.fields(what)
        allowed = (*required, *optional)
        for key, node in fields.items():
            if key not in allowed:
                node.fail(f"{what} has no key {quote(key)}; {suggest(key, allowed)}")
        for key in required:
            if key not in fields:
                self.fail(f'{what} needs the key "{key}"')
        return fields

    def plain(self) -> Any:
        """The same as plain Python data: every scalar text, null None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return None if self.is_null else self.value

    def as_json(self) -> Any:
        """The same as an editor reads it: numbers and booleans where YAML 1.2 has them."""
        if isinstance(self.value, dict):
            return {key: node.as_json() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.as_json() for node in self.value]
        return self.value if self.quoted or self.value is None else resolve(self.value)

    def reworded(self, words: Mapping[str, str], *, but: Iterable[str] = ()) -> "Node":
        """The same with each value that is one of these words in the other word for it; keys stay, and what is under `but`."""
        if isinstance(self.value, dict):
            kept = {key: node for key, node in self.value.items() if key in but and not isinstance(node.value, dict)}
            changed = {key: kept.get(key) or node.reworded(words, but=but) for key, node in self.value.items()}
            return replace(self, value=changed)
        if isinstance(self.value, tuple):
            return replace(self, value=tuple(node.reworded(words, but=but) for node in self.value))
        return self if self.value is None or self.is_null else replace(self, value=words.get(self.value, self.value))

    def texts(self) -> "Iterator[tuple[str, Node]]":
        """Every key and every piece of text at or under this place, with where it stands."""
        if isinstance(self.value, dict):
            for key, node in self.value.items():
                yield key, node
                yield from node.texts()
        elif isinstance(self.value, tuple):
            for node in self.value:
                yield from node.texts()
        elif self.value is not None:
            yield self.value, self


def quote(text: str) -> str:
    """The text in double quotes, on one line and cut where it is long."""
    cut = text if len(text) <= 60 else f"{text[:59]}…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    """The text with an escape for every sign that would move a terminal's cursor, or cannot be encoded."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def resolve(text: str) -> Any:
    """A scalar without quotes as YAML 1.2 reads it."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return float(text) if _NUMBER.fullmatch(text) else text


def read_file(path: Path, what: str) -> str:
    """The file as text; FileError where it is missing, a folder, unreadable or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FileError(
            f"{path}: no such file or folder; {_neighbour(path) or f'a {what} was expected here'}"
        ) from None
    except IsADirectoryError:
        raise FileError(f"{path}: a folder; a {what} was expected here") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line}: not UTF-8; save the {what} as UTF-8 text") from None
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _neighbour(path: Path) -> str:
    try:
        close = get_close_matches(path.name, [other.name for other in path.parent.iterdir()], n=1)
    except OSError:
        return ""
    return f'did you mean "{path.with_name(close[0])}"?' if close else ""


def parse(text: str, *, file: str, what: str) -> Node:
    """The root of a YAML text; FileError for what is not YAML or refused, for an empty text and for the same key twice."""
    text = text.removeprefix("\ufeff")
    try:
        return _Reader(file=file, text=text, events=iter(YAML(pure=True).parse(text))).root(what)
    except MarkedYAMLError as error:
        line, problem = _in_words(error, text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = "a character that no text file holds; is this a binary file, or UTF-16?"
    except (YAMLError, ValueError, OverflowError) as error:
        line, problem = 1, f"not YAML: {str(error).splitlines()[0]}"
    raise FileError(f"{file}:{line}: {problem}")


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Makes nodes of the parser's events, one after the other."""

    file: str
    text: str
    events: Iterator[Any]

    def root(self, what: str) -> Node:
        next(self.events)
        begin = next(self.events)
        node = self.node(next(self.events), 0) if isinstance(begin, events.DocumentStartEvent) else None
        if node is None or node.is_null:
            self.fail(1, f"the file is empty; a {what} was expected here")
        next(self.events)
        after = next(self.events)
        if isinstance(after, events.DocumentStartEvent):
            self.fail(after.start_mark.line + 1, f"--- begins a second document; a file holds one {what}")
        return node

    def node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if event.anchor or getattr(event, "tag", None):
            self.fail(line, f"a value cannot begin with {self.text[event.start_mark.index]}; {_QUOTE_IT}")
        if getattr(event, "style", None) not in ("|", ">") and _SWALLOWED.match(self.text, event.end_mark.index):
            comment = "everything after # is a comment"
            self.fail(
                event.end_mark.line + 1, f"{comment}; put the value in quotes, or a space after a # that is meant so"
            )
        if isinstance(event, events.ScalarEvent):
            return self.scalar(event, line)
        if depth == DEPTH:
            self.fail(line, f"nested more than {DEPTH} levels deep")
        inside = self.mapping if isinstance(event, events.MappingStartEvent) else self.sequence
        return Node(value=inside(depth + 1), file=self.file, line=line)

    def scalar(self, event: Any, line: int) -> Node:
        if event.style is not None:
            return Node(value=event.value, file=self.file, line=line, quoted=True)
        if event.end_mark.line >= line and event.value:
            hint = "is a dash, a colon or a bracket missing? (text over several lines stands in quotes)"
            self.fail(event.end_mark.line + 1, f"this line goes on with the value above it; {hint}")
        return Node(value=event.value or None, file=self.file, line=line)

    def sequence(self, depth: int) -> tuple[Node, ...]:
        items = []
        while not isinstance(event := next(self.events), events.SequenceEndEvent):
            items.append(self.node(event, depth))
        return tuple(items)

    def mapping(self, depth: int) -> dict[str, Node]:
        fields: dict[str, Node] = {}
        while not isinstance(event := next(self.events), events.MappingEndEvent):
            key = self.node(event, depth)
            if not isinstance(key.value, str):
                key.fail(f"a key must be text, not {key.kind}")
            if key.value in fields:
                key.fail(f"{quote(key.value)} stands here a second time; the first is on line {fields[key.value].line}")
            fields[key.value] = replace(self.node(next(self.events), depth), line=key.line)
        return fields

    def fail(self, line: int, message: str) -> NoReturn:
        raise FileError(f"{self.file}:{line}: {message}")


def _in_words(error: MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line of a mistake in the YAML, and what a person did who made it."""
    problem, context = str(error.problem), str(error.context)
    at = error.problem_mark or error.context_mark
    begin = error.context_mark or at
    line = text[at.index - at.column : at.index]
    if "'\\t'" in problem:
        return at.line + 1, "a tab character; write spaces"
    if "cannot start any token" in problem:
        return at.line + 1, f"a value cannot begin with {text[at.index]}; {_QUOTE_IT}"
    if re.search(r"scanning an? (alias|anchor|tag|block scalar|directive)|parsing a node", context):
        return begin.line + 1, f"a value cannot begin with {text[begin.index : begin.index + 1]}; {_QUOTE_IT}"
    if "mapping values are not allowed" in problem:
        return at.line + 1, _second_colon(line)
    if "end of stream" in problem and "quoted scalar" in context:
        return begin.line + 1, "the quotation mark that opens here is never closed"
    if "quoted scalar" in context:
        return at.line + 1, "a backslash in double quotes starts an escape; use single quotes"
    if "flow" in context:
        return begin.line + 1, "a bracket that opens here is not closed, or a comma is missing"
    if "sequence entries" in problem:
        return at.line + 1, "a dash cannot stand here; an item starts on a line of its own"
    if "could not find expected ':'" in problem:
        return begin.line + 1, "neither 'key: value' nor an item '- …'; is a colon or a dash missing?"
    if "<block end>" in problem:
        return at.line + 1, "this does not fit the lines above; check the indentation, the dashes and the quotes"
    return at.line + 1, f"not YAML: {problem}"


def _second_colon(line: str) -> str:
    if ": " in line:
        return "a second ': ' in one line; put the value after the first one in quotes"
    key = line.strip()
    return f"{quote(key)} cannot stand here: mend the indentation or the line above, or start an item: '- {key}: …'"
