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
    "consent-banner": "the page asks for consent, and was given none",
    "consent-ignored": "something was sent, or kept in a cookie, without the shopper's consent",
    "tracker-silent": "the tracker sent nothing at all",
    "action-failed": "a step of the journey could not be performed on the page",
    "nothing-seen": "no page of the store was shown, so that nothing could be checked",
    "snippet-missing": "the tracker's snippet is not on the page",
    "csp-blocked": "the page's Content-Security-Policy forbids the tracker's script, or its sending",
    "script-failed": "the tracker's script does not load: an error, HTML in its place, or blocked in the browser",
    "site-id": "the site id is not set, or is not a string",
    "never-called": "the page never tells the tracker what page it is",
    "leaked-address": "an e-mail address stands in the URL of a page",
    "wrong-type": "a page view has a type that is not the page's",
    "wrong-field": "the page gives the tracker a field by a name that the protocol does not have",
    "bad-json": "a body is not JSON, or not UTF-8",
    "too-large": "a body is larger than the collector takes",
    "invalid-token": "a token is missing, unknown, or another site's",
    "unknown-type": "there is no such type of document",
    "schema": "a body breaks the protocol's schema",
    "wrong-value": "an event or a document arrived, but a value in it is not what the store, the browser or the scenario says",
    "swapped-ids": "the visit's id and the visitor's id have changed places",
    "duplicate-event": "the same event arrived more than once",
    "browser-refused": "the browser did not let a page send something, by a policy or for its size",
    "transport-unavailable": "an event was due that no picture carries, and the browser had no other way to send",
    "missing-event": "an event that must arrive did not",
    "late-event": "an event arrived after its step had settled",
    "wrong-order": "events arrived, but not in the order asked for",
    "unexpected-event": "an event arrived that nothing in the journey accounts for",
    "forbidden-event": "an event arrived that the scenario says must never",
    "missing-document": "the store's back end did not tell of something that happened, or that the scenario asks for",
    "duplicate-document": "the same document was sent and taken more than once",
    "unexpected-document": "a document arrived that the store, or the scenario, does not account for",
    "forbidden-document": "a document arrived that the scenario says must never",
    "order-number-mismatch": "the order number on the wire is not the store's",
    "status-order": "an order's documents did not come as placed, accepted, cancelled",
    "items-mismatch": "a cart or an order does not hold the same in two of the books: ledger, events, documents",
    "previous-items": "the items before are not those of the document before",
    "total-mismatch": "quantity times price is not the total, or a sum is not the store's",
    "funnel-order": "the positions of a funnel do not rise by one, or its last step did not come with the order",
    "unknown-product": "a page view speaks of a product that the back end did not push",
    "duplicate-number": "two items of one document have the same number",
    "visit-changed": "a value that belongs to the whole visit changed within it",
    "clock-skew": "a timestamp is not the time at which the event happened",
    "date-format": "a date is not in UTC, or no date",
    "date-order": "something was changed before it was created",
    "suspect-field": "an unknown field whose name is close to a known one that is missing",
    "missing-field": "a field that the platform cannot do without is missing",
    "lenient-value": "a value that is accepted though the protocol says otherwise",
    "duplicate-key": "an object has the same key twice",
    "needless-retry": "something was sent again although the collector had refused it for good",
    "early-retry": "something was sent again before the time that the collector had asked for",
    "endless-retry": "something was sent again and again while the collector failed",
    "preflight-only": "the browser asked for permission to send, and then did not send",
    "no-body": "the capture holds a request without its body, which could not be judged",
    "not-delivered": "a request did not reach the collector, or was refused by it though nothing is wrong with it",
    "bad-request": "a request to the collector that is no beacon",
    "host-refused": "something in the browser tried to reach a host outside the run",
    "short-cookie": "the visitor's cookie does not outlive the visit",
    "not-sent": "the store never sends a kind of event that the protocol has",
    "page-error": "a script on the page threw an error",
    "page-count": "the journey and the store disagree about how many pages were shown",
}
