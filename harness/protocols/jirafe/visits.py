"""Visits: at which page views one starts (facts, section 2; errata 21), and what the ledger says of each page view."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urldefrag, urlsplit

from harness.recording import PageView
from harness.timeline import StepTimeline, Timeline

IDLE_S = 30 * 60
"""A visit ends after this many seconds without activity."""

_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign")


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """A page view in its visit. `entry` is the ledger's word on it, empty where there is none; `is_fresh` tells whether the
    store served it in this very step (a page shown again from the browser's history has an old entry).
    """

    step: StepTimeline
    view: PageView
    visit: int
    starts_visit: bool
    landing: PageView
    entry: Mapping[str, Any]
    is_fresh: bool


def seen_pages(timeline: Timeline) -> list[SeenPage]:
    """Every page view in order, with the visit that it belongs to (counted from 1)."""
    seen: list[SeenPage] = []
    history: dict[str, Mapping[str, Any]] = {}
    attribution: list[str] = []
    for step in timeline.steps:
        entries = {id(entry): entry for entry in page_entries(step)}
        for view in step.pages:
            entry = next((entry for entry in entries.values() if same_url(entry["page"]["url"], view.url)), None)
            if entry is not None:
                del entries[id(entry)]
                history[_plain(view.url)] = entry
            brought = _campaign(view.url)
            before = seen[-1] if seen else None
            starts = before is None or _starts(view, before.view, brought, attribution, timeline)
            attribution = brought or ([] if starts else attribution)
            seen.append(
                SeenPage(
                    step=step,
                    view=view,
                    visit=(before.visit if before else 0) + starts,
                    starts_visit=starts,
                    landing=view if starts or before is None else before.landing,
                    entry=history.get(_plain(view.url), {}),
                    is_fresh=entry is not None,
                )
            )
    return seen


def page_entries(step: StepTimeline) -> Iterator[Mapping[str, Any]]:
    """The pages that the store says it served in a step."""
    return (entry for entry in step.entries if entry.get("kind") == "page")


def same_url(one: str, other: str) -> bool:
    """Whether two URLs ask for the same page: fragments and the way of escaping do not count."""
    return _plain(one) == _plain(other)


def _starts(view: PageView, last: PageView, brought: list[str], running: list[str], timeline: Timeline) -> bool:
    if (view.at + view.clock) - (last.at + last.clock) > IDLE_S:
        return True
    if brought and brought != running:
        return True
    host = urlsplit(view.referrer).hostname
    inside = (*timeline.store_hosts, *timeline.payment_hosts)
    return host is not None and host not in inside and view.navigation == "navigate"


def _campaign(url: str) -> list[str]:
    query = parse_qs(urlsplit(url).query)
    return [query[name][0] for name in _CAMPAIGN if name in query]


def _plain(url: str) -> str:
    return unquote(urldefrag(url).url).replace("+", " ")
