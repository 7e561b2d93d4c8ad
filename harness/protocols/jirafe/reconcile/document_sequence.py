"""Documents against those before them: none lost, none twice, and `previous_items` as the last one had its `items`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from harness.findings import Finding, Severity
from harness.protocols.jirafe.reconcile.finding_text import about_document
from harness.protocols.jirafe.reconcile.line_items import Content, in_words, of_document
from harness.protocols.jirafe.reconcile.sources import Filed, Sources


def cart_id(filed: Filed) -> str:
    """The cart that a cart document is about."""
    return str(filed.body.get("id"))


def subject(filed: Filed) -> tuple[str, str]:
    """The cart or the order that a document is about, after its type."""
    if filed.kind == "cart":
        return "cart", cart_id(filed)
    return filed.kind, str(filed.body.get("order_number"))


def check_sending(books: Sources) -> Iterator[Finding]:
    """What was never taken though it should have been sent again, and what was taken twice."""
    for filed in () if books.is_held_back else books.lost:
        status = filed.document.beacon.fault or filed.document.beacon.status
        yield about_document(
            "missing-document",
            filed,
            (),
            f"the collector answered {status or 'nothing'}, and the back end did not send it again",
            hint="after 408, 425, 429, 5xx or no answer at all send the same document again, later and later",
            value=status,
            allowed="a document that was taken",
        )
    for first, again in books.doubles:
        beacons = first.document.beacon.number, again.document.beacon.number
        yield about_document(
            "duplicate-document",
            again,
            (),
            f"it was sent and taken twice: again in request {beacons[1]}, first in request {beacons[0]}",
            hint="send a document once; where no answer came, send it again with the same Idempotency-Key",
            value=list(beacons),
            allowed=beacons[0],
        )


def check(books: Sources, told: Iterable[Finding]) -> Iterator[Finding]:
    """`previous_items` against the `items` of the last document of the same cart or order.

    `told` are findings that say what another document should have held: then the chain has that gap.
    """
    gaps = {finding.scope.gap for finding in told if finding.scope.gap is not None}
    chains: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for kind in ("cart", "order"):
        for filed in books.filed(kind):
            if "items" in filed.body:
                chains[subject(filed)].append(filed)
    for chain in chains.values():
        yield from _check_first(books, chain[0], gaps)
        for index, filed in enumerate(chain[1:], start=1):
            yield from _check_link(filed, chain[:index], gaps)


def _check_first(books: Sources, filed: Filed, gaps: Collection[str]) -> Iterator[Finding]:
    """The first document of a cart or an order that came up before our eyes has nothing before it."""
    before = of_document(filed.body.get("previous_items"))
    if before and in_words(before) not in gaps and _is_new(books, filed):
        yield _wrong(filed, before, (), f"this is the first {filed.kind} document of it")


def _is_new(books: Sources, filed: Filed) -> bool:
    """Whether the ledger tells the whole life of the cart or the order."""
    kind, number = subject(filed)
    if kind == "order":
        return number in books.states
    entries = [
        entry for step in books.timeline.steps for entry in step.entries if entry.get("cart", {}).get("id") == number
    ]
    if not entries:
        return False
    first = entries[0]
    if first["kind"] == "page":
        return not first["cart"]["items"]
    lines = first["cart"]["items"]
    return first["change"] == "add" and len(lines) == 1 and lines[0]["quantity"] == first["quantity"]


def _check_link(filed: Filed, earlier: Sequence[Filed], gaps: Collection[str]) -> Iterator[Finding]:
    last = earlier[-1]
    taken = next((item for item in reversed(earlier) if item.document.accepted), last)
    allowed = {last.content, last.alive, taken.content, taken.alive}
    right = last.content
    if None in allowed or right is None:
        return
    if "previous_items" not in filed.body:
        if filed.document.version == 2 and right and filed.content != right:
            yield _absent(filed, right, last)
        return
    before = filed.body["previous_items"]
    got = of_document(before)
    if got is None or got in allowed or of_document(before, alive=True) in allowed or in_words(got) in gaps:
        return
    yield _wrong(filed, got, right, f"the last document of it, in request {last.document.beacon.number}, had")


def bridges(filed: Sequence[Filed], state: Content, known: Mapping[Content, Content]) -> bool:
    """Whether a later document names this state as the one before it, so that its own document was lost."""
    before = [of_document(document.body.get("previous_items")) for document in filed]
    return any(content is not None and known.get(content) == state for content in before)


def _wrong(filed: Filed, got: Content | None, right: Content, source: str) -> Finding:
    return about_document(
        "previous-items",
        filed,
        ("previous_items",),
        f"previous_items are {in_words(got)}; {source} {in_words(right) if right else ''}".rstrip(),
        hint="keep what the last document of each cart and order held, and send it as previous_items with the next",
        value=in_words(got),
        allowed=in_words(right),
    )


def _absent(filed: Filed, right: Content, last: Filed) -> Finding:
    return about_document(
        "previous-items",
        filed,
        ("previous_items",),
        f"previous_items are missing; the last document of it, in request {last.document.beacon.number}, had {in_words(right)}",
        hint="send what the cart or the order held before the change along with what it holds now",
        value=None,
        allowed=in_words(right),
        severity=Severity.WARNING,
    )
