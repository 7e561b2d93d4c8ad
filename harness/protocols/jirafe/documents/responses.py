"""The collector's responses to documents and batches (facts, section 3; errata 24–26)."""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from harness.events import Beacon
from harness.json_matching import suggest
from harness.protocols.jirafe.documents.routes import BATCH, BATCH_KEYS, TYPES, Route
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.documents.tokens import Access
from harness.protocols.jirafe.documents.validate import broken_rules, is_accepted, refusals
from harness.protocols.jirafe.finding_text import MAX_IN_EVIDENCE, truncate
from harness.protocols.jirafe.wire.decode import decode
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.responses import MAX_ERRORS, Answer, by_path, failure

SUCCESS: Final = {"success": True}

MAX_DOCUMENTS: Final = 500_000
"""The number of documents in a batch. More valid ones do not fit into its maximum size."""

MAX_NAMED_ERRORS: Final = 10_000
"""After this number of errors in a batch only the first error of each further document is named."""


def answer(beacon: Beacon, route: Route, access: Access) -> Answer:
    """The response to a document or a batch. It depends only on the body, the token and the site."""
    if route.version == 2 and (denial := access.denial(beacon, route.site)):
        return 403, failure(denial.error_type, message=denial.message)
    if not route.is_known:
        return 400, failure("invalid_type", message=unknown_type(route.type))
    decoded = decode(beacon.body, name=route.type)
    if not decoded.is_json:
        return 400, failure("bad_json", message=decoded.findings[0].message)
    if route.type == BATCH:
        return _batch(decoded.value)
    body = _single(SentDocument(route.version, route.type, decoded.value))
    return 200 if body["success"] else 422 if route.version == 1 else 400, body


def unknown_type(name: str, known: Iterable[str] = TYPES) -> str:
    return f'there is no document type "{truncate(name, MAX_IN_EVIDENCE)}"; {suggest(name, tuple(known))}'


def wrong_shape(batch: Any) -> dict[str, str]:
    """The errors for which a batch is refused as one; empty if its entries are answered one by one."""
    errors = by_path(violations("v2/batch", batch), ())
    if not errors and sum(map(len, batch.values())) > MAX_DOCUMENTS:
        return {"": f"the batch contains more than {MAX_DOCUMENTS} documents"}
    return errors


def _single(sent: SentDocument, *, limit: int = MAX_ERRORS) -> dict[str, Any]:
    if is_accepted(sent):
        return SUCCESS
    return failure("validation", errors=by_path(islice(refusals(sent), limit), islice(broken_rules(sent), limit)))


def _batch(batch: Any) -> Answer:
    if errors := wrong_shape(batch):
        return 400, failure("validation", errors=errors)
    answers: dict[str, list[dict[str, Any]]] = {}
    named = 0
    for name, entries in batch.items():
        if name not in BATCH_KEYS:
            answers[name] = [failure("invalid_type", message=unknown_type(name, BATCH_KEYS))] * len(entries)
            continue
        answers[name] = []
        for entry in entries:
            body = _single(
                SentDocument(2, BATCH_KEYS[name], entry), limit=MAX_ERRORS if named < MAX_NAMED_ERRORS else 1
            )
            named += len(body.get("errors", ()))
            answers[name].append(body)
    return 200, answers
