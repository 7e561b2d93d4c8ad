"""Findings about two sources: the place and value in one, and what the other contains."""

from collections.abc import Sequence
from typing import Any

from harness.findings import Evidence, Finding, Scope, Severity
from harness.json_matching import MISSING
from harness.protocols.jirafe.finding_text import Path, json_pointer
from harness.protocols.jirafe.reconcile.sources import StepDocument, StepEvent
from harness.recording.timeline import StepTimeline


def document_finding(
    code: str,
    document: StepDocument,
    path: Path,
    text: str,
    *,
    hint: str,
    value: Any,
    allowed: Any,
    severity: Severity = Severity.ERROR,
    gap: str | None = None,
    explains: Sequence[str] = (),
) -> Finding:
    """A finding at a place in a document. `explains` are other fields of it that need no finding."""
    place, beacon = document.document.pointer + json_pointer(path), document.document.beacon
    evidence = Evidence(
        document=document.kind,
        pointer=place,
        beacon=beacon.number,
        url=document.step.url_of(beacon),
        value=value,
        allowed=allowed,
    )
    return Finding(
        code=code,
        message=f"{document.title}: {text}",
        hint=hint,
        severity=severity,
        step=document.step.number or None,
        place=place,
        evidence=evidence,
        scope=Scope(gap=gap, explains=tuple(f"{document.document.pointer}/{name}" for name in explains)),
    )


def event_finding(
    code: str, event: StepEvent, path: Path, text: str, *, hint: str, value: Any, allowed: Any
) -> Finding:
    """A finding at a place in an event."""
    place, beacon = event.event.pointer + json_pointer(path), event.event.beacon
    evidence = Evidence(
        event=event.event.type,
        pointer=place,
        beacon=beacon.number,
        url=event.step.url_of(beacon),
        value=value,
        allowed=allowed,
    )
    return Finding(
        code=code,
        message=f"{event.event.type}: {text}",
        hint=hint,
        step=event.step.number,
        place=place,
        evidence=evidence,
    )


def step_finding(
    code: str,
    step: StepTimeline,
    message: str,
    *,
    hint: str,
    event: str | None = None,
    document: str | None = None,
    severity: Severity = Severity.ERROR,
    beacon: int | None = None,
    value: Any = MISSING,
    allowed: Any = None,
    gap: str | None = None,
) -> Finding:
    """A finding about something that is absent, or about several events at once."""
    return Finding(
        code=code,
        message=message,
        hint=hint,
        severity=severity,
        step=step.number or None,
        evidence=Evidence(
            event=event, document=document, pointer="", url=step.url, beacon=beacon, value=value, allowed=allowed
        ),
        scope=Scope(gap=gap),
    )
