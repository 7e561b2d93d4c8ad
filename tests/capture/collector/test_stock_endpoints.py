"""The endpoints of inventory, product cost and heartbeat, alone and in batches (facts, section 3)."""

from typing import Any

import pytest
from support.collector_client import sent
from support.published_examples import Json

STOCK: Json = {
    "sku_code": "SKU8811",
    "change_date": "2015-01-23T16:35:38Z",
    "effective_date": "2015-01-22",
    "inventory_level": -1,
}
COST: Json = {**{name: STOCK[name] for name in ("sku_code", "change_date", "effective_date")}, "sku_cost": 12.95}
HEARTBEAT: Json = {"site_id": "1", "instance_id": "web01", "version": "1.3.0", "is_enabled": True}
TYPES: dict[str, Json] = {"inventory": STOCK, "product.cost": COST, "heartbeat": HEARTBEAT}


@pytest.mark.parametrize("name", TYPES)
def test_a_document_is_accepted_without_a_finding(name: str) -> None:
    status, content, _, reading = sent(f"/v2/1/{name}", TYPES[name])
    assert (status, content, reading.findings) == (200, {"success": True}, ())
    assert [(each.type, each.site, each.accepted) for each in reading.documents] == [(name, "1", True)]


def test_all_fields_of_a_heartbeat_and_the_alerts_of_an_inventory_are_optional() -> None:
    assert sent("/v2/1/heartbeat", {})[:2] == (200, {"success": True})
    alerts = {"low_stock_alert": 5, "inventory_alerts": False}
    assert sent("/v2/1/inventory", {**STOCK, **alerts})[3].findings == ()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("inventory", {"inventory_level": "3"}, "'3' is not of type 'integer'"),
        ("inventory", {"inventory_level": 3.5}, "3.5 is not of type 'integer'"),
        ("inventory", {"sku_code": 8811}, "8811 is not of type 'string'"),
        ("product.cost", {"sku_cost": "twelve"}, "'twelve' is not of type 'number'"),
        ("product.cost", {"sku_cost": None}, "None is not of type 'number'"),
        ("heartbeat", {"is_enabled": "yes"}, "'yes' is not of type 'boolean'"),
        ("heartbeat", {"version": 1.3}, "1.3 is not of type 'string'"),
    ],
)
def test_a_wrong_value_is_refused_and_is_one_finding(name: str, change: Json, message: str) -> None:
    status, content, _, reading = sent(f"/v2/1/{name}", {**TYPES[name], **change})
    assert (status, content["errors"]) == (400, {next(iter(change)): message})
    assert [(each.code, each.place[1:], each.evidence.document) for each in reading.findings] == [
        ("schema", next(iter(change)), name)
    ]


@pytest.mark.parametrize(
    ("name", "field", "value", "code", "severity"),
    [
        ("product.cost", "sku_cost", "12.95", "lenient-value", "warning"),
        ("product.cost", "change_date", "2015-01-23T16:35:38+0000", "date-format", "warning"),
        ("inventory", "effective_date", "22.01.2015", "schema", "error"),
        ("inventory", "change_date", "yesterday", "date-format", "error"),
    ],
)
def test_published_notations_and_wrong_formats_are_accepted(
    name: str, field: str, value: Any, code: str, severity: str
) -> None:
    status, _, _, reading = sent(f"/v2/1/{name}", {**TYPES[name], field: value})
    assert status == 200
    assert [(each.code, each.severity, each.place) for each in reading.findings] == [(code, severity, f"/{field}")]


def test_an_empty_sku_code_is_an_error() -> None:
    status, content, _, _ = sent("/v2/1/inventory", {**STOCK, "sku_code": ""})
    assert (status, list(content["errors"])) == (400, ["sku_code"])


def test_a_batch_has_lists_of_them() -> None:
    lists = {"product.inventory": [STOCK, {}], "product.cost": [COST], "heartbeat": [HEARTBEAT]}
    status, content, _, reading = sent("/v2/1/batch", lists)
    right = {"success": True}
    assert (status, content["product.inventory"][0], content["product.cost"], content["heartbeat"]) == (
        *(200, right),
        *([right], [right]),
    )
    assert sorted(content["product.inventory"][1]["errors"]) == sorted(STOCK)
    assert [(each.type, each.pointer, each.accepted) for each in reading.documents] == [
        ("inventory", "/product.inventory/0", True),
        ("inventory", "/product.inventory/1", False),
        ("product.cost", "/product.cost/0", True),
        ("heartbeat", "/heartbeat/0", True),
    ]


def test_inventory_has_another_name_in_a_batch() -> None:
    _, content, _, reading = sent("/v2/1/batch", {"inventory": [STOCK]})
    (finding,) = reading.findings
    assert content["inventory"][0]["error_type"] == "invalid_type"
    assert (finding.code, 'did you mean "product.inventory"' in finding.message) == ("unknown-type", True)


@pytest.mark.parametrize("name", TYPES)
def test_they_need_a_token_and_version_2(name: str) -> None:
    assert sent(f"/v2/1/{name}", TYPES[name], token=None)[0] == 403
    assert sent(f"/v1/1/{name}", TYPES[name])[0] == 404
