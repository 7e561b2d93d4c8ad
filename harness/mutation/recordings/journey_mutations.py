"""Mutations of records other than the tracker's requests: scripts, hosts, steps, the ledger."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from harness.mutation.model import HealthyRecording, RecordingMutant, with_codes
from harness.recording.records import (
    ActionFailed,
    HostRefused,
    LedgerRead,
    PageError,
    PageView,
    Record,
    ScriptServed,
    StepBegun,
)


def third_party(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for at, step in _steps(healthy)[:1]:
        other = HostRefused(host="cdn.invalid", port=443)
        description = "a page also requested cdn.invalid"
        yield _with(healthy, "third-party", description, step, {at: [_record(healthy, at), other]}, "host-refused")


def script_error(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for at, step in _steps(healthy)[:1]:
        error = PageError(url="", message="TypeError: undefined is not a function")
        description = "a script on the page threw an error"
        yield _with(healthy, "script-error", description, step, {at: [_record(healthy, at), error]}, "page-error")


def other_script(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    served = [(at, record) for at, record in enumerate(healthy.recording.records) if isinstance(record, ScriptServed)]
    for at, record in served[:1]:
        other = ScriptServed(url=f"{record.url}.map", status=404)
        description = f"a page requested {other.url}"
        yield _with(healthy, "other-script", description, _step_at(healthy, at), {at: [record, other]}, "bad-request")


def action_failed(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for at, step in _steps(healthy)[-1:]:
        failed = ActionFailed(message="the selector matches nothing", place="", url="")
        rest: dict[int, Sequence[Record]] = dict.fromkeys(range(at + 1, len(healthy.recording.records)), ())
        records = {**rest, at: [_record(healthy, at), failed]}
        yield _with(healthy, "action-failed", "the step could not be performed", step, records, "action-failed")


def cut_short(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for at, step in _steps(healthy)[1:][-1:]:
        rest: dict[int, Sequence[Record]] = dict.fromkeys(range(at, len(healthy.recording.records)), ())
        yield _with(healthy, "cut-short", "the recording ends before this step", step, rest, "action-failed")


def page_served_unseen(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The store served a page that the browser did not show, such as a prefetched page."""
    for at, record in enumerate(healthy.recording.records):
        pages = [entry for entry in record.entries if entry["kind"] == "page"] if isinstance(record, LedgerRead) else []
        if isinstance(record, LedgerRead) and pages:
            more = replace(record, entries=(*record.entries, pages[-1]))
            description = "the store served the page more often than the browser showed it"
            yield _with(healthy, "page-served-unseen", description, _step_at(healthy, at), {at: [more]}, "page-count")


def nothing_seen(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    gone: dict[int, Sequence[Record]] = {
        at: () for at, record in enumerate(healthy.recording.records) if isinstance(record, PageView | LedgerRead)
    }
    gone |= {request.position: () for request in healthy.requests}
    steps = _steps(healthy)
    if steps and gone:
        yield _with(healthy, "nothing-seen", "no page of the store was shown", steps[0][1], gone, "nothing-seen")


MUTATIONS: Final = (third_party, script_error, other_script, action_failed, cut_short, page_served_unseen, nothing_seen)


def _steps(healthy: HealthyRecording) -> list[tuple[int, int]]:
    """Return the index of each step's first record, and the step's number."""
    records = enumerate(healthy.recording.records)
    return [(at, record.number) for at, record in records if isinstance(record, StepBegun)]


def _step_at(healthy: HealthyRecording, at: int) -> int:
    return max((number for begun, number in _steps(healthy) if begun <= at), default=0)


def _record(healthy: HealthyRecording, at: int) -> Record:
    return healthy.recording.records[at]


def _with(
    healthy: HealthyRecording, name: str, description: str, step: int, records: dict[int, Sequence[Record]], code: str
) -> RecordingMutant:
    return healthy.payload_mutant(name, description, step, records, with_codes(code))
