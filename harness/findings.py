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

    `code` is one of `harness.findings.CODES`. `step` counts the scenario's items from 1. `place` is `file:line` or the JSON
    pointer into the beacon's body. `evidence` is JSON: `event` (the event type) or `document` (the document type),
    `pointer`, `url` (of the page), `beacon` (its number in the journal), `value`, `allowed`, `nearest`, `differences`,
    `explains` (other places in that beacon, where something is wrong for the same reason), where they apply. `count` is how
    many findings of this kind were folded into this one.
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
