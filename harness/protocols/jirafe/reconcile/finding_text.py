"""Findings about two sources: the place and value in one, and what the other contains."""

from collections.abc import Sequence
from typing import Any

from harness.findings import Evidence, Finding, Scope, Severity
from harness.json_matching import MISSING
from harness.protocols.jirafe.finding_text import Path, dotted_path, json_pointer, short_json
from harness.protocols.jirafe.reconcile.sources import StepDocument, StepEvent
from harness.recording.timeline import StepTimeline


def source_finding(
    code: str,
    item: StepEvent | StepDocument,
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
    """A finding at a place in an event or a document. `explains` are other fields that need no finding."""
    place, is_event = item.pointer + json_pointer(path), isinstance(item, StepEvent)
    return Finding(
        code=code,
        message=f"{item.title}: {text}",
        hint=hint,
        severity=severity,
        step=item.step.number or None,
        place=place,
        evidence=Evidence(
            event=item.kind if is_event else None,
            document=None if is_event else item.kind,
            pointer=place,
            beacon=item.beacon.number,
            url=item.step.url_of(item.beacon),
            value=value,
            allowed=allowed,
        ),
        scope=Scope(gap=gap, explains=tuple(f"{item.pointer}/{name}" for name in explains)),
    )


def wrong_field(
    document: StepDocument, path: Path, right: str, source: str, *, code: str = "wrong-value", value: Any, **rest: Any
) -> Finding:
    """A finding about a field whose value is not the `right` one of another source."""
    text = f"{dotted_path(path)} is {short_json(value)}; expected {right} ({source})"
    return source_finding(code, document, path, text, value=value, **rest)


def step_finding(
    code: str,
    step: StepTimeline,
    message: str,
    *,
    hint: str,
    severity: Severity = Severity.ERROR,
    gap: str | None = None,
    value: Any = MISSING,
    **evidence: Any,
) -> Finding:
    """A finding about something that is absent, or about several events at once."""
    return Finding(
        code=code,
        message=message,
        hint=hint,
        severity=severity,
        step=step.number or None,
        evidence=Evidence(pointer="", url=step.url, value=value, **evidence),
        scope=Scope(gap=gap),
    )
