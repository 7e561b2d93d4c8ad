"""Write a scenario from a DevTools recording: the target's actions where they match, plain actions otherwise."""

import json
import re
from collections.abc import Iterator, Sequence
from textwrap import shorten
from urllib.parse import urlsplit

from harness.commands.init.action_matcher import ActionMatch, best_match
from harness.commands.init.devtools_recording import Element, RecordedAction, origin, read_recording
from harness.commands.init.element_selectors import quoted
from harness.errors import FileError
from harness.scenario.target import Target
from harness.text_files import printable

_LONGEST_NOTE = 200
_POSITION = re.compile(r":nth-|\bli\b|:first|:last")


def scenario_from_recording(text: str, *, file: str, target: Target) -> tuple[str, list[str]]:
    """The scenario's text, and a note for each omitted step. FileError if the recording opens no page."""
    title, actions = read_recording(text, file=file)
    first = next((action for action in actions if action.kind == "goto" and origin(action.value)), None)
    if first is None:
        raise FileError(f"{file}: it opens no web page; begin the recording on a page of the store")
    notes: list[str] = []
    base = origin(first.value)
    if base != origin(target.url):
        notes.append(f"the recording is of {base}, but the scenario is for {target.name}, {target.url}")
    lines = list(_lines(actions, target, base, notes))
    head = [
        f"# Converted from {file.rsplit('/', 1)[-1]} by 'harness init --from'. "
        "The events that each step implies are expected automatically.",
        f"name: {_quoted(title)}",
        "steps:",
    ]
    return "\n".join([*head, *lines]) + "\n", notes


def _lines(actions: Sequence[RecordedAction], target: Target, base: str, notes: list[str]) -> Iterator[str]:
    has_arrived, page_is_new = False, True
    position = 0
    while position < len(actions):
        action = actions[position]
        if action.kind == "goto" and has_arrived is False and origin(action.value) == base:
            has_arrived = True
            yield f"  - arrive: {{at: {_page(action.value, target, base)}}}"
        elif action.kind == "unsupported" or not has_arrived or (action.kind == "goto" and not origin(action.value)):
            yield _omitted(action, notes)
        elif match := best_match(actions[position:], target, base, page_is_new=page_is_new):
            yield f"  - {_call(match)}"
            position += match.length
            page_is_new = True
            continue
        else:
            page_is_new = bool(action.url) or action.kind == "goto"
            yield f"  - {_plain(action, target, base)}"
        position += 1


def _omitted(action: RecordedAction, notes: list[str]) -> str:
    reason = action.value if action.kind == "unsupported" else f"{action.kind} {action.value}".strip()
    note = printable(shorten(f"step {action.step} is omitted: {reason}", width=_LONGEST_NOTE, placeholder=" …"))
    notes.append(note)
    return f"  # {note}"


def _call(match: ActionMatch) -> str:
    if not match.values:
        return match.action
    arguments = ", ".join(f"{name}: {_quoted(_escaped(value))}" for name, value in match.values.items())
    return f"{match.action}: {{{arguments}}}"


def _plain(action: RecordedAction, target: Target, base: str) -> str:
    element = action.element
    if action.kind == "goto":
        return f"goto: {_page(action.value, target, base)}"
    if action.kind == "fill":
        value = _quoted(_escaped(action.value)) or '""'
        return f"{_fill_or_select(element, target)}: {{{_quoted(_field(element))}: {value}}}"
    if action.kind == "press":
        key = _quoted(_escaped(action.value))
        return f"press: {{{_quoted(_field(element))}: {key}}}" if element != Element() else f"press: {key}"
    return f"{action.kind}: {_element(element)}"


def _fill_or_select(element: Element, target: Target) -> str:
    """`select` for a list, as far as its tag or the target identifies it; else `fill`."""
    lines = (line for action in target.actions.values() for line in action.do if line.action == "select")
    lists = {selector for line in lines for selector in line.arguments["value"]}
    return "select" if element.tag == "select" or lists & set(element.css) else "fill"


def _page(url: str, target: Target, base: str) -> str:
    """The name of one of the target's pages, else the path; the URL for another store."""
    if origin(url) != base:
        return _quoted(_escaped(url))
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    name = next((name for name, page in target.pages.items() if page == path), None)
    return name or _quoted(_escaped(path))


def _element(element: Element) -> str:
    """A button by its name, any other element by a selector that was unique on the recorded page."""
    name = element.name or element.text
    role = element.role or element.tag
    if role == "button" and name:
        return f"{{button: {_quoted(_escaped(name))}}}"
    if not element.css and name:
        return f"{{{'link' if role in ('a', 'link') else 'text'}: {_quoted(_escaped(name))}}}"
    selector = _selector(element)
    comment = f"  # {' '.join(name.split())}" if name and _POSITION.search(selector) else ""
    return _quoted(_escaped(selector)) + comment


def _field(element: Element) -> str:
    """A selector of a form field, by its label if there is nothing else."""
    if element.css or element.xpath or not element.name:
        return _escaped(_selector(element))
    name = json.dumps(element.name, ensure_ascii=False)
    return _escaped(
        f"xpath=//*[@aria-label={name} or @placeholder={name} or @id=//label[normalize-space()={name}]/@for]"
    )


def _selector(element: Element) -> str:
    """The simplest selector."""
    if element.css:
        return min(
            element.css,
            key=lambda css: (not re.fullmatch(r"#(?!.*\d{3})[\w-]+", css), bool(_POSITION.search(css)), len(css)),
        )
    return f"xpath={element.xpath}" if element.xpath else f"text={element.text or element.name}"


def _quoted(text: str) -> str:
    """Text as a quoted YAML scalar on one line; empty text stays empty."""
    if text.isprintable():
        return quoted(text)
    escaped = (char if char.isprintable() else f"\\U{ord(char):08x}" for char in re.sub(r'(["\\])', r"\\\1", text))
    return f'"{"".join(escaped)}"'


def _escaped(text: str) -> str:
    """Text for a scenario, in which `$` starts a variable."""
    return text.replace("$", "$$")
