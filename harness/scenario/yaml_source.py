"""Read YAML as text with line numbers, so that each error names `file:line` and `0010` stays `0010`.

Features that occasional writers of YAML use only by mistake are errors: anchors, aliases, tags, a second document, a value
that continues on the next line, and a comment without a space after its `#`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from ruamel.yaml import YAML, events
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from harness.errors import FileError
from harness.json_matching import suggest
from harness.text_files import quote

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
    """A value in a file: text, None if it is empty, a tuple of nodes, or a dictionary from text to nodes."""

    value: "str | tuple[Node, ...] | dict[str, Node] | None"
    file: str
    line: int
    quoted: bool = False

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    @property
    def is_null(self) -> bool:
        """Whether the value is empty, or `null` or `~` without quotes."""
        return self.value is None or (self.value in _NULLS and not self.quoted)

    @property
    def kind(self) -> str:
        """The value in words, for messages."""
        if self.is_null:
            return "nothing"
        if isinstance(self.value, str):
            return quote(self.value)
        return "a mapping" if isinstance(self.value, dict) else "a list"

    def fail(self, message: str) -> NoReturn:
        """Raise FileError with the place before the message."""
        raise FileError(f"{self.place}: {message}")

    def text(self, what: str, *, or_empty: bool = False) -> str:
        """The text, or FileError; `what` names it in the message. `or_empty` allows `""`."""
        if self.is_null:
            self.fail(f"{what} has no value")
        if not isinstance(self.value, str) or not (self.value or or_empty):
            self.fail(f"{what} must be text, not {self.kind}")
        return self.value

    def items(self, what: str) -> "tuple[Node, ...]":
        """The list, or FileError."""
        if not isinstance(self.value, tuple):
            self.fail(f"{what} must be a list with a line '- …' for each item, not {self.kind}")
        return self.value

    def fields(self, what: str) -> "dict[str, Node]":
        """The mapping, or FileError."""
        if not isinstance(self.value, dict):
            self.fail(f"{what} must be a mapping with a line 'key: value' for each field, not {self.kind}")
        return self.value

    def known_fields(
        self, what: str, *, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> "dict[str, Node]":
        """The mapping, or FileError if a required key is missing or a key is unknown."""
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
        """The value as plain Python data: each scalar is text, null is None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return None if self.is_null else self.value

    def as_json(self) -> Any:
        """The value as YAML 1.2 data, with numbers and booleans."""
        if isinstance(self.value, dict):
            return {key: node.as_json() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.as_json() for node in self.value]
        return self.value if self.quoted or self.value is None else resolve(self.value)

    def reworded(self, words: Mapping[str, str], *, but: Iterable[str] = ()) -> "Node":
        """The node with each text that is one of these words replaced; keys stay, and so do texts under the keys `but`."""
        if isinstance(self.value, dict):
            kept = {key: node for key, node in self.value.items() if key in but and not isinstance(node.value, dict)}
            changed = {key: kept.get(key) or node.reworded(words, but=but) for key, node in self.value.items()}
            return replace(self, value=changed)
        if isinstance(self.value, tuple):
            return replace(self, value=tuple(node.reworded(words, but=but) for node in self.value))
        return self if self.value is None or self.is_null else replace(self, value=words.get(self.value, self.value))

    def texts(self) -> "Iterator[tuple[str, Node]]":
        """Each key and each text in the value, with its node."""
        if isinstance(self.value, dict):
            for key, node in self.value.items():
                yield key, node
                yield from node.texts()
        elif isinstance(self.value, tuple):
            for node in self.value:
                yield from node.texts()
        elif self.value is not None:
            yield self.value, self


def resolve(text: str) -> Any:
    """The value of a scalar without quotes in YAML 1.2."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return float(text) if _NUMBER.fullmatch(text) else text


def parse(text: str, *, file: str, what: str) -> Node:
    """Parse a YAML text. FileError for invalid YAML, a forbidden feature, an empty text or a duplicate key."""
    text = text.removeprefix("\ufeff")
    try:
        return _Reader(file=file, text=text, events=iter(YAML(pure=True).parse(text))).root(what)
    except MarkedYAMLError as error:
        line, problem = _explain(error, text)
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = "invalid character; is this a binary file or UTF-16?"
    except (YAMLError, ValueError, OverflowError) as error:
        line, problem = 1, f"not YAML: {str(error).splitlines()[0]}"
    raise FileError(f"{file}:{line}: {problem}")


@dataclass(frozen=True, kw_only=True)
class _Reader:
    """Builds nodes from the YAML parser's events."""

    file: str
    text: str
    events: Iterator[Any]

    def root(self, what: str) -> Node:
        next(self.events)
        begin = next(self.events)
        node = self.node(next(self.events), 0) if isinstance(begin, events.DocumentStartEvent) else None
        if node is None or node.is_null:
            self.fail(1, f"the file is empty; expected a {what}")
        next(self.events)
        after = next(self.events)
        if isinstance(after, events.DocumentStartEvent):
            self.fail(after.start_mark.line + 1, f"--- starts a second document; a file contains one {what}")
        return node

    def node(self, event: Any, depth: int) -> Node:
        line = event.start_mark.line + 1
        if event.anchor or getattr(event, "tag", None):
            self.fail(line, f"a value cannot begin with {self.text[event.start_mark.index]}; {_QUOTE_IT}")
        if getattr(event, "style", None) not in ("|", ">") and _SWALLOWED.match(self.text, event.end_mark.index):
            hint = "put the value in quotes, or write a space after the # of a comment"
            self.fail(event.end_mark.line + 1, f"everything after # is a comment; {hint}")
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
            hint = "is a dash, a colon or a bracket missing? (put text over several lines in quotes)"
            self.fail(event.end_mark.line + 1, f"this line continues the value above it; {hint}")
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
                key.fail(f"duplicate key {quote(key.value)}; the first is on line {fields[key.value].line}")
            fields[key.value] = replace(self.node(next(self.events), depth), line=key.line)
        return fields

    def fail(self, line: int, message: str) -> NoReturn:
        raise FileError(f"{self.file}:{line}: {message}")


def _explain(error: MarkedYAMLError, text: str) -> tuple[int, str]:
    """The line of an error in the YAML, and its likely cause."""
    problem, context = str(error.problem), str(error.context)
    at = error.problem_mark or error.context_mark
    begin = error.context_mark or at
    line = text[at.index - at.column : at.index]
    if "'\\t'" in problem:
        return at.line + 1, "tab character; use spaces"
    if "cannot start any token" in problem:
        return at.line + 1, f"a value cannot begin with {text[at.index]}; {_QUOTE_IT}"
    if re.search(r"scanning an? (alias|anchor|tag|block scalar|directive)|parsing a node", context):
        return begin.line + 1, f"a value cannot begin with {text[begin.index : begin.index + 1]}; {_QUOTE_IT}"
    if "mapping values are not allowed" in problem:
        return at.line + 1, _second_colon(line)
    if "end of stream" in problem and "quoted scalar" in context:
        return begin.line + 1, "this quotation mark is never closed"
    if "quoted scalar" in context:
        return at.line + 1, "a backslash in double quotes starts an escape sequence; use single quotes"
    if "flow" in context:
        return begin.line + 1, "this bracket is not closed, or a comma is missing"
    if "sequence entries" in problem:
        return at.line + 1, "a dash is not allowed here; start each item on a new line"
    if "could not find expected ':'" in problem:
        return begin.line + 1, "expected 'key: value' or an item '- …'; is a colon or a dash missing?"
    if "<block end>" in problem:
        return at.line + 1, "this does not match the lines above; check the indentation, the dashes and the quotes"
    return at.line + 1, f"not YAML: {problem}"


def _second_colon(line: str) -> str:
    if ": " in line:
        return "second ': ' in one line; put the value after the first one in quotes"
    key = line.strip()
    return f"{quote(key)} is not allowed here; fix the indentation or the line above, or start a new item: '- {key}: …'"
