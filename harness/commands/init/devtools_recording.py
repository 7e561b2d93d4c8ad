"""Read a recording of Chrome's DevTools Recorder: the actions, their elements, and the pages that they open."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from harness.errors import FileError

_MODIFIERS: Final = ("Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock")
_ADVICE: Final = {
    "hover": "click the menu instead, or use the address of the page that it leads to",
    "scroll": "a run scrolls to each element that it uses",
    "setViewport": "a run has a window of its own",
    "waitForExpression": "wait for an element that shows the same",
    "emulateNetworkConditions": "a scenario sets the network with faults",
    "close": "close a tab with 'close tab'",
}
"""For the types of steps without an action."""

_PART: Final = re.compile(r"([\w-]+|\*)?((?:#[\w$-]+|\.[\w$-]+|\[[^\]]*\]|:[\w-]+(?:\([^)]*\))?)*)")


@dataclass(frozen=True, kw_only=True)
class SelectorPart:
    """One element in a selector; parts that the selector does not contain are empty."""

    tag: str = ""
    ids: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Element:
    """A recorded element: its accessible name and role, its text, and the selectors that the Recorder found."""

    name: str = ""
    role: str = ""
    text: str = ""
    css: tuple[str, ...] = ()
    xpath: str = ""

    @property
    def paths(self) -> list[tuple[SelectorPart, ...]]:
        """Each selector as parts, from the outside in; the last part is the element."""
        return [parts for selector in self.css if (parts := parts_of(selector))] + (
            [_xpath_parts(self.xpath)] if self.xpath else []
        )

    @property
    def tag(self) -> str:
        """Its tag; empty if no selector contains it."""
        return next((path[-1].tag for path in self.paths if path and path[-1].tag), "")

    def __str__(self) -> str:
        """The element in a note."""
        return self.name or self.text or (self.css[0] if self.css else self.xpath)


@dataclass(frozen=True, kw_only=True)
class RecordedAction:
    """One recorded action. `kind` is `goto`, `click`, `fill`, `press`, `wait for` or `unsupported`.

    `value` is a URL, the text or choice, a key, or the reason why it is unsupported; `url` is the page that it opened.
    """

    kind: str
    step: int
    value: str = ""
    element: Element = Element()
    url: str = ""


def read_recording(text: str, *, file: str) -> tuple[str, list[RecordedAction]]:
    """The title and the actions of a recording. FileError if it is not one."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{file}: not JSON: {error}; export the recording as JSON") from error
    steps = data.get("steps") if isinstance(data, dict) else None
    if not isinstance(steps, list) or not all(
        isinstance(step, dict) and isinstance(step.get("type"), str) for step in steps
    ):
        raise FileError(f'{file}: not a recording of the DevTools Recorder: it has no "steps", each with a "type"')
    keys = _keys(steps)
    actions = [action for number, step in enumerate(steps, start=1) for action in _actions(step, number, keys)]
    return _text(data.get("title")) or "A recording", _simplified(actions)


def parts_of(selector: str) -> tuple[SelectorPart, ...]:
    """A CSS selector as parts; empty if it contains more than tags, ids, classes, attributes and positions."""
    found = []
    for word in re.split(r"\s*>\s*|\s+", selector.strip()):
        match = _PART.fullmatch(word)
        if not match or not word:
            return ()
        rest = match[2] or ""
        found.append(
            SelectorPart(
                tag="" if match[1] in (None, "*") else match[1].lower(),
                ids=frozenset(re.findall(r"#([\w$-]+)", rest)),
                classes=frozenset(re.findall(r"\.([\w$-]+)", re.sub(r"\[[^\]]*\]", "", rest))),
                attributes=frozenset(re.sub(r"[\"']", "", each) for each in re.findall(r"\[([^\]]*)\]", rest)),
            )
        )
    return tuple(found)


def _text(value: Any) -> str:
    """A text of the recording, on one line and without halves of characters; empty for anything else."""
    return _typed(value).strip().replace("\n", " ")


def _typed(value: Any) -> str:
    """A typed text as it is, without halves of characters, which no file can contain."""
    return value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else ""


def _keys(steps: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    """The keys that were pressed, by the numbers of their steps, with the modifiers that were held; Tab only moves the focus."""
    found: dict[int, str] = {}
    held: dict[str, int] = {}
    for number, step in enumerate(steps, start=1):
        key = _text(step.get("key")) or (" " if step.get("key") == " " else "")
        if step["type"] == "keyUp":
            held.pop(key, None)
        elif step["type"] == "keyDown" and key in _MODIFIERS:
            held[key] = number
            found[number] = key
        elif step["type"] == "keyDown" and (held or key != "Tab"):
            found = {other: name for other, name in found.items() if other not in held.values()}
            found[number] = "+".join([*held, "Space" if key == " " else key])
    return found


def _actions(step: Mapping[str, Any], number: int, keys: Mapping[int, str]) -> Iterator[RecordedAction]:
    kind, url = step["type"], _destination(step)
    if kind == "keyUp" or (kind == "keyDown" and number not in keys):
        return  # it is a part of another step
    if elsewhere := _elsewhere(step):
        yield _unsupported(number, f"{kind} in {elsewhere}")
    elif kind == "navigate":
        yield RecordedAction(kind="goto", step=number, value=_text(step.get("url")), url=url)
    elif kind == "keyDown" and (keys[number] in _MODIFIERS or not keys[number]):
        yield _unsupported(number, f"the key {keys[number]}".strip())
    elif kind == "keyDown":
        yield RecordedAction(kind="press", step=number, value=keys[number], url=url)
    elif kind in ("click", "doubleClick", "change", "waitForElement"):
        yield from _on_element(kind, step, number, url)
    else:
        yield _unsupported(number, _without_action(kind, step))


def _elsewhere(step: Mapping[str, Any]) -> str:
    """The frame or the other window of a step; empty for the page itself."""
    frame, target = step.get("frame"), step.get("target")
    if target not in (None, "main"):
        return f"another window or frame, {_text(target) or target}"
    return f"frame {frame}; scenarios use the page itself only" if frame else ""


def _without_action(kind: str, step: Mapping[str, Any]) -> str:
    """A step for which scenarios have no action, and what to do about it."""
    element = _element_of(step.get("selectors"))
    on = f" over {element}" if kind == "hover" and element else f" to {element}" if element else ""
    detail = f" {_text(step.get('expression') or step.get('name'))}".rstrip()
    advice = _ADVICE.get(kind, "")
    return f"{kind}{on}{detail}{f'; {advice}' if advice else ''}"


def _on_element(kind: str, step: Mapping[str, Any], number: int, url: str) -> Iterator[RecordedAction]:
    element, value = _element_of(step.get("selectors")), _typed(step.get("value"))
    special = _special(kind, step)
    if element is None:
        yield _unsupported(number, f"{kind} on an element that no selector names")
    elif special:
        yield _unsupported(number, f"{kind} {special} of {element}")
    elif kind == "change" and value.lower().startswith("c:\\fakepath\\"):
        yield _unsupported(number, f"the file that was chosen in {element}")
    elif kind == "change":
        yield RecordedAction(kind="fill", step=number, value=value, element=element, url=url)
    elif kind == "waitForElement":
        yield RecordedAction(kind="wait for", step=number, element=element)
    else:
        if kind == "doubleClick":
            yield _unsupported(number, "the second half of a double click")
        yield RecordedAction(kind="click", step=number, element=element, url=url)


def _special(kind: str, step: Mapping[str, Any]) -> str:
    """The property of a step that no action has: a further mouse button, or a condition other than one visible element."""
    if kind != "waitForElement":
        button = step.get("button", "primary")
        return "" if button == "primary" else f"with the {button} button"
    count, operator = step.get("count", 1), step.get("operator", ">=")
    conditions = [name for name in ("properties", "attributes") if step.get(name)]
    if count != 1 or operator not in (">=", "=="):
        conditions.append(f"count {operator} {count}")
    if step.get("visible") is False:
        conditions.append("visible: false")
    return f"with {', '.join(conditions)}" if conditions else ""


def _unsupported(number: int, why: str) -> RecordedAction:
    return RecordedAction(kind="unsupported", step=number, value=why)


def _destination(step: Mapping[str, Any]) -> str:
    events = step.get("assertedEvents")
    known = [event for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    return next((_text(event.get("url")) for event in known if event.get("type") == "navigation"), "")


def _element_of(selectors: Any) -> Element | None:
    """The element of a step. A selector is text, or a list of texts that lead through shadow roots."""
    chains = (
        [[each] if isinstance(each, str) else each for each in selectors if each] if isinstance(selectors, list) else []
    )
    found: dict[str, list[str]] = {"aria": [], "text": [], "xpath": [], "css": []}
    for chain in chains:
        if not isinstance(chain, list) or not all(isinstance(part, str) for part in chain):
            continue
        kind, last = _split(chain[-1])
        outer = [_split(part) for part in chain[:-1]]
        if kind in ("aria", "text"):  # names are found in shadow roots, too
            found[kind].append(last)
        elif not outer or (kind == "css" and all(each == "css" for each, _selector in outer)):
            found[kind].append(" ".join([*(selector for _kind, selector in outer), last]))
    names = [re.fullmatch(r"(.*?)(?:\[role=[\"']?([\w-]*)[\"']?\])?", name, re.DOTALL) for name in found["aria"]]
    name, role = next((match.groups("") for match in names if match), ("", ""))
    element = Element(
        name=name.strip(),
        role=role,
        text=next(iter(found["text"]), ""),
        css=tuple(dict.fromkeys(found["css"])),
        xpath=next(iter(found["xpath"]), ""),
    )
    return element if str(element) else None


def _split(selector: str) -> tuple[str, str]:
    """The kind of a selector, and the selector without its prefix."""
    kind, slash, rest = _typed(selector).partition("/")
    if slash and kind in ("aria", "text", "xpath", "pierce"):
        return ("css" if kind == "pierce" else kind), rest
    return "css", _typed(selector)


def _xpath_parts(xpath: str) -> tuple[SelectorPart, ...]:
    """`//*[@id="a"]/div[2]/a` as parts."""
    found = []
    for word in re.split(r"/+", re.sub(r"^/+", "", xpath)):
        match = re.match(r"([\w-]+|\*)", word)
        ids = re.findall(r"@id=[\"']([^\"']+)[\"']", word)
        found.append(SelectorPart(tag="" if not match or match[1] == "*" else match[1].lower(), ids=frozenset(ids)))
    return tuple(found)


def _simplified(actions: Sequence[RecordedAction]) -> list[RecordedAction]:
    """The actions without clicks that only focus a field; a key press gets the field of the text before it."""
    found: list[RecordedAction] = []
    for action, later in zip(actions, [*actions[1:], None], strict=False):
        is_filled = later is not None and later.kind == "fill" and _is_same(action.element, later.element)
        if action.kind == "click" and is_filled and not action.url:
            continue
        last = found[-1] if found else None
        if action.kind == "press" and last is not None and last.kind == "fill":
            found.append(replace(action, element=last.element))
        else:
            found.append(action)
    return found


def _is_same(one: Element, other: Element) -> bool:
    return bool(set(one.css) & set(other.css)) or (bool(one.xpath) and one.xpath == other.xpath)


def origin(url: str) -> str:
    """Scheme, host and port; empty if the URL is not one of a web page."""
    try:
        parts = urlsplit(url)
        _port = parts.port
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
