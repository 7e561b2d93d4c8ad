"""The published samples over HTTP: their answers, and no findings for valid ones."""

import asyncio
import json
from typing import Any

import pytest
from support.collector_client import collecting
from support.published_examples import (
    CATEGORY,
    CUSTOMER,
    EDITS,
    EMPLOYEE,
    EVENTS,
    ORDERS,
    PLACED,
    V1,
    V2,
    WRAPPER,
    Json,
    changed,
)

from harness import protocol as protocols
from harness.events import Reading

JIRAFE = protocols.get()
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
TOKEN = {"Authorization": "Bearer secret"}
OK = (200, {"success": True})


def sent(body: Json | bytes, path: str, *, method: str = "POST", headers: Any = None) -> tuple[int, Any, Reading]:
    """Send one request; return its status, its JSON, and the reading of the journaled beacon."""

    async def send() -> tuple[int, Any, Reading]:
        data = body if isinstance(body, bytes) else json.dumps(body)
        async with collecting(JIRAFE) as collector:
            async with collector.client.request(method, path, data=data, headers={**JSON, **(headers or {})}) as answer:
                content = await answer.json()
            (beacon,) = collector.journal
            assert beacon.status == answer.status
            return answer.status, content, JIRAFE.read(beacon)

    return asyncio.run(send())


def found(reading: Reading) -> list[tuple[str, str, str]]:
    return [(finding.severity.value, finding.code, finding.place) for finding in reading.findings]


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("ids", ["{site-id}", "{org-id}/{site-id}"])
@pytest.mark.parametrize("name", [name for name in V1 if name != "employee"])
def test_each_example_of_version_1_returns_200(name: str, ids: str, method: str) -> None:
    path = f"/v1/{ids}/{name}".replace("{org-id}", "7").replace("{site-id}", "1234")
    status, content, reading = sent(V1[name], path, method=method)
    assert (status, content) == OK
    assert found(reading) == []
    (document,) = reading.documents
    assert (document.type, document.version, document.site, document.accepted) == (name, 1, "1234", True)
    assert document.body == V1[name]


def test_employee_without_an_address_returns_200_with_a_warning() -> None:
    status, content, reading = sent(EMPLOYEE, "/v1/1234/7/employee", method="PUT")
    assert (status, content) == OK
    assert found(reading) == [("warning", "missing-field", "/email")]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("category", changed(CATEGORY, change_date="2012-03-28T19:44:11.000Z")),
        ("customer", changed(CUSTOMER, change_date="2012-06-17T15:15:53.000Z")),
    ],
)
def test_each_sample_changed_before_its_creation_returns_422(name: str, body: Json) -> None:
    status, content, reading = sent(body, f"/v1/1234/7/{name}", method="PUT")
    assert (status, content["success"], content["error_type"]) == (422, False, "validation")
    assert list(content["errors"]) == ["change_date"]
    assert found(reading) == [("error", "date-order", "/change_date")]
    assert [document.accepted for document in reading.documents] == [False]


PRINTED = b"""{'id":"3", 'name":"John Doe", "change_date":"2012-01-07T12:24:09", "create_date":"2012-01-07T13:24:09"}"""


def test_employee_sample_as_printed_is_not_json() -> None:
    status, content, reading = sent(PRINTED, "/v1/1234/7/customer", method="PUT")
    assert (status, content["success"], content["error_type"]) == (400, False, "bad_json")
    assert [(finding.code, finding.evidence.document) for finding in reading.findings] == [("bad-json", "customer")]


def test_employee_sample_with_correct_quotes_returns_422_for_both_faults() -> None:
    status, content, reading = sent(PRINTED.replace(b"'", b'"'), "/v1/1234/7/customer", method="PUT")
    assert (status, content["error_type"]) == (422, "validation")
    assert content["errors"]["change_date"] == "'2012-01-07T12:24:09' is not a 'date-time'"
    assert sorted(found(reading)) == [
        ("error", "date-format", "/change_date"),
        ("error", "date-format", "/create_date"),
        ("error", "date-order", "/change_date"),
    ]


@pytest.mark.parametrize("status", ORDERS)
def test_each_order_document_of_version_2_returns_200(status: str) -> None:
    answered, content, reading = sent(ORDERS[status], "/v2/1234/order", headers=TOKEN)
    assert (answered, content) == OK
    assert found(reading) == []
    (document,) = reading.documents
    assert (document.type, document.version, document.site, document.body["status"]) == ("order", 2, "1234", status)


def test_accepted_order_as_printed_has_a_duplicate_key_warning() -> None:
    item = '"status": "accepted", "order_item_number"'
    printed = json.dumps(ORDERS["accepted"]).replace(item, f'"status": "other", {item}')
    status, content, reading = sent(printed.encode(), "/v2/1234/order", headers=TOKEN)
    assert (status, content) == OK
    assert found(reading) == [("warning", "duplicate-key", "/items/0/status")]
    assert reading.documents[0].body["items"][0]["status"] == "accepted"


@pytest.mark.parametrize("step", range(3))
def test_each_step_of_the_twice_edited_order_returns_200(step: int) -> None:
    status, content, reading = sent(EDITS[step], "/v2/1234/order", headers=TOKEN)
    assert (status, content) == OK
    assert found(reading) == []


@pytest.mark.parametrize("name", V2)
def test_each_document_type_of_version_2_returns_200(name: str) -> None:
    status, content, reading = sent(V2[name], f"/v2/1234/{name}", headers=TOKEN)
    assert (status, content) == OK
    assert found(reading) == []


def test_order_without_its_visit_is_rejected() -> None:
    status, content, _ = sent(changed(PLACED, visit=None), "/v2/1234/order", headers=TOKEN)
    assert (status, content["errors"]) == (400, {"visit": "'visit' is a required property"})


@pytest.mark.parametrize("name", EVENTS)
def test_each_tracker_event_returns_200(name: str) -> None:
    status, content, reading = sent(
        {**WRAPPER, "data": [EVENTS[name]]}, "/v1/tracker", headers={"Content-Type": "text/plain"}
    )
    assert (status, content) == OK
    assert found(reading) == []
    assert [event.body for event in reading.events] == [EVENTS[name]]


def test_wrapper_with_every_event_returns_200() -> None:
    status, content, reading = sent({**WRAPPER, "data": list(EVENTS.values())}, "/v1/tracker")
    assert (status, content) == OK
    assert len(reading.events) == len(EVENTS)


def test_strings_in_search_data_as_printed_have_a_warning() -> None:
    search = {"keyword": "blue suede shoes", "page": "1", "total_results": "100"}
    status, content, reading = sent({**WRAPPER, "data": [{**EVENTS["search page"], "search": search}]}, "/v1/tracker")
    assert (status, content) == OK
    assert {code for _, code, _ in found(reading)} == {"lenient-value"}


def test_numbers_for_org_and_site_as_printed_are_rejected() -> None:
    status, content, _ = sent({**WRAPPER, "org": 1, "site": 1, "data": [EVENTS["funnel"]]}, "/v1/tracker")
    assert (status, content["errors"]) == (
        422,
        {"org": "1 is not of type 'string'", "site": "1 is not of type 'string'"},
    )


def test_recorded_answers_of_the_live_service_are_reproduced() -> None:
    product = changed(V2["product"], id="")
    status, content, _ = sent({**product, "code": None}, "/v2/1234/product", headers=TOKEN)
    assert (status, content) == (
        400,
        {"success": False, "error_type": "validation", "errors": {"code": "None is not of type 'string'"}},
    )
    status, content, reading = sent(changed(PLACED, order_date="yesterday"), "/v2/1234/order", headers=TOKEN)
    assert (status, content) == OK
    assert found(reading) == [("error", "date-format", "/order_date")]
    assert reading.documents[0].accepted
