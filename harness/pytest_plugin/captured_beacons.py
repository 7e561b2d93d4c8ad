"""What the tracker sends while a test runs: waiting for it, and a look at all of it at the end."""

import os
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import pytest

from harness.errors import UsageError
from harness.events import Event
from harness.findings import Finding, Severity
from harness.json_matching import suggest, text
from harness.judge.expectations import Expectation, missing
from harness.judge.judge import fold, judge
from harness.judge.request_rules import wire_findings
from harness.pytest_plugin import KINDS
from harness.pytest_plugin.recording_from_test import as_recording, as_scenario
from harness.pytest_plugin.session import in_a_line
from harness.pytest_plugin.store import FakeStore
from harness.recording.timeline_builder import build_timeline
from harness.reports.evidence import describe
from harness.reports.formatting import LONGEST_MESSAGE, shown
from harness.reports.request_log import line_of
from harness.scenario.model import EventPattern
from harness.scenario.parser import read_event_pattern
from harness.scenario.yaml_source import Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

_MOMENT_MS = 10
_LOAD_MS = 5000
"""How long a page may still take to load when its test has ended, in milliseconds."""

_FENCES = 5
"""How often a page that goes on sending is waited for."""

_UNEXPECTED = ("unexpected-event", "duplicate-event", "unexpected-document", "duplicate-document")
_DID_NOT_COME = ("missing-event", "missing-document", "late-event", "wrong-order")

_FENCE = """async fences => {
    for (const [fence, token] of fences) {
        let after = '';
        try { if (navigator.sendBeacon(fence + '-1')) after = `?after=${token}-1` } catch { }
        await fetch(fence + '-2' + after, {mode: 'no-cors', cache: 'no-store'}).catch(() => {});
        await new Promise(next => {
            const image = new Image();
            image.onload = image.onerror = next;
            image.src = fence + '-3';
        });
    }
}"""
"""Send a fence over each transport in turn: when it has come through, so has all that the page had sent."""


@dataclass(kw_only=True, repr=False)
class Beacons:
    """What arrived at the collector of one test's store."""

    store: FakeStore
    _met: list[tuple[EventPattern, Event]] = field(default_factory=list)
    _token: int = 0

    @property
    def events(self) -> tuple[Event, ...]:
        """All that has arrived so far: events in their order, documents of a back end among them."""
        readings = [self.store.protocol.read(beacon) for beacon in self.store.where.journal]
        return tuple(
            event
            for reading in readings
            for event in (*reading.events, *(document.as_event for document in reading.documents))
        )

    def expect(self, event: str, /, *, timeout: float | None = None, **fields: Any) -> Event:
        """Wait for an event of that type with these fields, and give it; each event meets one expectation.

        Fields are a part of the event: they compare as text, and a value may be a matcher, such as `{"$about": 9.99}`.
        `timeout` is in seconds. Fails with the event that comes nearest.
        """
        __tracebackhide__ = True
        with in_a_line():
            wanted = read_event_pattern(event, _node(fields, _place()), self.store.protocol)
        expectation = Expectation(type=event, pattern=wanted.pattern, why="the test asks for it", step=1)
        found = self._wait(expectation, self.store.shared.options.timeout if timeout is None else timeout)
        if found is None:
            self._fail(missing(expectation, self.events))
        self._met.append((wanted, found))
        return found

    def check(self, allow: Collection[str] = ()) -> None:
        """Fail where something arrived that is invalid, or that neither the test nor what the shopper did accounts for."""
        __tracebackhide__ = True
        with in_a_line():
            self._settle()
            wrong = [finding for finding in self._findings() if _kind(finding) not in allow and self._fails(finding)]
        if wrong:
            told = "\n\n".join(map(_described, wrong))
            pytest.fail(f"{told}\n\nto let this pass: @pytest.mark.allow_beacons", pytrace=False)

    def told(self) -> str:
        """Each beacon in a line, with what is wrong with it by itself."""
        lines = [line_of(beacon, self.store.protocol) for beacon in self.store.where.journal]
        return "\n".join(lines) or "none arrived"

    def _wait(self, expectation: Expectation, timeout: float) -> Event | None:
        """The first event that meets it, while the browser's own events go on; None where none comes in time."""
        from playwright.sync_api import Error

        came = self.store.where.journal.wait(lambda _journal: self._first(expectation), timeout=timeout)
        waiting = self.store.shared.loop.begin(came)
        try:
            while not waiting.done() and (pages := self._pages()):
                with suppress(Error):  # it was closed
                    pages[-1].wait_for_timeout(_MOMENT_MS)
            return waiting.result()
        except TimeoutError:
            return None
        finally:
            waiting.cancel()

    def _fail(self, instead: Finding) -> NoReturn:
        """Say what did not come, and where nothing came at all, why."""
        __tracebackhide__ = True
        with in_a_line():
            silence = [] if self.events else [item for item in self._findings() if item.code == "tracker-silent"]
        pytest.fail("\n".join([_nearest(instead), *map(_described, silence)]))

    def _first(self, expectation: Expectation) -> Event | None:
        used = [(event.beacon.number, event.pointer) for _wanted, event in self._met]
        fitting = (event for event in self.events if expectation.met_by(event))
        return next((event for event in fitting if (event.beacon.number, event.pointer) not in used), None)

    def _pages(self) -> "list[Page]":
        return [page for context in self.store.contexts for page in context.pages if not page.is_closed()]

    def _settle(self) -> None:
        """Wait until what the open pages of the store have sent has arrived, and what they sent upon the answers."""
        for _ in range(_FENCES):
            count = len(self.store.where.journal)
            for page in self._pages():
                self._fence(page)
            if len(self.store.where.journal) == count:
                return

    def _fence(self, page: "Page") -> None:
        from playwright.sync_api import Error

        with suppress(Error):  # it is on its way to another page, or gone
            page.wait_for_load_state("load", timeout=_LOAD_MS)
            if urlsplit(page.url).hostname in self.store.shared.target.hosts:
                page.evaluate(_FENCE, self._next_fences())

    def _next_fences(self) -> list[tuple[str, str]]:
        """An address and a token for each host that beacons went to, or else may go to."""
        self._token += 1
        urls, token = self.store.where.fence_urls, f"test-{self._token}"
        hosts = {urlsplit(beacon.url).hostname for beacon in self.store.where.journal}
        chosen = [url for host, url in urls.items() if host in hosts] or list(urls.values())[:1]
        return [(f"{url}/{token}", token) for url in chosen]

    def _findings(self) -> tuple[Finding, ...]:
        """What is wrong with what arrived. Of several shoppers nobody can tell who did what: only bodies are looked at then."""
        store = self.store
        sessions = {entry.get("session") for entry in store.ledger if entry["kind"] == "page"}
        recording = as_recording(store.recorder.header, store.recorder.records)
        if len(sessions) > 1:
            return fold(wire_findings(build_timeline(recording, store.protocol.read)))
        header, met = store.recorder.header, [wanted for wanted, _event in self._met]
        scenario = as_scenario(recording, file=header.scenario_file, met=met)
        return judge(recording, scenario, store.protocol)

    def _fails(self, finding: Finding) -> bool:
        failing = {Severity.ERROR, Severity.WARNING} if self.store.shared.options.strict else {Severity.ERROR}
        is_of_a_beacon = finding.evidence.beacon is not None and finding.code not in _DID_NOT_COME
        return is_of_a_beacon and finding.severity in failing


def allowed(marker: pytest.Mark | None) -> tuple[str, ...]:
    """What a test lets pass, by its marker."""
    if marker is None:
        return ()
    with in_a_line():
        for kind in marker.args:
            if kind not in KINDS:
                raise UsageError(f'allow_beacons: no such kind "{kind}"; {suggest(str(kind), KINDS)}')
    return marker.args or KINDS


def _nearest(finding: Finding) -> str:
    """What did not come, and all of what comes nearest."""
    near = finding.evidence.nearest_event
    whole = f"\n  nearest: {shown(near.body, LONGEST_MESSAGE)}" if near else ""
    return _described(finding) + whole


def _described(finding: Finding) -> str:
    """A finding without the number of its step, which means nothing here."""
    return describe(replace(finding, step=None))


def _kind(finding: Finding) -> str:
    return "unexpected" if finding.code in _UNEXPECTED else "invalid"


def _place() -> tuple[str, int]:
    """The file and line of the test that called."""
    frame = sys._getframe(2)
    return os.path.relpath(frame.f_code.co_filename), frame.f_lineno


def _node(value: Any, place: tuple[str, int]) -> Node:
    """A value as if it stood in a scenario at this place."""
    file, line = place
    inside: Any
    match value:
        case Mapping():
            inside = {str(key): _node(item, place) for key, item in value.items()}
        case list() | tuple():
            inside = tuple(_node(item, place) for item in value)
        case None:
            inside = None
        case _:
            inside = text(value)
    return Node(value=inside, file=file, line=line, quoted=isinstance(value, str))
