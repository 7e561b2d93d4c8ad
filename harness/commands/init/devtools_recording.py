"""Read what Chrome's DevTools Recorder exports: what was done, to which element, and where it led."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from harness.errors import FileError

_SILENT: Final = ("keyUp",)
"""Halves of what stands in another step."""

_MODIFIERS: Final = ("Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock")
_PART: Final = re.compile(r"([\w-]+|\*)?((?:#[\w$-]+|\.[\w$-]+|\[[^\]]*\]|:[\w-]+(?:\([^)]*\))?)*)")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One element on the way down to another, as far as a selector tells: what is not told is empty."""

    tag: str = ""
    ids: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Thing:
    """An element of a recording: its accessible name, and the selectors that the Recorder found."""

    name: str = ""
    text: str = ""
    css: tuple[str, ...] = ()
    xpath: str = ""

    @property
    def paths(self) -> list[tuple[Part, ...]]:
        """The ways down to it, the last part being the element."""
        return [parts for selector in self.css if (parts := parts_of(selector))] + (
            [_steps(self.xpath)] if self.xpath else []
        )

    @property
    def tag(self) -> str:
        """Its tag, empty where no selector tells."""
        return next((path[-1].tag for path in self.paths if path and path[-1].tag), "")


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing that was done: `goto`, `click`, `fill`, `press`, `wait for`, or `lost` with why it cannot be done again.

    `value` is an address, what was typed or chosen, a key, or the reason; `url` is the page that it led to.
    """

    kind: str
    step: int
    value: str = ""
    thing: Thing = Thing()
    url: str = ""


def read_recording(text: str, *, file: str) -> tuple[str, list[Deed]]:
    """The recording's title and what was done, in order. FileError where it is no recording."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FileError(f"{file}: not JSON: {error}; export the recording as JSON") from None
    steps = data.get("steps") if isinstance(data, dict) else None
    if not isinstance(steps, list) or not all(
        isinstance(step, dict) and isinstance(step.get("type"), str) for step in steps
    ):
        raise FileError(f'{file}: no recording of DevTools\' Recorder: it has no "steps", each with a "type"')
    deeds = [deed for number, step in enumerate(steps, start=1) for deed in _deeds(step, number)]
    return str(data.get("title") or "A recording"), _tidied(deeds)


def parts_of(selector: str) -> tuple[Part, ...]:
    """A CSS selector as parts; empty where it is more than tags, ids, classes, attributes and positions."""
    found = []
    for word in re.split(r"\s*>\s*|\s+", selector.strip()):
        match = _PART.fullmatch(word)
        if not match or not word:
            return ()
        rest = match[2] or ""
        found.append(
            Part(
                tag="" if match[1] in (None, "*") else match[1].lower(),
                ids=frozenset(re.findall(r"#([\w$-]+)", rest)),
                classes=frozenset(re.findall(r"\.([\w$-]+)", re.sub(r"\[[^\]]*\]", "", rest))),
                attributes=frozenset(re.sub(r"[\"']", "", each) for each in re.findall(r"\[([^\]]*)\]", rest)),
            )
        )
    return tuple(found)


def _deeds(step: Mapping[str, Any], number: int) -> Iterator[Deed]:
    kind = step["type"]
    if kind in _SILENT:
        return
    url = _led_to(step)
    if step.get("frame") or step.get("target") not in (None, "main"):
        yield _lost(number, f"{kind} in another frame or window")
    elif kind == "navigate":
        yield Deed(kind="goto", step=number, value=str(step.get("url", "")), url=url)
    elif kind == "keyDown":
        yield from _key(str(step.get("key", "")), number, url)
    elif kind in ("click", "doubleClick", "change", "waitForElement"):
        yield from _on_thing(kind, step, number, url)
    else:
        yield _lost(number, kind)


def _on_thing(kind: str, step: Mapping[str, Any], number: int, url: str) -> Iterator[Deed]:
    thing = _thing(step.get("selectors", ()))
    is_plain = step.get("button", "primary") == "primary" and not {"count", "properties", "attributes"} & step.keys()
    if thing is None:
        yield _lost(number, f"{kind} on an element that no selector names")
    elif not is_plain or step.get("visible") is False:
        yield _lost(number, f"{kind} of a special kind")
    elif kind == "change":
        yield Deed(kind="fill", step=number, value=str(step.get("value", "")), thing=thing, url=url)
    elif kind == "waitForElement":
        yield Deed(kind="wait for", step=number, thing=thing)
    else:
        if kind == "doubleClick":
            yield _lost(number, "the second half of a double click")
        yield Deed(kind="click", step=number, thing=thing, url=url)


def _key(key: str, number: int, url: str) -> Iterator[Deed]:
    if key in _MODIFIERS:
        yield _lost(number, f"the key {key}")
    elif key != "Tab":  # which moves the focus, as typing into a field does anyway
        yield Deed(kind="press", step=number, value=key, url=url)


def _lost(number: int, why: str) -> Deed:
    return Deed(kind="lost", step=number, value=why)


def _led_to(step: Mapping[str, Any]) -> str:
    events = step.get("assertedEvents") or ()
    return next(
        (
            str(event.get("url", ""))
            for event in events
            if isinstance(event, dict) and event.get("type") == "navigation"
        ),
        "",
    )


def _thing(selectors: Any) -> Thing | None:
    """The element that a step's selectors name: each is text, or a list that leads through shadow roots."""
    flat: list[str] = []
    for selector in selectors if isinstance(selectors, list) else ():
        chain = [selector] if isinstance(selector, str) else selector
        if isinstance(chain, list) and chain and all(isinstance(part, str) for part in chain):
            flat.append(chain[0] if len(chain) == 1 else " ".join(part.removeprefix("pierce/") for part in chain))
    names = [each.removeprefix("aria/") for each in flat if each.startswith("aria/")]
    css = [each.removeprefix("pierce/") for each in flat if not re.match(r"(?:aria|xpath|text)/", each)]
    thing = Thing(
        name=re.sub(r"\[role=\"[^\"]*\"\]$", "", names[0]) if names else "",
        text=next((each.removeprefix("text/") for each in flat if each.startswith("text/")), ""),
        css=tuple(dict.fromkeys(css)),
        xpath=next((each.removeprefix("xpath/") for each in flat if each.startswith("xpath/")), ""),
    )
    return thing if flat else None


def _steps(xpath: str) -> tuple[Part, ...]:
    """`//*[@id="a"]/div[2]/a` as parts."""
    found = []
    for word in re.split(r"/+", re.sub(r"^/+", "", xpath)):
        match = re.match(r"([\w-]+|\*)", word)
        ids = re.findall(r"@id=[\"']([^\"']+)[\"']", word)
        found.append(Part(tag="" if not match or match[1] == "*" else match[1].lower(), ids=frozenset(ids)))
    return tuple(found)


def _tidied(deeds: Sequence[Deed]) -> list[Deed]:
    """Without the clicks that only put the cursor into a field; a key belongs to the field that was typed into before."""
    found: list[Deed] = []
    for deed, later in zip(deeds, [*deeds[1:], None], strict=True):
        if (
            deed.kind == "click"
            and later is not None
            and later.kind == "fill"
            and _is_same(deed.thing, later.thing)
            and not deed.url
        ):
            continue
        last = found[-1] if found else None
        if deed.kind == "press" and last is not None and last.kind == "fill":
            found.append(replace(deed, thing=last.thing))
        else:
            found.append(deed)
    return found


def _is_same(one: Thing, other: Thing) -> bool:
    return bool(set(one.css) & set(other.css)) or (bool(one.xpath) and one.xpath == other.xpath)


def origin(url: str) -> str:
    """Scheme, host and port; empty for what is no web page."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.netloc else ""
