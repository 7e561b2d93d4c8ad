"""Read a recording of Chrome's DevTools Recorder: the actions, their elements, and the pages that they open."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from harness.errors import FileError

_MODIFIERS: Final = ("Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock")
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
    """A recorded element: its accessible name, its text, and the selectors that the Recorder found."""

    name: str = ""
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
    actions = [action for number, step in enumerate(steps, start=1) for action in _actions(step, number)]
    return str(data.get("title") or "A recording"), _simplified(actions)


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


def _actions(step: Mapping[str, Any], number: int) -> Iterator[RecordedAction]:
    kind = step["type"]
    if kind == "keyUp":
        return  # it repeats a part of another step
    url = _destination(step)
    if step.get("frame") or step.get("target") not in (None, "main"):
        yield _unsupported(number, f"{kind} in another frame or window")
    elif kind == "navigate":
        yield RecordedAction(kind="goto", step=number, value=str(step.get("url", "")), url=url)
    elif kind == "keyDown":
        yield from _key(str(step.get("key", "")), number, url)
    elif kind in ("click", "doubleClick", "change", "waitForElement"):
        yield from _on_element(kind, step, number, url)
    else:
        yield _unsupported(number, kind)


def _on_element(kind: str, step: Mapping[str, Any], number: int, url: str) -> Iterator[RecordedAction]:
    element = _element_of(step.get("selectors", ()))
    is_plain = step.get("button", "primary") == "primary" and not {"count", "properties", "attributes"} & step.keys()
    if element is None:
        yield _unsupported(number, f"{kind} on an element that no selector names")
    elif not is_plain or step.get("visible") is False:
        yield _unsupported(number, f"{kind} of a special kind")
    elif kind == "change":
        yield RecordedAction(kind="fill", step=number, value=str(step.get("value", "")), element=element, url=url)
    elif kind == "waitForElement":
        yield RecordedAction(kind="wait for", step=number, element=element)
    else:
        if kind == "doubleClick":
            yield _unsupported(number, "the second half of a double click")
        yield RecordedAction(kind="click", step=number, element=element, url=url)


def _key(key: str, number: int, url: str) -> Iterator[RecordedAction]:
    if key in _MODIFIERS:
        yield _unsupported(number, f"the key {key}")
    elif key != "Tab":  # it moves the focus, as filling a field does anyway
        yield RecordedAction(kind="press", step=number, value=key, url=url)


def _unsupported(number: int, why: str) -> RecordedAction:
    return RecordedAction(kind="unsupported", step=number, value=why)


def _destination(step: Mapping[str, Any]) -> str:
    events = [event for event in step.get("assertedEvents") or () if isinstance(event, dict)]
    return next((str(event.get("url", "")) for event in events if event.get("type") == "navigation"), "")


def _element_of(selectors: Any) -> Element | None:
    """The element of a step. A selector is text, or a list of texts that lead through shadow roots."""
    flat: list[str] = []
    for selector in selectors if isinstance(selectors, list) else ():
        chain = [selector] if isinstance(selector, str) else selector
        if isinstance(chain, list) and chain and all(isinstance(part, str) for part in chain):
            flat.append(chain[0] if len(chain) == 1 else " ".join(part.removeprefix("pierce/") for part in chain))
    names = [each.removeprefix("aria/") for each in flat if each.startswith("aria/")]
    css = [each.removeprefix("pierce/") for each in flat if not re.match(r"(?:aria|xpath|text)/", each)]
    element = Element(
        name=re.sub(r"\[role=\"[^\"]*\"\]$", "", names[0]) if names else "",
        text=next((each.removeprefix("text/") for each in flat if each.startswith("text/")), ""),
        css=tuple(dict.fromkeys(css)),
        xpath=next((each.removeprefix("xpath/") for each in flat if each.startswith("xpath/")), ""),
    )
    return element if flat else None


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
    for action, later in zip(actions, [*actions[1:], None], strict=True):
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
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
