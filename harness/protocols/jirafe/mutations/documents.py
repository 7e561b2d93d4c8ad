"""Ways to break what a back end sends: documents lost, doubled, out of order, of another order, visit, customer or sum."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Final

from harness.events import document_name
from harness.json_matching import MISSING
from harness.mutation.recordings.mutant import (
    ExpectedFinding,
    HealthyRecording,
    Mutation,
    RecordingMutant,
    RequestWithEvents,
)
from harness.protocols.jirafe.mutations.field_edit import look, packed, put, unpacked

_TYPES: Final = ("cart", "customer", "order")
_WRONG: Final = ("wrong-value", "items-mismatch", "total-mismatch", "schema", "unexpected-document", "missing-document")
_DOUBLED: Final = ("duplicate-document", "unexpected-document")
_OF_ANOTHER: Final = ("order-number-mismatch", "missing-document", "unexpected-document", "wrong-value", "status-order")
_STATUS: Final = ("status-order", *_WRONG)
_CART_OR_ORDER: Final = ("cart", "order")
Change = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class Slip:
    """One field of a document that is another: `change` makes it of the value, and of MISSING nothing."""

    name: str
    about: str
    types: Sequence[str]
    field: str
    change: Change
    codes: Sequence[str] = _WRONG

    def __call__(self, healthy: HealthyRecording) -> Iterator[RecordingMutant]:
        for requests in _filed(healthy, self.types):
            old = look(requests.reading.documents[0].body, self.field)
            new = MISSING if old is MISSING else self.change(old)
            if new is not MISSING and new != old:
                body = unpacked(requests)
                put(body, self.field, new)
                what = f"{self.about}: {self.field.strip('/').replace('/', '.')} of the {_name(requests)}"
                copy = _copy(healthy, self.name, what, requests, {requests.position: packed(body)}, self.codes)
                yield replace(copy, field=self.field, value=old)


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A document was never sent."""
    for requests in _filed(healthy, _TYPES):
        what = f"the {_name(requests)} was never sent"
        codes = ("missing-document", "status-order", "previous-items", "items-mismatch", "wrong-value")
        yield _copy(healthy, "document-lost", what, requests, {requests.position: None}, codes)


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A document was sent again though it had been taken."""
    for requests in _filed(healthy, _TYPES):
        twin = replace(requests.beacon, number=healthy.next_number, time=requests.beacon.time + 0.02)
        copy = _copy(healthy, "document-doubled", f"the {_name(requests)} was sent twice", requests, {}, _DOUBLED)
        yield replace(copy, make=partial(healthy.with_records, {requests.position: [requests.beacon, twin]}))


def swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Two documents of an order came the other way round."""
    for first, second in pairwise(_filed(healthy, ("order",))):
        if _number(first) == _number(second):
            bodies = {first.position: second.beacon.body, second.position: first.beacon.body}
            what = f"the {_name(second)} came before the {_name(first)}"
            codes = (
                "status-order",
                "wrong-order",
                "previous-items",
                "items-mismatch",
                "wrong-value",
                "missing-document",
            )
            yield _copy(healthy, "documents-swapped", what, first, bodies, codes)


def visit_swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The ids of visit and visitor have changed places (errata 36)."""
    for requests in _filed(healthy, ("cart", "order")):
        body = unpacked(requests)
        visit = body.get("visit")
        if isinstance(visit, dict) and {"visit_id", "visitor_id"} <= visit.keys():
            visit["visit_id"], visit["visitor_id"] = visit["visitor_id"], visit["visit_id"]
            what = f"visit and visitor swapped in the {_name(requests)}"
            yield _copy(
                healthy, "document-ids-swapped", what, requests, {requests.position: packed(body)}, ("swapped-ids",)
            )


def dates_swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Something was changed before it was created."""
    for requests in _filed(healthy, _TYPES):
        body = unpacked(requests)
        if "create_date" in body and "change_date" in body:
            body["change_date"] = "2001-01-01T00:00:00.000Z"
            codes = ("date-order", "missing-document")
            what = f"the {_name(requests)} was changed before it was created"
            yield _copy(healthy, "document-dates", what, requests, {requests.position: packed(body)}, codes)


def number_twice(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Two items have one number."""
    for requests in _filed(healthy, _CART_OR_ORDER):
        body = unpacked(requests)
        if body.get("items"):
            body["items"].append(body["items"][0])
            what = f"an item stands twice in the {_name(requests)}"
            codes = ("duplicate-number", "items-mismatch", "missing-document")
            yield _copy(healthy, "document-item-twice", what, requests, {requests.position: packed(body)}, codes)


def before_invented(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The first document of a cart or an order tells of something before it."""
    for requests in _filed(healthy, _CART_OR_ORDER):
        body = unpacked(requests)
        if body.get("previous_items") == [] and body.get("items"):
            body["previous_items"] = body["items"]
            what = f"the {_name(requests)}, the first one, says that the same was there before"
            codes = ("previous-items", "missing-document")
            yield _copy(healthy, "document-before-invented", what, requests, {requests.position: packed(body)}, codes)


def no_email(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An employee has no address (errata 27)."""
    for requests in _filed(healthy, ("employee",)):
        body = {name: value for name, value in unpacked(requests).items() if name != "email"}
        what = f"the {_name(requests)} has no email"
        yield _copy(healthy, "document-no-email", what, requests, {requests.position: packed(body)}, ("missing-field",))


def _with_offset(value: Any) -> Any:
    return value.replace("Z", "+00:30") if isinstance(value, str) else value


def _less(value: Any) -> Any:
    return round(value + 1.01, 2) if isinstance(value, int | float) else value


def _other_status(value: Any) -> Any:
    return "cancelled" if value != "cancelled" else "accepted"


def _other_currency(value: Any) -> Any:
    return "USD" if value != "USD" else "EUR"


def _other_number(value: Any) -> Any:
    return str(int(value) + 7).zfill(len(value)) if isinstance(value, str) and value.isdigit() else value


MUTATIONS: Final[tuple[Mutation, ...]] = (
    lost,
    doubled,
    swapped,
    visit_swapped,
    dates_swapped,
    number_twice,
    before_invented,
    no_email,
    Slip(
        name="document-date-offset",
        about="not in UTC",
        types=("order",),
        field="/order_date",
        change=_with_offset,
        codes=("date-format", "wrong-value", "missing-document"),
    ),
    Slip(
        name="document-order-number",
        about="another order's",
        types=("order",),
        field="/order_number",
        change=_other_number,
        codes=_OF_ANOTHER,
    ),
    Slip(
        name="document-zeros-lost",
        about="without leading zeros",
        types=("order",),
        field="/order_number",
        change=lambda value: value.lstrip("0"),
        codes=_OF_ANOTHER,
    ),
    Slip(
        name="document-visit",
        about="another visit's",
        types=_CART_OR_ORDER,
        field="/visit/visit_id",
        change=lambda value: f"{value}7",
    ),
    Slip(
        name="document-visitor",
        about="another visitor's",
        types=_CART_OR_ORDER,
        field="/visit/visitor_id",
        change=lambda value: f"{value}7",
    ),
    Slip(name="document-total", about="another sum", types=_CART_OR_ORDER, field="/total", change=_less),
    Slip(name="document-subtotal", about="another sum", types=_CART_OR_ORDER, field="/subtotal", change=_less),
    Slip(
        name="document-quantity",
        about="one more",
        types=_CART_OR_ORDER,
        field="/items/0/quantity",
        change=lambda value: value + 1,
    ),
    Slip(
        name="document-item",
        about="another product",
        types=_CART_OR_ORDER,
        field="/items/0/product/code",
        change=lambda _value: "OTHER-1",
    ),
    Slip(
        name="document-items",
        about="a line is missing",
        types=_CART_OR_ORDER,
        field="/items",
        change=lambda value: value[1:],
    ),
    Slip(
        name="document-currency",
        about="another currency",
        types=_CART_OR_ORDER,
        field="/currency",
        change=_other_currency,
    ),
    Slip(
        name="document-status",
        about="another turn",
        types=("order",),
        field="/status",
        change=_other_status,
        codes=_STATUS,
    ),
    Slip(
        name="document-customer",
        about="another customer",
        types=_CART_OR_ORDER,
        field="/customer/id",
        change=lambda _value: "1",
    ),
    Slip(
        name="document-cart-id",
        about="another cart's",
        types=("order",),
        field="/cart_id",
        change=lambda value: f"{value}7",
    ),
    Slip(
        name="document-email",
        about="another's address",
        types=("customer",),
        field="/email",
        change=lambda _value: "info@shop.example",
    ),
    Slip(
        name="document-before",
        about="what was before is forgotten",
        types=_CART_OR_ORDER,
        field="/previous_items",
        change=lambda _value: [],
        codes=("previous-items", "missing-document"),
    ),
)


def _filed(healthy: HealthyRecording, types: Sequence[str]) -> list[RequestWithEvents]:
    return [requests for requests in healthy.filed if requests.reading.documents[0].type in types]


def _number(requests: RequestWithEvents) -> Any:
    return requests.reading.documents[0].body.get("order_number")


def _name(requests: RequestWithEvents) -> str:
    document = requests.reading.documents[0]
    status = document.body.get("status")
    return f"{document_name(document.type)}{f' ({status})' if isinstance(status, str) else ''}"


def _answers(requests: RequestWithEvents, codes: Sequence[str]) -> tuple[ExpectedFinding, ...]:
    return tuple(ExpectedFinding(code=code) for code in codes)


def _copy(
    healthy: HealthyRecording,
    name: str,
    what: str,
    requests: RequestWithEvents,
    bodies: Mapping[int, bytes | None],
    codes: Sequence[str],
) -> RecordingMutant:
    return RecordingMutant(
        mutation=name,
        what=what,
        make=lambda: healthy.with_bodies(bodies),
        step=requests.step,
        event=requests.reading.documents[0].name,
        expected=_answers(requests, codes),
    )
