"""Findings about two books: the place and value in the one, and what the other says.

Their evidence has `holds` where a document should have held something else or should have come, in words, so that
the chain of documents is known to have that gap; and `explains`, the places of which nothing else need be said.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from harness.findings import Evidence, Finding, Scope, Severity
from harness.json_matching import MISSING
from harness.protocols.jirafe.finding_text import Path, pointer
from harness.protocols.jirafe.reconcile.sources import Filed, Said
from harness.recording.timeline import StepTimeline


def about_document(
    code: str,
    filed: Filed,
    path: Path,
    says: str,
    *,
    hint: str,
    value: Any,
    allowed: Any,
    severity: Severity = Severity.ERROR,
    gap: str | None = None,
    explains: Sequence[str] = (),
) -> Finding:
    """A finding at a place in a document."""
    place, beacon = filed.document.pointer + pointer(path), filed.document.beacon
    return Finding(
        code=code,
        message=f"{filed.title}: {says}",
        hint=hint,
        severity=severity,
        step=filed.step.number or None,
        place=place,
        evidence=Evidence(
            document=filed.kind,
            pointer=place,
            beacon=beacon.number,
            url=filed.step.url_of(beacon),
            value=value,
            allowed=allowed,
        ),
        scope=Scope(gap=gap, explains=tuple(explains)),
    )


def about_event(code: str, said: Said, path: Path, says: str, *, hint: str, value: Any, allowed: Any) -> Finding:
    """A finding at a place in an event."""
    event = said.event
    place = event.pointer + pointer(path)
    return Finding(
        code=code,
        message=f"{event.type}: {says}",
        hint=hint,
        step=said.step.number,
        place=place,
        evidence=Evidence(
            event=event.type,
            pointer=place,
            beacon=event.beacon.number,
            url=said.step.url_of(event.beacon),
            value=value,
            allowed=allowed,
        ),
    )


def about_step(
    code: str,
    step: StepTimeline,
    says: str,
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
    """A finding about something that is not there, or about several events at once."""
    return Finding(
        code=code,
        message=says,
        hint=hint,
        severity=severity,
        step=step.number or None,
        evidence=Evidence(
            event=event, document=document, pointer="", url=step.url, beacon=beacon, value=value, allowed=allowed
        ),
        scope=Scope(gap=gap),
    )


def near(word: str, known: Sequence[str]) -> str:
    """`; did you mean "that"?`, or else the first few that there are."""
    close = get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; there are {listed(known)}"


def listed(values: Sequence[str], *, most: int = 5) -> str:
    """Ids side by side, the later ones left out where there are many."""
    shown = [f'"{value}"' for value in values[:most]]
    return ", ".join([*shown, "…"] if len(values) > most else shown) or "none"
