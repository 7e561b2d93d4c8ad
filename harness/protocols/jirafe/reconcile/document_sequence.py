"""Documents against earlier ones: none lost, none twice, and `previous_items` equal to the last `items`."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from harness.findings import Finding, Severity
from harness.protocols.jirafe.reconcile.finding_text import source_finding
from harness.protocols.jirafe.reconcile.line_items import Content, describe_content, document_content
from harness.protocols.jirafe.reconcile.sources import Sources, StepDocument, group_by_number


def delivery_findings(sources: Sources) -> Iterator[Finding]:
    """Documents that failed and were not sent again, and documents that were accepted twice."""
    for document in () if sources.is_interrupted else sources.lost:
        status = document.beacon.fault or document.beacon.status
        yield source_finding(
            "missing-document",
            document,
            (),
            f"the request failed ({status or 'no answer'}), but the back end did not send it again",
            hint="Send the same document again after 408, 425, 429, 5xx or no answer, with growing pauses.",
            value=status,
            allowed="an accepted document",
        )
    for first, again in sources.duplicates:
        text = (
            f"sent and accepted twice: first in request {first.beacon.number}, again in request {again.beacon.number}"
        )
        hint = "Send a document once. After a missing answer, send it again with the same Idempotency-Key."
        numbers = [first.beacon.number, again.beacon.number]
        yield source_finding("duplicate-document", again, (), text, hint=hint, value=numbers, allowed=numbers[0])


def previous_items_findings(sources: Sources, reported: Iterable[Finding]) -> Iterator[Finding]:
    """Compare `previous_items` with the `items` of the last document of the same cart or order.

    If a reported finding says what another document should have contained, that content is right, too.
    """
    gaps = {finding.scope.gap for finding in reported if finding.scope.gap is not None}
    documents = [*sources.documents_of("cart"), *sources.documents_of("order")]
    with_items = (document for document in documents if "items" in document.body)
    for chain in group_by_number((f"{each.kind} {each.number}", each) for each in with_items).values():
        yield from _first_findings(sources, chain[0], gaps)
        for index, document in enumerate(chain[1:], start=1):
            yield from _link_findings(document, chain[:index], gaps)


def is_named_as_previous(documents: Sequence[StepDocument], state: Content, aliases: Mapping[Content, Content]) -> bool:
    """Whether a later document names this state as the previous one, so that the state's own document was lost."""
    previous = [document_content(document.body.get("previous_items")) for document in documents]
    return any(content is not None and aliases.get(content) == state for content in previous)


def _first_findings(sources: Sources, document: StepDocument, gaps: Collection[str]) -> Iterator[Finding]:
    """The first document of a cart or an order that began in this recording has no previous items."""
    got = document_content(document.body.get("previous_items"))
    if got and describe_content(got) not in gaps and _is_new(sources, document):
        source = f"this is the first document of the {document.kind}"
        yield _wrong_items(document, got, (), source)


def _is_new(sources: Sources, document: StepDocument) -> bool:
    """Whether the ledger contains the cart or the order from its beginning."""
    if document.kind == "order":
        return document.number in sources.orders
    steps = sources.timeline.steps
    entries = [entry for step in steps for entry in step.entries if entry.get("cart", {}).get("id") == document.number]
    if not entries:
        return False
    first, items = entries[0], entries[0]["cart"]["items"]
    if first["kind"] == "page":
        return not items
    return first["change"] == "add" and len(items) == 1 and items[0]["quantity"] == first["quantity"]


def _link_findings(document: StepDocument, earlier: Sequence[StepDocument], gaps: Collection[str]) -> Iterator[Finding]:
    last = earlier[-1]
    accepted = next((item for item in reversed(earlier) if item.document.accepted), last)
    allowed = {last.content, last.active_content, accepted.content, accepted.active_content}
    right = last.content
    if None in allowed or right is None:
        return
    if "previous_items" not in document.body:
        if document.document.version == 2 and right and document.content != right:
            yield _missing_items(document, right, last)
        return
    items = document.body["previous_items"]
    got = document_content(items)
    if got is None or got in allowed or describe_content(got) in gaps:
        return
    if document_content(items, only_active=True) not in allowed:
        yield _wrong_items(document, got, right, f"the items of the last document, in request {last.beacon.number}")


def _wrong_items(document: StepDocument, got: Content | None, right: Content, source: str) -> Finding:
    return source_finding(
        "previous-items",
        document,
        ("previous_items",),
        f"previous_items are {describe_content(got)}; expected {describe_content(right)} ({source})",
        hint="Store the items of the last document of each cart and order, and send them as previous_items of the next.",
        value=describe_content(got),
        allowed=describe_content(right),
    )


def _missing_items(document: StepDocument, right: Content, last: StepDocument) -> Finding:
    return source_finding(
        "previous-items",
        document,
        ("previous_items",),
        f"previous_items are missing; the last document, in request {last.beacon.number}, contained {describe_content(right)}",
        hint=f"Send the items from before the change of the {document.kind}, too.",
        value=None,
        allowed=describe_content(right),
        severity=Severity.WARNING,
    )
