"""Findings: one defect each, with the evidence for it. Data, never an exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from harness.json_matching import MISSING, Difference


class Severity(StrEnum):
    """The effect on a verdict: errors fail it, warnings fail it under `--strict`, notes never do."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, kw_only=True)
class NearestEvent:
    """The captured event that is closest to the one in question; `beacon` is the beacon's number in the journal."""

    event: str
    beacon: int | None
    body: Any = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Where a defect was found, and the values that prove it. Absent parts are None, `MISSING` or empty.

    `event` and `document` are types. `pointer` is a JSON pointer into the beacon's body, `url` the page's address, `beacon` a
    number in the journal. `allowed` is a sentence, or the values that were allowed. `nearest` is the word that was probably
    meant. `expected` is the pattern of a missing event, `body` the body of a surplus one.
    """

    event: str | None = None
    document: str | None = None
    pointer: str | None = None
    url: str | None = None
    beacon: int | None = None
    value: Any = MISSING
    allowed: Any = None
    nearest: str | None = None
    nearest_event: NearestEvent | None = None
    differences: tuple[Difference, ...] = ()
    expected: Any = None
    body: Any = None

    @classmethod
    def from_json(cls, parts: Mapping[str, Any]) -> "Evidence":
        """The evidence that `as_json` wrote; unknown parts are ignored."""
        known = {each.name: parts[each.name] for each in fields(cls) if each.name in parts}
        if "nearest_event" in known:
            known["nearest_event"] = NearestEvent(**known["nearest_event"])
        if "differences" in known:
            known["differences"] = tuple(Difference.from_json(item) for item in known["differences"])
        return cls(**known)

    def as_json(self) -> dict[str, Any]:
        """The parts that are present, and always `event`, unless the evidence is about a document."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        present = {name: part for name, part in parts.items() if part not in (None, MISSING, ())}
        if self.nearest_event is not None:
            near = self.nearest_event
            present["nearest_event"] = {"event": near.event, "beacon": near.beacon, "body": near.body}
        if self.differences:
            present["differences"] = [difference.as_json() for difference in self.differences]
        if self.value is None:
            present["value"] = None
        return ({} if self.document else {"event": None}) | present


@dataclass(frozen=True, kw_only=True)
class Scope:
    """How far a defect reaches. Suppression needs it to decide which findings one defect explains.

    `whole_beacon`: everything in the beacon is affected. `page_events`: the types of all events that one silent page
    lacks. `other_page`: the beacon describes another page than the one shown. `other_origin`: the event came from another
    page than the one where it was due. `explains`: JSON pointers of other places in the beacon with the same cause.
    `gap`: the content that a document should have had, so that the next document is compared with that.
    """

    whole_beacon: bool = False
    page_events: tuple[str, ...] = ()
    other_page: bool = False
    other_origin: bool = False
    explains: tuple[str, ...] = ()
    gap: str | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One defect: its place, the evidence, and how to fix it.

    `code` is one of `CODES`. `step` counts the scenario's items from 1. `place` is `file:line`, a URL, or a JSON pointer into
    the beacon's body. `count` is the number of findings of this kind that were folded into this one, `also` are some of them.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    hint: str = ""
    step: int | None = None
    place: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    scope: Scope = field(default_factory=Scope)
    count: int = 1
    also: tuple[Mapping[str, Any], ...] = ()


CODES: dict[str, str] = {
    "consent-banner": "the page asks for consent, and none was given",
    "consent-ignored": "an event was sent, or a cookie stored, without the shopper's consent",
    "tracker-silent": "the tracker sent nothing at all",
    "action-failed": "an action of the journey failed on the page",
    "nothing-seen": "no page of the store was shown, so nothing was checked",
    "snippet-missing": "the tracker's snippet is not on the page",
    "obsolete-snippet": "the page has an obsolete generation of the tracker's snippet",
    "csp-blocked": "the page's Content-Security-Policy blocks the tracker's script or its requests",
    "script-failed": "the tracker's script does not load: an error, HTML instead, or blocked by the browser",
    "site-id": "the site id is missing, or is no string",
    "never-called": "the page does not report its page view to the tracker",
    "leaked-address": "the URL of a page contains an e-mail address",
    "wrong-type": "a page view has another type than its page",
    "wrong-field": "the page passes the tracker a field that the protocol does not define",
    "bad-json": "a body is not JSON, or not UTF-8",
    "too-large": "a body is larger than the collector accepts",
    "invalid-token": "a token is missing, unknown, or belongs to another site",
    "unknown-type": "a document has a type that the protocol does not define",
    "schema": "a body violates the protocol's schema",
    "wrong-value": "a value in an event or document differs from that of the store, the browser or the scenario",
    "swapped-ids": "the ids of visit and visitor are swapped",
    "duplicate-event": "the same event arrived more than once",
    "browser-refused": "the browser did not send a request of the page, because of a policy, its size or a missing network",
    "transport-unavailable": "an event needed more than an image request, and the browser had no other way to send",
    "missing-event": "an expected event did not arrive",
    "late-event": "an event arrived after its step had settled",
    "wrong-order": "events arrived in another order than expected",
    "unexpected-event": "an event arrived that nothing in the journey explains",
    "forbidden-event": "an event arrived that the scenario forbids",
    "missing-document": "the store's back end did not send an expected document",
    "duplicate-document": "the same document was sent and accepted more than once",
    "unexpected-document": "a document arrived that neither the store nor the scenario explains",
    "forbidden-document": "a document arrived that the scenario forbids",
    "order-number-mismatch": "the order number in a beacon differs from the store's",
    "status-order": "an order's documents did not arrive in the order placed, accepted, cancelled",
    "items-mismatch": "two sources (ledger, events, documents) contain different items of a cart or an order",
    "previous-items": "the previous items differ from the items of the previous document",
    "total-mismatch": "quantity times price is not the total, or a sum differs from the store's",
    "funnel-order": "the positions of a funnel do not rise by one, or its last step did not arrive with the order",
    "unknown-product": "a page view names a product that the back end did not send",
    "duplicate-number": "two items of one document have the same number",
    "visit-changed": "a value of the visit changed within the visit",
    "clock-skew": "a timestamp differs from the time of the event",
    "date-format": "a date is not in UTC, or no date",
    "date-order": "a date of change is before the date of creation",
    "suspect-field": "an unknown field has a name that is similar to a missing field",
    "missing-field": "a field that the platform needs is missing",
    "lenient-value": "a value is accepted although the protocol does not allow it",
    "duplicate-key": "an object has the same key twice",
    "needless-retry": "a request was sent again after the collector had refused it for good",
    "early-retry": "a request was sent again before the time that the collector had requested",
    "endless-retry": "a request was sent again too often while the collector failed",
    "preflight-only": "a CORS preflight was not followed by its request",
    "no-body": "the capture contains a request without its body, so the body was not checked",
    "not-delivered": "a valid request did not reach the collector, or the collector refused it",
    "bad-request": "a request to the collector is no beacon",
    "host-refused": "the browser tried to reach a host that is not part of the run",
    "short-cookie": "the visitor's cookie expires with the visit",
    "not-sent": "the store never sends an event type of the protocol",
    "page-error": "a script on the page threw an error",
    "page-count": "the journey and the store's ledger contain different numbers of page views",
}
