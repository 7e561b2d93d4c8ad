"""Mutations of back-end documents: lost, doubled, out of order, wrong order, visit, customer or sum."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any, Final

from harness.events import document_name
from harness.json_matching import MISSING
from harness.mutation.model import HealthyRecording, RecordingMutant, RecordingMutation, RequestWithEvents, with_codes
from harness.protocols.jirafe.mutations.field_edit import decoded, encoded, set_value, value_at

_TYPES: Final = ("cart", "customer", "order")
_WRONG: Final = ("wrong-value", "items-mismatch", "total-mismatch", "schema", "unexpected-document", "missing-document")
_DOUBLED: Final = ("duplicate-document", "unexpected-document")
_OF_ANOTHER: Final = ("order-number-mismatch", "missing-document", "unexpected-document", "wrong-value", "status-order")
_STATUS: Final = ("status-order", *_WRONG)
_CART_OR_ORDER: Final = ("cart", "order")
Change = Callable[[Any], Any]


@dataclass(frozen=True, kw_only=True)
class DocumentEdit:
    """Changes one field of a document; `change` gets the present value."""

    name: str
    text: str
    types: Sequence[str]
    field: str
    change: Change
    codes: Sequence[str] = _WRONG

    def __call__(self, healthy: HealthyRecording) -> Iterator[RecordingMutant]:
        for request in _document_requests(healthy, self.types):
            old = value_at(request.reading.documents[0].body, self.field)
            new = MISSING if old is MISSING else self.change(old)
            if new is not MISSING and new != old:
                body = decoded(request)
                set_value(body, self.field, new)
                description = f"{self.text}: {self.field.strip('/').replace('/', '.')} of the {_name(request)}"
                mutant = _mutant(
                    healthy, self.name, description, request, {request.position: encoded(body)}, self.codes
                )
                yield replace(mutant, field=self.field, value=old)


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """A document is missing."""
    for request in _document_requests(healthy, _TYPES):
        description = f"the {_name(request)} is missing"
        codes = ("missing-document", "status-order", "previous-items", "items-mismatch", "wrong-value")
        yield _mutant(healthy, "document-lost", description, request, {request.position: None}, codes)


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An accepted document was sent again."""
    for request in _document_requests(healthy, _TYPES):
        twin = replace(request.beacon, number=healthy.next_number, time=request.beacon.time + 0.02)
        mutant = _mutant(healthy, "document-doubled", f"the {_name(request)} was sent twice", request, {}, _DOUBLED)
        yield replace(mutant, make=partial(healthy.with_records, {request.position: [request.beacon, twin]}))


def swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Two documents of an order arrived in reverse order."""
    for first, second in pairwise(_document_requests(healthy, ("order",))):
        if _number(first) == _number(second):
            bodies = {first.position: second.beacon.body, second.position: first.beacon.body}
            description = f"the {_name(second)} arrived before the {_name(first)}"
            codes = (
                "status-order",
                "wrong-order",
                "previous-items",
                "items-mismatch",
                "wrong-value",
                "missing-document",
            )
            yield _mutant(healthy, "documents-swapped", description, first, bodies, codes)


def visit_swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The ids of visit and visitor are swapped (errata 36)."""
    for request in _document_requests(healthy, ("cart", "order")):
        body = decoded(request)
        visit = body.get("visit")
        if isinstance(visit, dict) and {"visit_id", "visitor_id"} <= visit.keys():
            visit["visit_id"], visit["visitor_id"] = visit["visitor_id"], visit["visit_id"]
            description = f"visit and visitor are swapped in the {_name(request)}"
            yield _mutant(
                healthy,
                "document-ids-swapped",
                description,
                request,
                {request.position: encoded(body)},
                ("swapped-ids",),
            )


def dates_swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The change date is before the create date."""
    for request in _document_requests(healthy, _TYPES):
        body = decoded(request)
        if "create_date" in body and "change_date" in body:
            body["change_date"] = "2001-01-01T00:00:00.000Z"
            codes = ("date-order", "missing-document")
            description = f"the {_name(request)} has a change date before its create date"
            yield _mutant(healthy, "document-dates", description, request, {request.position: encoded(body)}, codes)


def number_twice(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """Two items have the same number."""
    for request in _document_requests(healthy, _CART_OR_ORDER):
        body = decoded(request)
        if body.get("items"):
            body["items"].append(body["items"][0])
            description = f"the {_name(request)} contains an item twice"
            codes = ("duplicate-number", "items-mismatch", "missing-document")
            yield _mutant(
                healthy, "document-item-twice", description, request, {request.position: encoded(body)}, codes
            )


def before_invented(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The first document of a cart or an order has previous items."""
    for request in _document_requests(healthy, _CART_OR_ORDER):
        body = decoded(request)
        if body.get("previous_items") == [] and body.get("items"):
            body["previous_items"] = body["items"]
            description = f"the {_name(request)}, the first one, has previous items"
            codes = ("previous-items", "missing-document")
            yield _mutant(
                healthy, "document-before-invented", description, request, {request.position: encoded(body)}, codes
            )


def no_email(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An employee has no email (errata 27)."""
    for request in _document_requests(healthy, ("employee",)):
        body = {name: value for name, value in decoded(request).items() if name != "email"}
        description = f"the {_name(request)} has no email"
        yield _mutant(
            healthy, "document-no-email", description, request, {request.position: encoded(body)}, ("missing-field",)
        )


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


MUTATIONS: Final[tuple[RecordingMutation, ...]] = (
    lost,
    doubled,
    swapped,
    visit_swapped,
    dates_swapped,
    number_twice,
    before_invented,
    no_email,
    DocumentEdit(
        name="document-date-offset",
        text="not in UTC",
        types=("order",),
        field="/order_date",
        change=_with_offset,
        codes=("date-format", "wrong-value", "missing-document"),
    ),
    DocumentEdit(
        name="document-order-number",
        text="the number of another order",
        types=("order",),
        field="/order_number",
        change=_other_number,
        codes=_OF_ANOTHER,
    ),
    DocumentEdit(
        name="document-zeros-lost",
        text="without leading zeros",
        types=("order",),
        field="/order_number",
        change=lambda value: value.lstrip("0"),
        codes=_OF_ANOTHER,
    ),
    DocumentEdit(
        name="document-visit",
        text="another visit",
        types=_CART_OR_ORDER,
        field="/visit/visit_id",
        change=lambda value: f"{value}7",
    ),
    DocumentEdit(
        name="document-visitor",
        text="another visitor",
        types=_CART_OR_ORDER,
        field="/visit/visitor_id",
        change=lambda value: f"{value}7",
    ),
    DocumentEdit(name="document-total", text="another sum", types=_CART_OR_ORDER, field="/total", change=_less),
    DocumentEdit(name="document-subtotal", text="another sum", types=_CART_OR_ORDER, field="/subtotal", change=_less),
    DocumentEdit(
        name="document-quantity",
        text="one too many",
        types=_CART_OR_ORDER,
        field="/items/0/quantity",
        change=lambda value: value + 1,
    ),
    DocumentEdit(
        name="document-item",
        text="another product",
        types=_CART_OR_ORDER,
        field="/items/0/product/code",
        change=lambda _value: "OTHER-1",
    ),
    DocumentEdit(
        name="document-items",
        text="an item is missing",
        types=_CART_OR_ORDER,
        field="/items",
        change=lambda value: value[1:],
    ),
    DocumentEdit(
        name="document-currency",
        text="another currency",
        types=_CART_OR_ORDER,
        field="/currency",
        change=_other_currency,
    ),
    DocumentEdit(
        name="document-status",
        text="another status",
        types=("order",),
        field="/status",
        change=_other_status,
        codes=_STATUS,
    ),
    DocumentEdit(
        name="document-customer",
        text="another customer",
        types=_CART_OR_ORDER,
        field="/customer/id",
        change=lambda _value: "1",
    ),
    DocumentEdit(
        name="document-cart-id",
        text="another cart",
        types=("order",),
        field="/cart_id",
        change=lambda value: f"{value}7",
    ),
    DocumentEdit(
        name="document-email",
        text="the address of another customer",
        types=("customer",),
        field="/email",
        change=lambda _value: "info@shop.example",
    ),
    DocumentEdit(
        name="document-before",
        text="empty",
        types=_CART_OR_ORDER,
        field="/previous_items",
        change=lambda _value: [],
        codes=("previous-items", "missing-document"),
    ),
)


def _document_requests(healthy: HealthyRecording, types: Sequence[str]) -> list[RequestWithEvents]:
    return [request for request in healthy.document_requests if request.reading.documents[0].type in types]


def _number(request: RequestWithEvents) -> Any:
    return request.reading.documents[0].body.get("order_number")


def _name(request: RequestWithEvents) -> str:
    document = request.reading.documents[0]
    status = document.body.get("status")
    return f"{document_name(document.type)}{f' ({status})' if isinstance(status, str) else ''}"


def _mutant(
    healthy: HealthyRecording,
    name: str,
    description: str,
    request: RequestWithEvents,
    bodies: Mapping[int, bytes | None],
    codes: Sequence[str],
) -> RecordingMutant:
    return RecordingMutant(
        mutation=name,
        description=description,
        make=lambda: healthy.with_bodies(bodies),
        step=request.step,
        event=request.reading.documents[0].name,
        expected=with_codes(*codes),
    )
