"""The tracker's beacons in a test: wait for expected events, and check all beacons at the end."""

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
from harness.judge.expectation_findings import missing
from harness.judge.expectations import Expectation
from harness.judge.judge import fold, judge
from harness.judge.request_rules import request_findings
from harness.pytest_plugin import KINDS
from harness.pytest_plugin.recording_from_test import as_recording, as_scenario
from harness.pytest_plugin.session import one_line_errors
from harness.pytest_plugin.store import FakeStore
from harness.recording.records import PageView
from harness.recording.timeline_builder import build_timeline
from harness.reports.evidence import describe
from harness.reports.formatting import LONGEST_MESSAGE, shown
from harness.reports.request_log import line_of
from harness.scenario.model import EventPattern
from harness.scenario.parser import read_event_pattern
from harness.scenario.yaml_source import Node

if TYPE_CHECKING:
    from playwright.sync_api import Page

_POLL_MS = 10
_LOAD_MS = 5000
"""The maximum wait at the end of a test for a page that is loading, in milliseconds."""

_FENCES = 5
"""The maximum number of fences for pages that continue to send."""

_UNEXPECTED = ("unexpected-event", "duplicate-event", "unexpected-document", "duplicate-document")
_TOO_MANY = ("unexpected-event", "unexpected-document")
"""More events than a scenario expects, if their place is its line. `expect` of a test requires one event and forbids no others."""

_ABSENCE = ("missing-event", "missing-document", "late-event", "wrong-order")

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
"""Send a fence over each transport in turn; when it has arrived, all earlier requests of the page have arrived."""


@dataclass(kw_only=True, repr=False)
class Beacons:
    """The beacons that arrived at the collector of one test's store."""

    store: FakeStore
    allow: Collection[str] = ()
    _matched: list[tuple[EventPattern, Event]] = field(default_factory=list)
    _token: int = 0

    @property
    def events(self) -> tuple[Event, ...]:
        """The events so far, in order of arrival, with the documents of a back end in the form of events."""
        readings = [self.store.protocol.read(beacon) for beacon in self.store.environment.journal]
        return tuple(
            event
            for reading in readings
            for event in (*reading.events, *(document.as_event for document in reading.documents))
        )

    def expect(self, event: str, /, *, timeout: float | None = None, **fields: Any) -> Event:
        """Wait for an event of this type with these fields and return it; each event matches one expectation.

        The fields are a subset of the event. They compare as text, and a value may be a matcher, such as `{"$about": 9.99}`.
        `timeout` is in seconds. Fails with the nearest event if none matches.
        """
        __tracebackhide__ = True
        with one_line_errors():
            timeout_s = self.store.session.options.timeout if timeout is None else timeout
            if not isinstance(event, str) or not isinstance(timeout_s, int | float):
                raise UsageError(
                    "expect needs the name of an event as text, and a number of seconds as its timeout, "
                    f"not {event!r} and {timeout_s!r}"
                )
            pattern = read_event_pattern(event, _node(fields, _place()), self.store.protocol)
        expectation = Expectation(type=event, pattern=pattern.pattern, why="the test expects it", step=1)
        found = self._wait(expectation, timeout_s)
        if found is None:
            self._fail(missing(expectation, self.events))
        self._matched.append((pattern, found))
        return found

    def check(self) -> None:
        """Fail if a beacon is invalid, or if the test and the shopper's actions do not explain it, unless `allow` has its kind."""
        __tracebackhide__ = True
        with one_line_errors():
            self._settle()
            failing = [
                finding for finding in self._findings() if _kind(finding) not in self.allow and self._fails(finding)
            ]
        if failing:
            report = "\n\n".join(map(_describe, failing))
            pytest.fail(f"{report}\n\nto allow this: @pytest.mark.allow_beacons", pytrace=False)

    def summary(self) -> str:
        """One line for each beacon, with the findings about it alone."""
        lines = [line_of(beacon, self.store.protocol) for beacon in self.store.environment.journal]
        if self.store.watch.is_clock_changed:
            lines.append("timestamps were not checked: the test changed the clock of its pages")
        return "\n".join(lines) or "no beacon arrived"

    def _wait(self, expectation: Expectation, timeout: float) -> Event | None:
        """The first event that matches, None after the timeout. The browser's events are processed meanwhile."""
        from playwright.sync_api import Error

        arrival = self.store.environment.journal.wait(lambda _journal: self._first(expectation), timeout=timeout)
        waiting = self.store.session.loop.begin(arrival)
        try:
            while not waiting.done() and (pages := self.store.watch.pages):
                with suppress(Error):  # the page was closed
                    pages[-1].wait_for_timeout(_POLL_MS)
            return waiting.result()
        except TimeoutError:
            return None
        finally:
            waiting.cancel()

    def _fail(self, absence: Finding) -> NoReturn:
        """Report a missing event and, if no event arrived at all, the reason."""
        __tracebackhide__ = True
        with one_line_errors():
            reasons = [] if self.events else [item for item in self._findings() if item.code == "tracker-silent"]
        pytest.fail("\n".join([_with_nearest(absence), *map(_describe, reasons)]))

    def _first(self, expectation: Expectation) -> Event | None:
        used = [(event.beacon.number, event.pointer) for _pattern, event in self._matched]
        matching = (event for event in self.events if expectation.is_met_by(event))
        return next((event for event in matching if (event.beacon.number, event.pointer) not in used), None)

    def _settle(self) -> None:
        """Wait for all requests of the store's open pages, and for those that their responses trigger."""
        for _ in range(_FENCES):
            count = len(self.store.environment.journal)
            for page in self.store.watch.pages:
                self._fence(page)
            if len(self.store.environment.journal) == count:
                return

    def _fence(self, page: "Page") -> None:
        from playwright.sync_api import Error

        with suppress(Error):  # the page is navigating, or closed
            page.wait_for_load_state("load", timeout=_LOAD_MS)
            if urlsplit(page.url).hostname in self.store.target.hosts:
                page.evaluate(_FENCE, self._next_fences())

    def _next_fences(self) -> list[tuple[str, str]]:
        """A fence URL and a token for each host that received beacons, or else for one host."""
        self._token += 1
        urls, token = self.store.environment.fence_urls, f"test-{self._token}"
        hosts = {urlsplit(beacon.url).hostname for beacon in self.store.environment.journal}
        chosen = [url for host, url in urls.items() if host in hosts] or list(urls.values())[:1]
        return [(f"{url}/{token}", token) for url in chosen]

    def _findings(self) -> tuple[Finding, ...]:
        """The findings about all beacons; with several shoppers only those about bodies, as actions have no known shopper.

        Timestamps are not judged if the test has changed the clock of its pages.
        """
        store = self.store
        sessions = {entry.get("session") for entry in store.ledger if entry["kind"] == "page"}
        recording = as_recording(store.recorder.header, store.recorder.records)
        shoppers = {record.shopper for record in recording.records if isinstance(record, PageView)}
        if len(sessions) > 1 or len(shoppers) > 1:
            found = fold(request_findings(build_timeline(recording, store.protocol.read)))
        else:
            header, patterns = store.recorder.header, [pattern for pattern, _event in self._matched]
            scenario = as_scenario(recording, file=header.scenario_file, patterns=patterns)
            counted = {f"{header.scenario_file}:{pattern.line}" for pattern in patterns}
            found = tuple(
                finding
                for finding in judge(recording, scenario, store.protocol)
                if finding.code not in _TOO_MANY or finding.place not in counted
            )
        return tuple(each for each in found if each.code != "clock-skew" or not store.watch.is_clock_changed)

    def _fails(self, finding: Finding) -> bool:
        severities = {Severity.ERROR, Severity.WARNING} if self.store.session.options.strict else {Severity.ERROR}
        has_beacon = finding.evidence.beacon is not None and finding.code not in _ABSENCE
        return has_beacon and finding.severity in severities


def allowed_kinds(marker: pytest.Mark | None) -> tuple[str, ...]:
    """The kinds of beacons that a test's marker allows."""
    if marker is None:
        return ()
    with one_line_errors():
        if marker.kwargs:
            raise UsageError('allow_beacons takes the kinds without names, as in allow_beacons("unexpected")')
        for kind in marker.args:
            if kind not in KINDS:
                raise UsageError(f'allow_beacons: no such kind "{kind}"; {suggest(str(kind), KINDS)}')
    return marker.args or KINDS


def _with_nearest(finding: Finding) -> str:
    """A missing event, with the body of the nearest one."""
    near = finding.evidence.nearest_event
    body = f"\n  nearest: {shown(near.body, LONGEST_MESSAGE)}" if near else ""
    return _describe(finding) + body


def _describe(finding: Finding) -> str:
    """A finding without the number of its step, which has no meaning in a test."""
    return describe(replace(finding, step=None))


def _kind(finding: Finding) -> str:
    return "unexpected" if finding.code in _UNEXPECTED else "invalid"


def _place() -> tuple[str, int]:
    """The file and line of the calling test."""
    frame = sys._getframe(2)
    return os.path.relpath(frame.f_code.co_filename), frame.f_lineno


def _node(value: Any, place: tuple[str, int]) -> Node:
    """A value as a node of a scenario at this place."""
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
