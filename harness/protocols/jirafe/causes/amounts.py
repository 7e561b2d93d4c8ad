"""Amounts that are all wrong by one factor: cents for units, prices without tax, another currency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.json_matching import Difference
from harness.protocols.jirafe.finding_text import short_json
from harness.protocols.jirafe.reconcile.sources import CART_EVENTS
from harness.recording.timeline import Timeline

_AMOUNTS: Final = ("price", "total_price", "amount", "subtotal", "total")
_MOST_ALSO: Final = 20
_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
_LEAST_TAX, _MOST_TAX = 4, 27
"""The usual rates of value added tax, in percent."""

_GREATEST_FACTOR = Decimal(1000)


@dataclass(frozen=True, kw_only=True)
class _Amount:
    """An amount that was sent, and the right one. A unit price is rounded once, a sum for each piece."""

    name: str
    sent: Decimal
    right: Decimal

    @property
    def is_unit(self) -> bool:
        return self.name in ("price", "amount")

    def is_times(self, factor: Decimal) -> bool:
        """Whether it is the right amount times a factor, to the cent; a sum to half a percent more."""
        tolerance = _CENT * max(Decimal(1), factor)
        return abs(self.sent - self.right * factor) <= tolerance + (0 if self.is_unit else self.sent / 200)


def merge_scaled_amounts(timeline: Timeline, findings: Sequence[Finding]) -> list[Finding]:
    """Merge the wrong amounts of events, and those of documents, that have one factor into one finding each."""
    kept = list(findings)
    for is_event in (True, False):
        amounts = {id(each): _amounts(each) for each in kept if _is_about_amounts(each, is_event=is_event)}
        scaled = [finding for finding in kept if amounts.get(id(finding))]
        cause = (
            _cause(timeline, [each for finding in scaled for each in amounts[id(finding)]], scaled) if scaled else None
        )
        if cause is not None:
            merged = _merged(scaled, amounts[id(scaled[0])], *cause)
            kept = [
                merged if each is scaled[0] else each for each in kept if each is scaled[0] or id(each) not in amounts
            ]
    return kept


def _is_about_amounts(finding: Finding, *, is_event: bool) -> bool:
    if finding.code not in ("wrong-value", "total-mismatch") or finding.severity is not Severity.ERROR:
        return False
    proof = finding.evidence
    return proof.event in CART_EVENTS if is_event else proof.document in ("cart", "order")


def _amounts(finding: Finding) -> list[_Amount]:
    """The amounts of a finding; empty if it is about other values, too."""
    proof = finding.evidence
    found = proof.differences or (Difference(pointer=proof.pointer or "", got=proof.value, expected=proof.allowed),)
    read = [_amount(each) for each in found]
    known = [each for each in read if each is not None]
    return known if len(known) == len(read) else []


def _amount(difference: Difference) -> _Amount | None:
    name = difference.pointer.rpartition("/")[2]
    expected = difference.expected
    right = _decimal(expected.get("$about") if isinstance(expected, Mapping) else expected)
    sent = _decimal(difference.got)
    if name not in _AMOUNTS or right is None or sent is None or right <= 0 or sent <= 0:
        return None
    return _Amount(name=name, sent=sent, right=right)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal(10) ** 12 else None


def _cause(timeline: Timeline, amounts: Sequence[_Amount], findings: Sequence[Finding]) -> tuple[str, str] | None:
    """The cause in words and the hint; None if the amounts have no common factor."""
    if all(each.sent == each.right * _HUNDRED for each in amounts):
        return "amounts are in cents", "Send amounts in units of the currency"
    units = [each for each in amounts if each.is_unit] or amounts
    largest = max(units, key=lambda each: each.right)
    factor = largest.sent / largest.right
    is_far = abs(factor - 1) > Decimal("0.01") and 1 / _GREATEST_FACTOR < factor < _GREATEST_FACTOR
    if not is_far or not all(each.is_times(factor) for each in amounts) or not _are_all(timeline, findings):
        return None
    return _constant_factor(factor, has_several=len({each.right for each in units}) > 1)


def _constant_factor(factor: Decimal, *, has_several: bool) -> tuple[str, str] | None:
    """One price alone has a factor by chance; only that of a tax rate is named."""
    is_less = factor < 1
    percent = (1 / factor if is_less else factor) * 100 - 100
    is_tax = _LEAST_TAX <= percent <= _MOST_TAX and abs(percent - round(percent)) < Decimal("0.06")
    number = f"{1 + round(percent) / 100:.2f}" if is_tax else f"about {1 / factor if is_less else factor:.3g}"
    change = f"{'divided' if is_less else 'multiplied'} by {number}"
    tax = f"prices {'without' if is_less else 'with'} {round(percent)} % tax"
    if not is_tax and not has_several:
        return None
    cause = f"all amounts are the right ones {change}, as {tax if is_tax else 'amounts in another currency'} are"
    return cause, "Send the prices that the shopper sees, in the currency that is sent with them"


def _are_all(timeline: Timeline, findings: Iterable[Finding]) -> bool:
    """Whether the findings are about all cart events, or all documents of their types with items."""
    concerned = {(each.evidence.beacon, _item(each)) for each in findings}
    kinds = {each.evidence.document for each in findings}
    steps = (timeline.opening, *timeline.steps)
    readings = [(arrival.beacon.number, arrival.reading) for step in steps for arrival in step.arrivals]
    if None in kinds:
        places = {
            (number, event.pointer) for number, read in readings for event in read.events if event.type in CART_EVENTS
        }
    else:
        documents = ((number, each) for number, read in readings for each in read.documents if each.type in kinds)
        places = {(number, each.pointer) for number, each in documents if each.body.get("items")}
    return places <= concerned


def _item(finding: Finding) -> str:
    """The pointer of the event or the document in its body that contains the place of a finding."""
    pointer, name = finding.evidence.pointer or "", "/line_item" if finding.evidence.event else "/items"
    return pointer.partition(name)[0] if name in pointer else pointer.rpartition("/")[0]


def _merged(findings: Sequence[Finding], amounts: Sequence[_Amount], cause: str, hint: str) -> Finding:
    first, amount = findings[0], amounts[0]
    title, *others = dict.fromkeys(each.message.partition(":")[0] for each in findings)
    right = short_json(_right(amount, is_event=first.evidence.event is not None))
    also = f" (also in {', '.join(others)})" if others else ""
    example = f"{amount.name} is {short_json(first.evidence.value)}; expected {right}"
    return replace(
        first,
        message=f"{title}: {cause}{also}; for example {example}",
        hint=f"{hint}: {right}.",
        count=sum(each.count for each in findings),
        also=tuple({"step": each.step, "message": each.message} for each in findings[1:_MOST_ALSO]),
    )


def _right(amount: _Amount, *, is_event: bool) -> Any:
    text = f"{amount.right.quantize(_CENT):f}"
    return text if is_event else float(text)
