"""What is answered to documents, one by one and in a batch (protocol facts, section 3; errata 24–26)."""

from itertools import islice
from typing import Any, Final

from harness.events import Beacon
from harness.json_matching import suggest
from harness.protocols.jirafe.documents.routes import BATCH, TYPES, Address
from harness.protocols.jirafe.documents.sent_document import Sent
from harness.protocols.jirafe.documents.tokens import Access
from harness.protocols.jirafe.documents.validate import broken_rules, is_accepted, refusals
from harness.protocols.jirafe.finding_text import IN_EVIDENCE, clipped
from harness.protocols.jirafe.wire.decode import decode
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.responses import MOST_ERRORS, Answer, by_path, failure

SUCCESS: Final = {"success": True}

MOST_DOCUMENTS: Final = 500_000
"""How many documents a batch may hold: more than that many valid ones have no room in it."""

MOST_NAMED: Final = 10_000
"""After so many errors in a batch only the first of each further document is named."""


def answer(beacon: Beacon, at: Address, access: Access) -> Answer:
    """The answer to a request with a document or a batch: it depends on the body, the token and the site alone."""
    if at.version == 2 and (denied := access.denied(beacon, at.site)):
        return 403, failure(denied.error_type, message=denied.message)
    if not at.is_known:
        return 400, failure("invalid_type", message=no_such_type(at.type))
    decoded = decode(beacon.body, name=at.type)
    if not decoded.is_json:
        return 400, failure("bad_json", message=decoded.findings[0].message)
    if at.type == BATCH:
        return _batch(decoded.value)
    said = _single(Sent(at.version, at.type, decoded.value))
    return 200 if said["success"] else 422 if at.version == 1 else 400, said


def no_such_type(name: str) -> str:
    """That there are no documents of this type, with the nearest type."""
    return f'there is no document type "{clipped(name, IN_EVIDENCE)}"; {suggest(name, TYPES)}'


def wrong_shape(batch: Any) -> dict[str, str]:
    """What keeps a batch from being answered entry by entry; empty where nothing does."""
    errors = by_path(violations("v2/batch", batch), ())
    if not errors and sum(map(len, batch.values())) > MOST_DOCUMENTS:
        return {"": f"there are more than {MOST_DOCUMENTS} documents in it"}
    return errors


def _single(sent: Sent, *, most: int = MOST_ERRORS) -> dict[str, Any]:
    if is_accepted(sent):
        return SUCCESS
    return failure("validation", errors=by_path(islice(refusals(sent), most), islice(broken_rules(sent), most)))


def _batch(batch: Any) -> Answer:
    if errors := wrong_shape(batch):
        return 400, failure("validation", errors=errors)
    answers: dict[str, list[dict[str, Any]]] = {}
    named = 0
    for name, entries in batch.items():
        if name not in TYPES:
            answers[name] = [failure("invalid_type", message=no_such_type(name))] * len(entries)
            continue
        answers[name] = []
        for entry in entries:
            said = _single(Sent(2, name, entry), most=MOST_ERRORS if named < MOST_NAMED else 1)
            named += len(said.get("errors", ()))
            answers[name].append(said)
    return 200, answers
