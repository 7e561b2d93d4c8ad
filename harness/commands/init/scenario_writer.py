"""Write a scenario from a DevTools recording: the target's actions where they match, plain actions otherwise."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from harness.commands.init.action_matcher import ActionMatch, best_match
from harness.commands.init.devtools_recording import Element, RecordedAction, origin, read_recording
from harness.commands.init.element_selectors import quoted
from harness.errors import FileError
from harness.scenario.target import Target

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
        f"name: {quoted(title)}",
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
    note = f"step {action.step} is omitted: {reason}"
    notes.append(note)
    return f"  # {' '.join(note.split())}"


def _call(match: ActionMatch) -> str:
    if not match.values:
        return match.action
    arguments = ", ".join(f"{name}: {quoted(_escaped(value))}" for name, value in match.values.items())
    return f"{match.action}: {{{arguments}}}"


def _plain(action: RecordedAction, target: Target, base: str) -> str:
    element = action.element
    if action.kind == "goto":
        return f"goto: {_page(action.value, target, base)}"
    if action.kind == "fill":
        value = quoted(_escaped(action.value)) or '""'
        return f"{_fill_or_select(element, target)}: {{{quoted(_selector(element))}: {value}}}"
    if action.kind == "press":
        selector = _selector(element) if element != Element() else ""
        return f"press: {{{quoted(selector)}: {action.value}}}" if selector else f"press: {quoted(action.value)}"
    return f"{action.kind}: {_element(element)}"


def _fill_or_select(element: Element, target: Target) -> str:
    """`select` for a list, as far as its tag or the target identifies it; else `fill`."""
    lines = (line for action in target.actions.values() for line in action.do if line.action == "select")
    lists = {selector for line in lines for selector in line.arguments["value"]}
    return "select" if element.tag == "select" or lists & set(element.css) else "fill"


def _page(url: str, target: Target, base: str) -> str:
    """The name of one of the target's pages, else the path; the URL for another store."""
    if origin(url) != base:
        return quoted(_escaped(url))
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    name = next((name for name, page in target.pages.items() if page == path), None)
    return name or quoted(_escaped(path))


def _element(element: Element) -> str:
    """A button by its name, any other element by a selector that was unique on the recorded page."""
    name = element.name or element.text
    if element.tag == "button" and name:
        return f"{{button: {quoted(_escaped(name))}}}"
    if not element.css and name:
        return f"{{{'link' if element.tag == 'a' else 'text'}: {quoted(_escaped(name))}}}"
    selector = _selector(element)
    comment = f"  # {' '.join(name.split())}" if name and _POSITION.search(selector) else ""
    return quoted(_escaped(selector)) + comment


def _selector(element: Element) -> str:
    """The simplest selector."""
    if element.css:
        return min(
            element.css, key=lambda css: (not re.fullmatch(r"#[\w-]+", css), bool(_POSITION.search(css)), len(css))
        )
    return f"xpath={element.xpath}" if element.xpath else f"text={element.text or element.name}"


def _escaped(text: str) -> str:
    """Text for a scenario, in which `$` starts a variable."""
    return text.replace("$", "$$")
