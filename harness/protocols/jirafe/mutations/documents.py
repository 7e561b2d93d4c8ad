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
_LOST: Final = ("missing-document", "status-order", "previous-items", "items-mismatch", "wrong-value")
_DOUBLED: Final = ("duplicate-document", "unexpected-document")
_OF_ANOTHER: Final = ("order-number-mismatch", "missing-document", "unexpected-document", "wrong-value", "status-order")
_CART_OR_ORDER: Final = ("cart", "order")
Change = Callable[[Any], Any]


@dataclass(frozen=True)
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
                mutant = _with_body(healthy, self.name, description, request, body, self.codes)
                yield replace(mutant, field=self.field, value=old)


def lost(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in _document_requests(healthy, _TYPES):
        description = f"the {_name(request)} is missing"
        yield _mutant(healthy, "document-lost", description, request, {request.position: None}, _LOST)


def doubled(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in _document_requests(healthy, _TYPES):
        twin = replace(request.beacon, number=healthy.next_number, time=request.beacon.time + 0.02)
        mutant = _mutant(healthy, "document-doubled", f"the {_name(request)} was sent twice", request, {}, _DOUBLED)
        yield replace(mutant, make=partial(healthy.with_records, {request.position: [request.beacon, twin]}))


def swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for first, second in pairwise(_document_requests(healthy, ("order",))):
        if _number(first) == _number(second):
            bodies = {first.position: second.beacon.body, second.position: first.beacon.body}
            description = f"the {_name(second)} arrived before the {_name(first)}"
            yield _mutant(healthy, "documents-swapped", description, first, bodies, ("wrong-order", *_LOST))


def visit_swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """The ids of visit and visitor are swapped (errata 36)."""
    for request in _document_requests(healthy, _CART_OR_ORDER):
        body = decoded(request)
        visit = body.get("visit")
        if isinstance(visit, dict) and {"visit_id", "visitor_id"} <= visit.keys():
            visit["visit_id"], visit["visitor_id"] = visit["visitor_id"], visit["visit_id"]
            description = f"visit and visitor are swapped in the {_name(request)}"
            yield _with_body(healthy, "document-ids-swapped", description, request, body, ("swapped-ids",))


def dates_swapped(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in _document_requests(healthy, _TYPES):
        body = decoded(request)
        if "create_date" in body and "change_date" in body:
            body["change_date"] = "2001-01-01T00:00:00.000Z"
            codes = ("date-order", "missing-document")
            description = f"the {_name(request)} has a change date before its create date"
            yield _with_body(healthy, "document-dates", description, request, body, codes)


def number_twice(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in _document_requests(healthy, _CART_OR_ORDER):
        body = decoded(request)
        if body.get("items"):
            body["items"].append(body["items"][0])
            description = f"the {_name(request)} contains an item twice"
            codes = ("duplicate-number", "items-mismatch", "missing-document")
            yield _with_body(healthy, "document-item-twice", description, request, body, codes)


def before_invented(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    for request in _document_requests(healthy, _CART_OR_ORDER):
        body = decoded(request)
        if body.get("previous_items") == [] and body.get("items"):
            body["previous_items"] = body["items"]
            description = f"the {_name(request)}, the first one, has previous items"
            codes = ("previous-items", "missing-document")
            yield _with_body(healthy, "document-before-invented", description, request, body, codes)


def no_email(healthy: HealthyRecording) -> Iterator[RecordingMutant]:
    """An employee has no email (errata 27)."""
    for request in _document_requests(healthy, ("employee",)):
        body = {name: value for name, value in decoded(request).items() if name != "email"}
        description = f"the {_name(request)} has no email"
        yield _with_body(healthy, "document-no-email", description, request, body, ("missing-field",))


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
    *(lost, doubled, swapped, visit_swapped, dates_swapped, number_twice, before_invented, no_email),
    DocumentEdit(
        "document-date-offset",
        "not in UTC",
        ("order",),
        "/order_date",
        _with_offset,
        ("date-format", "wrong-value", "missing-document"),
    ),
    DocumentEdit(
        "document-order-number", "the number of another order", ("order",), "/order_number", _other_number, _OF_ANOTHER
    ),
    DocumentEdit(
        "document-zeros-lost",
        "without leading zeros",
        ("order",),
        "/order_number",
        lambda value: value.lstrip("0"),
        _OF_ANOTHER,
    ),
    DocumentEdit("document-visit", "another visit", _CART_OR_ORDER, "/visit/visit_id", lambda value: f"{value}7"),
    DocumentEdit("document-visitor", "another visitor", _CART_OR_ORDER, "/visit/visitor_id", lambda value: f"{value}7"),
    DocumentEdit("document-total", "another sum", _CART_OR_ORDER, "/total", _less),
    DocumentEdit("document-subtotal", "another sum", _CART_OR_ORDER, "/subtotal", _less),
    DocumentEdit("document-quantity", "one too many", _CART_OR_ORDER, "/items/0/quantity", lambda value: value + 1),
    DocumentEdit("document-item", "another product", _CART_OR_ORDER, "/items/0/product/code", lambda _value: "OTHER-1"),
    DocumentEdit("document-items", "an item is missing", _CART_OR_ORDER, "/items", lambda value: value[1:]),
    DocumentEdit("document-currency", "another currency", _CART_OR_ORDER, "/currency", _other_currency),
    DocumentEdit("document-status", "another status", ("order",), "/status", _other_status, ("status-order", *_WRONG)),
    DocumentEdit("document-customer", "another customer", _CART_OR_ORDER, "/customer/id", lambda _value: "1"),
    DocumentEdit("document-cart-id", "another cart", ("order",), "/cart_id", lambda value: f"{value}7"),
    DocumentEdit(
        "document-email", "the address of another customer", ("customer",), "/email", lambda _value: "info@shop.example"
    ),
    DocumentEdit(
        "document-before",
        "empty",
        _CART_OR_ORDER,
        "/previous_items",
        lambda _value: [],
        ("previous-items", "missing-document"),
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


def _with_body(
    healthy: HealthyRecording, name: str, description: str, request: RequestWithEvents, body: Any, codes: Sequence[str]
) -> RecordingMutant:
    return _mutant(healthy, name, description, request, {request.position: encoded(body)}, codes)


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
