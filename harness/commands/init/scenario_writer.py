"""A recording of Chrome's DevTools Recorder as a scenario: the target's actions where they fit, plain ones otherwise."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from harness.commands.init.action_matcher import Fit, best_fit
from harness.commands.init.devtools_recording import Deed, Thing, origin, read_recording
from harness.commands.init.store_probe import quoted
from harness.errors import FileError
from harness.scenario.target import Target

_POSITION = re.compile(r":nth-|\bli\b|:first|:last")


def scenario_of(text: str, *, file: str, target: Target) -> tuple[str, list[str]]:
    """The scenario's text, and a note on each step that it leaves out. FileError where nothing can be made of the recording."""
    title, deeds = read_recording(text, file=file)
    first = next((deed for deed in deeds if deed.kind == "goto" and origin(deed.value)), None)
    if first is None:
        raise FileError(f"{file}: it opens no web page; begin the recording on a page of the store")
    notes: list[str] = []
    base = origin(first.value)
    if base != origin(target.url):
        notes.append(f"it was made on {base}; the scenario is for {target.name}, {target.url}")
    lines = list(_lines(deeds, target, base, notes))
    head = [
        f"# Made of {file.rsplit('/', 1)[-1]} by 'harness init --from'. What each step implies is expected without being written.",
        f"name: {quoted(title)}",
        "steps:",
    ]
    return "\n".join([*head, *lines]) + "\n", notes


def _lines(deeds: Sequence[Deed], target: Target, base: str, notes: list[str]) -> Iterator[str]:
    has_arrived, is_untouched = False, True
    position = 0
    while position < len(deeds):
        deed = deeds[position]
        if deed.kind == "goto" and has_arrived is False and origin(deed.value) == base:
            has_arrived = True
            yield f"  - arrive: {{at: {_page(deed.value, target, base)}}}"
        elif deed.kind == "lost" or not has_arrived or (deed.kind == "goto" and not origin(deed.value)):
            yield _left_out(deed, notes)
        elif fit := best_fit(deeds[position:], target, base, is_untouched=is_untouched):
            yield f"  - {_call(fit)}"
            position += fit.length
            is_untouched = True
            continue
        else:
            is_untouched = bool(deed.url) or deed.kind == "goto"
            yield f"  - {_plain(deed, target, base)}"
        position += 1


def _left_out(deed: Deed, notes: list[str]) -> str:
    what = deed.value if deed.kind == "lost" else f"{deed.kind} {deed.value}".strip()
    note = f"step {deed.step} is left out: {what}"
    notes.append(note)
    return f"  # {' '.join(note.split())}"


def _call(fit: Fit) -> str:
    given = {name: _dollars(value) for name, value in fit.given.items()}
    if not given:
        return fit.action
    inside = ", ".join(f"{name}: {quoted(value)}" for name, value in given.items())
    return f"{fit.action}: {{{inside}}}"


def _plain(deed: Deed, target: Target, base: str) -> str:
    if deed.kind == "goto":
        return f"goto: {_page(deed.value, target, base)}"
    if deed.kind == "fill":
        return f"{_filling(deed.thing, target)}: {{{quoted(_selector(deed.thing))}: {quoted(_dollars(deed.value)) or chr(34) * 2}}}"
    if deed.kind == "press":
        selector = _selector(deed.thing) if deed.thing != Thing() else ""
        return f"press: {{{quoted(selector)}: {deed.value}}}" if selector else f"press: {quoted(deed.value)}"
    return f"{deed.kind}: {_element(deed.thing)}"


def _filling(thing: Thing, target: Target) -> str:
    """Whether a field is typed into, or a list to choose in, as far as its tag or the target tells."""
    lines = (line for action in target.actions.values() for line in action.do if line.action == "select")
    lists = {selector for line in lines for selector in line.arguments["value"]}
    return "select" if thing.tag == "select" or lists & set(thing.css) else "fill"


def _page(url: str, target: Target, base: str) -> str:
    """The name of one of the target's pages, a path, or, outside the store, the whole address."""
    if origin(url) != base:
        return quoted(_dollars(url))
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    name = next((name for name, page in target.pages.items() if page == path), None)
    return name or quoted(_dollars(path))


def _element(thing: Thing) -> str:
    """A button by its name, and anything else by the selector that was the only one's in the recorded page."""
    name = thing.name or thing.text
    if thing.tag == "button" and name:
        return f"{{button: {quoted(_dollars(name))}}}"
    selector = _selector(thing)
    is_vague = not thing.css or (_POSITION.search(selector) and thing.tag == "a" and not thing.css)
    if is_vague and name:
        return f"{{{'link' if thing.tag == 'a' else 'text'}: {quoted(_dollars(name))}}}"
    return quoted(_dollars(selector)) + (f"  # {' '.join(name.split())}" if name and _POSITION.search(selector) else "")


def _selector(thing: Thing) -> str:
    """The plainest selector that there is."""
    if thing.css:
        return min(
            thing.css, key=lambda css: (not re.fullmatch(r"#[\w-]+", css), bool(_POSITION.search(css)), len(css))
        )
    return f"xpath={thing.xpath}" if thing.xpath else f"text={thing.text or thing.name}"


def _dollars(text: str) -> str:
    """Text in which a dollar sign is one."""
    return text.replace("$", "$$")
