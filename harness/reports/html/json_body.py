"""A JSON body as HTML. The id of each value's element is its JSON pointer, so that findings can link to it."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from harness.json_matching import escape as escape_key
from harness.json_matching import is_inside
from harness.reports.formatting import counted, cut

MOST_VALUES = 1500
LONGEST_STRING = 600
DEEPEST = 40
LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True)
class _Page:
    anchor: str
    marked: Collection[str]
    budget: Iterator[int]

    def tag(self, pointer: str) -> str:
        """The opening tag of the element around a value and its key."""
        marked = ' class="bad"' if pointer in self.marked else ""
        return f'<span id="{element_id(self.anchor, pointer)}"{marked}>'

    def leads_to_mark(self, pointer: str) -> bool:
        """Whether this value or one inside it is marked, and so must be shown."""
        return any(is_inside(mark, pointer) for mark in self.marked)


def render_body(body: Any, *, anchor: str, marked: Collection[str] = ()) -> Markup:
    """The body's HTML for a `<pre>`: nested `<span>`s, keys in `<b>`, texts in `<i>`, other values in `<var>`.

    `marked` are the pointers of wrong values. Long parts are shortened, with a note in `<em>`.
    """
    page = _Page(anchor=anchor, marked=marked, budget=iter(range(MOST_VALUES)))
    return Markup("".join(_value(page, body, pointer="", depth=0)))


def element_id(anchor: str, pointer: str) -> str:
    """The id of a value's element, which is also its fragment: ASCII, without spaces or quotes."""
    quoted = quote(pointer, safe="/~", errors="replace")
    if len(quoted) > LONGEST_ID:
        quoted = "/" + hashlib.sha256(quoted.encode()).hexdigest()
    return anchor + quoted


def deepest_existing(body: Any, pointer: str) -> str:
    """The longest part of the pointer that the body has and shows. A missing field points at its object."""
    found = ""
    for token in pointer.split("/")[1 : DEEPEST + 1]:
        children = dict(_children(body))
        if token not in children:
            return found
        body, found = children[token], f"{found}/{token}"
    return found


def _children(value: Any) -> Iterator[tuple[str, Any]]:
    """The items of an object or array, each with its JSON pointer token."""
    if isinstance(value, Mapping):
        yield from ((escape_key(key), item) for key, item in value.items())
    elif isinstance(value, list | tuple):
        yield from ((str(index), item) for index, item in enumerate(value))


def _value(page: _Page, value: Any, *, pointer: str, depth: int, key: str = "", comma: str = "") -> Iterator[str]:
    """One element; the style sheet puts it on its own line and indents it."""
    yield page.tag(pointer) + key
    if isinstance(value, Mapping | list | tuple):
        yield from _block(page, value, pointer=pointer, depth=depth, comma=comma)
    else:
        yield _scalar(value) + comma
    yield "</span>"


def _block(page: _Page, value: Any, *, pointer: str, depth: int, comma: str) -> Iterator[str]:
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    yield opening
    if not value:
        yield closing + comma
    elif depth >= DEEPEST:
        yield f"<em>… nested deeper than {DEEPEST}</em>{closing}{comma}"
    else:
        yield from _items(page, value, pointer=pointer, depth=depth + 1)
        yield f'<span class="end">{closing}{comma}</span>'


def _items(page: _Page, value: Any, *, pointer: str, depth: int) -> Iterator[str]:
    keys = list(value) if isinstance(value, Mapping) else None
    omitted = 0
    for index, (token, item) in enumerate(_children(value)):
        child = f"{pointer}/{token}"
        if next(page.budget, None) is None and not page.leads_to_mark(child):
            omitted += 1
            continue
        key = f"<b>{_quoted(str(keys[index]))}</b>: " if keys else ""
        comma = "," if index < len(value) - 1 else ""
        yield from _value(page, item, pointer=child, depth=depth, key=key, comma=comma)
    if omitted:
        yield f"<span><em>… {counted(omitted, 'more value')} not shown</em></span>"


def _scalar(value: Any) -> str:
    if isinstance(value, str):
        return f"<i>{_quoted(value)}</i>"
    return f"<var>{escape(json.dumps(value, default=str))}</var>"


def _quoted(text: str) -> str:
    if len(text) <= LONGEST_STRING:
        return str(escape(_json(text)))
    note = cut(text, LONGEST_STRING)[LONGEST_STRING:]
    return f"{escape(_json(text[:LONGEST_STRING]))}<em>{escape(note)}</em>"


def _json(text: str) -> str:
    """A readable JSON string; lone surrogates stay visible as escapes."""
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "backslashreplace").decode()
