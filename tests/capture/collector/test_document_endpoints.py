"""The Events API for documents over HTTP: methods, tokens and sites, limits, versions, batches."""

import asyncio
import json
from typing import Any

import pytest
from support.collector_client import JIRAFE, Collector, ask, collecting, send, sent
from support.published_examples import ACCEPTED, CART, CATEGORY, CUSTOMER, PLACED, SHOPPER, V1, V2, Json, changed

from harness.events import Beacon, Reading
from harness.protocols.jirafe.documents.endpoints import BATCH_LIMIT, LIMIT

GUARDED = JIRAFE.with_tokens([("1", "one"), ("2", "two"), ("1", "both"), ("2", "both")])


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ("path", "method"),
    [
        *((f"/v2/1/{name}", "PUT") for name in (*V2, "batch")),
        ("/v1/1/cart", "GET"),
        ("/v1/1/2/cart", "DELETE"),
        ("/v2/tracker/visit", "GET"),
        ("/v2/tracker/visit.gif", "POST"),
    ],
)
def test_wrong_method_gets_invalid_method(path: str, method: str) -> None:
    status, content, beacon, reading = sent(path, method=method)
    assert (status, content["error_type"], beacon.status) == (405, "invalid_method", 405)
    assert (reading.events, reading.documents, reading.findings) == ((), (), ())


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/cart", "/v1/1/carts", "/v1/1/2/3/cart", "/v1/1/batch", "/v1//cart", "/v2/cart", "/v2/1/2/cart"),
        *("/v2/tracker/cart", "/v2/tracker/batch", "/v2/tracker/visit.png", "/v3/1/cart", "/v2/tracker"),
    ],
)
def test_unknown_path_gets_not_found(path: str) -> None:
    status, content, beacon, reading = sent(path, CART)
    assert (status, content["error_type"], beacon.status) == (404, "not_found", 404)
    assert reading.documents == ()


def test_unknown_document_type_gets_invalid_type_with_the_nearest() -> None:
    status, content, beacon, reading = sent("/v2/1/carts", {})
    assert (status, content["success"], content["error_type"]) == (400, False, "invalid_type")
    assert 'did you mean "cart"?' in content["message"]
    assert beacon.body == b"{}"
    assert codes(reading) == ["unknown-type"]


@pytest.mark.parametrize("path", [f"/v2/1/{name}" for name in (*V2, "batch", "carts")])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer  ", "Basic b25l", "one"])
def test_missing_token_is_rejected_even_if_every_token_is_valid(path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    status, content, beacon, reading = sent(path, {}, token=None, **headers)
    assert (status, content["success"], content["error_type"], beacon.status) == (403, False, "invalid_token", 403)
    assert "invalid-token" in codes(reading)


@pytest.mark.parametrize("path", [*(f"/v1/1/{name}" for name in V1), "/v1/tracker", "/v2/tracker/visit"])
def test_other_endpoints_require_no_token(path: str) -> None:
    assert sent(path, {}, token=None, protocol=GUARDED)[0] in (400, 422)
    assert sent("/v1/1/category", CATEGORY, token=None, protocol=GUARDED)[0] == 200


@pytest.mark.parametrize(
    ("site", "token", "error_type"),
    [
        ("1", "one", None),
        ("1", "both", None),
        ("2", "both", None),
        ("1", "two", "authorization"),
        ("3", "both", "authorization"),
        ("1", "ONE", "invalid_token"),
        ("1", "three", "invalid_token"),
    ],
)
def test_token_permits_only_its_own_sites(site: str, token: str, error_type: str | None) -> None:
    status, content, _, reading = sent(f"/v2/{site}/category", CATEGORY, token=token, protocol=GUARDED)
    assert (status, content.get("error_type")) == (403 if error_type else 200, error_type)
    assert codes(reading) == (["invalid-token"] if error_type else [])
    (document,) = reading.documents
    assert (document.site, document.accepted) == (site, error_type is None)
    assert token not in json.dumps(content)


def test_any_token_is_valid_without_configuration() -> None:
    assert sent("/v2/1/category", CATEGORY, token="whatever")[0] == 200
    assert sent("/v2/1/category", CATEGORY, token=None, authorization="bearer whatever")[0] == 200


@pytest.mark.parametrize(("path", "site"), [("/v1/9/1/cart", "1"), ("/v1/1/9/cart", "1"), ("/v1/1/2/cart", "1")])
def test_first_of_two_ids_is_the_site_if_it_is_configured(path: str, site: str) -> None:
    (document,) = sent(path, CART, protocol=GUARDED)[3].documents
    assert document.site == site


@pytest.mark.parametrize(("path", "site"), [("/v1/a%20b/cart", "a b"), ("/v1/%C3%A4%2Fb/c%61rt", "ä/b")])
def test_ids_may_be_escaped(path: str, site: str) -> None:
    status, _, _, reading = asyncio.run(_raw(path))
    assert status == 200
    assert [document.site for document in reading.documents] == [site]


async def _raw(path: str) -> tuple[int, None, Beacon, Reading]:
    body = json.dumps(CART).encode()
    head = f"POST {path}?x=/v2/1/order#y HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    async with collecting(JIRAFE) as collector:
        answer = await collector.raw(head + body)
        (beacon,) = collector.journal
        return int(answer.split()[1]), None, beacon, JIRAFE.read(beacon)


@pytest.mark.parametrize(("path", "limit"), [("/v1/1/category", LIMIT), ("/v2/1/batch", BATCH_LIMIT)])
@pytest.mark.parametrize("over", [0, 1])
def test_one_byte_over_the_limit_is_too_large(path: str, limit: int, over: int) -> None:
    body = json.dumps(CATEGORY if "v1" in path else {"category": [CATEGORY]}).encode().ljust(limit + over)
    status, content, beacon, reading = sent(path, body)
    assert status == (413 if over else 200)
    assert len(beacon.body) == limit
    assert codes(reading) == (["too-large"] if over else [])
    assert content.get("error_type") == ("too_large" if over else None)


def test_largest_batch_has_ten_million_bytes() -> None:
    assert BATCH_LIMIT == 10_000_000


def test_incomplete_body_gets_an_error_that_names_it() -> None:
    async def broken_off(collector: Collector) -> Reading:
        head = b"POST /v1/1/cart HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
        await collector.raw(head + b'{"id"', hang_up=True)
        await collector.journal.wait(len, timeout=10)
        (beacon,) = collector.journal
        return JIRAFE.read(beacon)

    (finding,) = ask(broken_off).findings
    assert (finding.code, finding.message) == ("bad-json", "cart: the body ended after 5 bytes of 100")


@pytest.mark.parametrize(("path", "status"), [("/v1/1/cart", 422), ("/v2/1/cart", 400)])
@pytest.mark.parametrize(("body", "kind"), [([], "array"), (None, "null"), ("x", "string"), (5, "number")])
def test_body_that_is_no_object_is_rejected(path: str, status: int, body: Any, kind: str) -> None:
    answered, content, _, reading = sent(path, json.dumps(body).encode())
    assert (answered, content["error_type"]) == (status, "validation")
    assert content["errors"][""].endswith("is not of type 'object'")
    assert reading.documents == ()


def test_version_1_rejects_a_wrong_format_and_version_2_reports_it() -> None:
    body = changed(CUSTOMER, create_date="in spring")
    status, content, _, reading = sent("/v1/1/customer", body)
    assert (status, content["errors"]) == (422, {"create_date": "'in spring' is not a 'date-time'"})
    assert codes(reading) == ["date-format"]
    status, content, _, reading = sent("/v2/1/customer", body)
    assert (status, content) == (200, {"success": True})
    assert codes(reading) == ["date-format"]


def test_version_2_rejects_a_change_before_the_creation_with_400() -> None:
    status, content, _, _ = sent("/v2/1/customer", changed(CUSTOMER, change_date="2001-01-01T00:00:00Z"))
    assert (status, content["error_type"], list(content["errors"])) == (400, "validation", ["change_date"])


@pytest.mark.parametrize("status", ["placd", "", 5, None])
def test_order_of_unknown_status_is_rejected_with_the_known_ones(status: Any) -> None:
    answered, content, _, reading = sent("/v2/1/order", {**ACCEPTED, "status": status})
    assert answered == 400
    assert list(content["errors"]) == ["status"]
    assert "'placed', 'accepted', 'cancelled'" in content["errors"]["status"]
    assert [document.accepted for document in reading.documents] == [False]


async def test_batch_entries_get_the_answers_of_the_single_endpoints(jirafe: Collector) -> None:
    batch = {
        "cart": [V2["cart"], changed(V2["cart"], currency=None)],
        "order": [changed(PLACED, visit=None), {**ACCEPTED, "total": "9"}, PLACED],
        "carts": [{}, 1],
        "product": [],
        "customer": [changed(SHOPPER, create_date="never"), []],
    }

    status, content = await send(jirafe, "/v2/1/batch", batch)
    assert status == 200
    single = {
        name: [(await send(jirafe, f"/v2/1/{name}", entry))[1] for entry in entries] for name, entries in batch.items()
    }
    assert {name: len(entries) for name, entries in content.items()} == {n: len(e) for n, e in batch.items()}
    assert content == single
    assert [entry["success"] for entry in content["order"]] == [False, False, True]
    assert {entry["error_type"] for entry in content["carts"]} == {"invalid_type"}


def test_documents_of_a_batch_have_their_own_pointers_and_findings() -> None:
    batch = {"category": [CATEGORY, {**CATEGORY, "name": 5}], "customer": [SHOPPER], "carts": [{}]}
    _, _, beacon, reading = sent("/v2/1/batch", batch)
    assert [(document.pointer, document.accepted) for document in reading.documents] == [
        ("/category/0", True),
        ("/category/1", False),
        ("/customer/0", True),
    ]
    assert {document.beacon for document in reading.documents} == {beacon}
    assert [(found.code, found.place, found.evidence.pointer) for found in reading.findings] == [
        ("schema", "/category/1/name", "/category/1/name"),
        ("unknown-type", "/carts", "/carts"),
    ]


@pytest.mark.parametrize(
    ("batch", "errors"),
    [
        ([], {"": "[] is not of type 'object'"}),
        ({"cart": {}}, {"cart": "{} is not of type 'array'"}),
        ({"carts": 5, "cart": []}, {"carts": "5 is not of type 'array'"}),
    ],
)
def test_batch_that_is_no_object_of_lists_is_rejected(batch: Any, errors: Json) -> None:
    status, content, _, reading = sent("/v2/1/batch", batch)
    assert (status, content["error_type"], content["errors"]) == (400, "validation", errors)
    assert codes(reading) == ["schema"]


def test_empty_batch_gets_an_empty_object() -> None:
    assert sent("/v2/1/batch", {})[:2] == (200, {})


async def test_answer_does_not_depend_on_earlier_requests(jirafe: Collector) -> None:
    cancelled = {"order_number": "1", "status": "cancelled", "cancel_date": "2013-06-17T15:16:10.000Z"}
    assert {
        status
        for status, _ in [await send(jirafe, "/v2/1/order", body) for body in (cancelled, PLACED, cancelled, cancelled)]
    } == {200}


async def test_pages_of_another_origin_may_send_to_every_endpoint(jirafe: Collector) -> None:
    headers = {"Origin": "https://shop.test", "Access-Control-Request-Method": "POST"}
    async with jirafe.client.options("/v2/1/order", headers=headers) as answer:
        (beacon,) = jirafe.journal
        status, origin, reading = answer.status, answer.headers["Access-Control-Allow-Origin"], JIRAFE.read(beacon)
    assert (status, origin) == (204, "https://shop.test")
    assert (reading.documents, reading.findings) == ((), ())
