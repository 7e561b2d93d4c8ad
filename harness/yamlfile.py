"""Read a YAML file as text with line numbers, so that every complaint about it says `file:line` and `0010` stays `0010`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from harness.errors import FileError


@dataclass(frozen=True, kw_only=True)
class Node:
    """A place in a file: `value` is text, None for nothing, a tuple of nodes, or a dictionary from text to nodes."""

    value: "str | tuple[Node, ...] | dict[str, Node] | None"
    file: str
    line: int

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"

    def fail(self, message: str) -> NoReturn:
        """Raise FileError with the place in front."""
        raise FileError(f"{self.place}: {message}")

    def text(self, what: str) -> str:
        """The text here, or FileError; `what` names it in the message."""
        if not isinstance(self.value, str) or not self.value:
            self.fail(f"{what} must be text, not {self.kind}")
        return self.value

    def items(self, what: str) -> "tuple[Node, ...]":
        """The list here, or FileError."""
        if not isinstance(self.value, tuple):
            self.fail(f"{what} must be a list (lines that start with '- '), not {self.kind}")
        return self.value

    def fields(self, what: str) -> "dict[str, Node]":
        """The mapping here, or FileError."""
        if not isinstance(self.value, dict):
            self.fail(f"{what} must be a mapping (lines of 'key: value'), not {self.kind}")
        return self.value

    def known_fields(
        self, what: str, *, required: Iterable[str] = (), optional: Iterable[str] = ()
    ) -> "dict[str, Node]":
        """The mapping here, with no other keys than these and all of the required ones, or FileError."""
        fields = self.fields(what)
        allowed = (*required, *optional)
        for key, node in fields.items():
            if key not in allowed:
                node.fail(f"{what} has no key {key!r}; {suggest(key, allowed)}")
        for key in required:
            if key not in fields:
                self.fail(f"{what} needs the key {key!r}")
        return fields

    def plain(self) -> Any:
        """The same as plain Python data: every scalar a string, nothing as an empty string."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.plain() for node in self.value]
        return self.value or ""

    def scalars(self) -> "Iterator[Node]":
        """Every piece of text at or under this place."""
        if isinstance(self.value, dict):
            for node in self.value.values():
                yield from node.scalars()
        elif isinstance(self.value, tuple):
            for node in self.value:
                yield from node.scalars()
        elif self.value is not None:
            yield self

    @property
    def kind(self) -> str:
        """What stands here, in words for a message."""
        if self.value is None:
            return "nothing"
        if isinstance(self.value, dict):
            return "a mapping"
        return "a list" if isinstance(self.value, tuple) else f"{self.value!r}"


def suggest(word: str, allowed: Iterable[str]) -> str:
    """`did you mean "add to cart"?` where something is close, else what is allowed."""
    choices = sorted(set(allowed))
    close = get_close_matches(word.lower(), choices, n=1, cutoff=0.6)
    return f'did you mean "{close[0]}"?' if close else f"allowed: {', '.join(choices)}"


def read_file(path: Path, what: str) -> str:
    """The file as text; FileError where it is missing, a folder, unreadable or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise FileError(f"{path}: no such file; a {what} was expected here") from None
    except IsADirectoryError:
        raise FileError(f"{path}: is a folder; a {what} was expected here") from None
    except UnicodeDecodeError as error:
        raise FileError(f"{path}: not UTF-8 at byte {error.start}; save the {what} as UTF-8") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {error.strerror}") from None


def parse(text: str, *, file: str, what: str) -> Node:
    """The root of a YAML text; FileError for what is not YAML, empty, has tabs for indentation or the same key twice."""
    _refuse_tabs(text, file)
    try:
        root = YAML().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise FileError(f"{file}:{line}: not YAML: {_problem(error)}") from None
    except (YAMLError, RecursionError, ValueError) as error:
        raise FileError(f"{file}:1: not YAML: {str(error).splitlines()[0]}") from None
    if root is None:
        raise FileError(f"{file}:1: the file is empty; a {what} was expected here")
    return _convert(root, file, text.splitlines())


def _refuse_tabs(text: str, file: str) -> None:
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line[: len(line) - len(line.lstrip())]:
            raise FileError(f"{file}:{number}: a tab character in the indentation; indent with spaces")


def _problem(error: MarkedYAMLError) -> str:
    problem = str(error.problem or error.context or "cannot be understood")
    if "mapping values are not allowed" in problem:
        return "a 'key: value' where only a value can stand; check the indentation, or put the text in quotes"
    if "\\t" in problem:
        return "a tab character; indent with spaces"
    return problem


def _convert(node: Any, file: str, lines: list[str], *, depth: int = 0) -> Node:
    line = node.start_mark.line + 1
    if depth > 50:
        raise FileError(f"{file}:{line}: nested more than 50 levels deep")
    if isinstance(node, ScalarNode):
        return Node(value=_scalar(node, file, lines), file=file, line=line)
    if isinstance(node, SequenceNode):
        items = tuple(_convert(item, file, lines, depth=depth + 1) for item in node.value)
        return Node(value=items, file=file, line=line)
    assert isinstance(node, MappingNode)
    fields: dict[str, Node] = {}
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise FileError(f"{file}:{key_line}: a key must be plain text")
        if key.value in fields:
            first = fields[key.value].line
            raise FileError(
                f"{file}:{key_line}: the key {key.value!r} stands here for a second time (first: line {first})"
            )
        converted = _convert(value, file, lines, depth=depth + 1)
        fields[key.value] = Node(value=converted.value, file=file, line=key_line)
    return Node(value=fields, file=file, line=line)


def _scalar(node: ScalarNode, file: str, lines: list[str]) -> str | None:
    if node.value or node.style:
        return str(node.value)
    row = node.start_mark.line
    rest = lines[row][node.start_mark.column :] if row < len(lines) else ""
    if rest.lstrip(": ").startswith("#"):
        raise FileError(
            f"{file}:{row + 1}: everything after # is a comment, so no value is left; put the value in quotes"
        )
    return None
