"""What a page of an external store said of itself: records of a recording."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class PageInspected:
    """What a page said to a harness that knows nothing of its store, at the end of a step.

    `kind` is what sort of page it was taken for, and `how` says how it was come to. `snippet` is what the protocol's trap
    knows of the page's globals; `calls` (`name`, `arguments`) are what the page told the tracker in this step, before any
    script made something of it. `scripts` are the tracker's, or those that failed: `url`, `status`, `type`, `failure`.
    `blocked` are breaches of the page's policy: `url`, `directive`, `policy`. `said` is what else is known of the page.
    """

    url: str
    kind: str
    how: str
    snippet: Mapping[str, Any] = field(default_factory=dict)
    calls: Sequence[Mapping[str, Any]] = ()
    scripts: Sequence[Mapping[str, Any]] = ()
    blocked: Sequence[Mapping[str, Any]] = ()
    cookies: Sequence[Mapping[str, Any]] = ()
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProbeReport:
    """What a page and its scripts had done by the time it stood still, where nothing had come from any page so far.

    `snippet` is what the protocol's trap knows of the page's globals; `calls` are the names of what the page told the tracker.
    `tried` are the addresses on other hosts to which scripts sent something, `scripts` those of the scripts that were asked
    for. `consent_managers` are the globals by which such are known. `reads_automation` tells whether a script looked whether
    the browser is driven.
    """

    url: str
    snippet: Mapping[str, Any] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    consent_managers: tuple[str, ...] = ()
    reads_automation: bool = False


@dataclass(frozen=True, kw_only=True)
class PageRead:
    """What a page of an external store said, by the kinds and fields of the target's `facts`."""

    url: str
    facts: Mapping[str, Mapping[str, str]]


def read_cookies(text: str) -> dict[str, str]:
    """`document.cookie` as names and values, undecoded."""
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name: value for name, _sign, value in pairs}
