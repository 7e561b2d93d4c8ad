"""Finding: one thing wrong, found by looking at what happened. Data, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """What a finding does to a verdict: errors fail it, warnings fail it under `--strict`, notes never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing wrong: what, where, how it is known, and what to do about it.

    `code` is one of `harness.finding.CODES`. `step` counts the scenario's items from 1. `place` is `file:line` or the JSON
    pointer into the beacon's body. `evidence` is JSON: `event` (the event type) or `document` (the document type),
    `pointer`, `url` (of the page), `beacon` (its number in the journal), `value`, `allowed`, `nearest`, `differences`,
    where they apply. `count` is how many findings of this kind were folded into this one.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    hint: str = ""
    step: int | None = None
    place: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1


CODES: dict[str, str] = {
    "tracker-silent": "the tracker sent nothing at all",
    "action-failed": "a step of the journey could not be performed on the page",
    "nothing-seen": "no page of the store was shown, so that nothing could be checked",
    "bad-json": "a body is not JSON, or not UTF-8",
    "too-large": "a body is larger than the collector takes",
    "invalid-token": "a token is missing, unknown, or another site's",
    "unknown-type": "there is no such type of document",
    "schema": "a body breaks the protocol's schema",
    "wrong-value": "an event arrived, but a value in it is not what the store or the scenario says",
    "swapped-ids": "the visit's id and the visitor's id have changed places",
    "duplicate-event": "the same event arrived more than once",
    "missing-event": "an event that must arrive did not",
    "late-event": "an event arrived after its step had settled",
    "wrong-order": "events arrived, but not in the order asked for",
    "unexpected-event": "an event arrived that nothing in the journey accounts for",
    "forbidden-event": "an event arrived that the scenario says must never",
    "missing-document": "the store's back end did not tell of something that happened, or that the scenario asks for",
    "unexpected-document": "a document arrived that the store, or the scenario, does not account for",
    "forbidden-document": "a document arrived that the scenario says must never",
    "order-number-mismatch": "the order number on the wire is not the store's",
    "total-mismatch": "quantity times price is not the total",
    "duplicate-number": "two items of one document have the same number",
    "visit-changed": "a value that belongs to the whole visit changed within it",
    "clock-skew": "a timestamp is not the time at which the event happened",
    "date-format": "a date is not in UTC, or no date",
    "date-order": "something was changed before it was created",
    "suspect-field": "an unknown field whose name is close to a known one that is missing",
    "missing-field": "a field that the platform cannot do without is missing",
    "lenient-value": "a value that is accepted though the protocol says otherwise",
    "duplicate-key": "an object has the same key twice",
    "preflight-only": "the browser asked for permission to send, and then did not send",
    "bad-request": "a request to the collector that is no beacon",
    "host-refused": "something in the browser tried to reach a host outside the run",
    "page-error": "a script on the page threw an error",
    "page-count": "the journey and the store disagree about how many pages were shown",
}
