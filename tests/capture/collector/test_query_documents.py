"""Query documents at the collector: findings, and filters."""

import pytest
from support.collector_client import Collector, send
from support.published_examples import CATEGORY, PLACED, SHOPPER, changed


async def test_documents_are_listed_with_findings_for_every_status(jirafe: Collector) -> None:
    await send(jirafe, "/v1/7/1/category", CATEGORY, token=None)
    await send(jirafe, "/v2/1/order", changed(PLACED, visit=None))
    await send(jirafe, "/v2/1/category", CATEGORY, token=None)
    await send(jirafe, "/v2/1/batch", {"category": [CATEGORY, {}], "carts": [{}]})
    await send(jirafe, "/v1/tracker", {"org": "", "site": "1", "data": [{"event_type": "visit"}]})
    documents = (await jirafe.ask("/harness/events", kind="document"))[1]["documents"]
    assert [(view["type"], view["version"], view["beacon"], view["pointer"]) for view in documents] == [
        ("category", 1, 1, ""),
        ("order", 2, 2, ""),
        ("category", 2, 3, ""),
        ("category", 2, 4, "/category/0"),
        ("category", 2, 4, "/category/1"),
    ]
    assert [(view["site"], view["status"], view["taken"]) for view in documents] == [
        ("1", 200, True),
        ("1", 400, False),
        ("1", 403, False),
        ("1", 200, True),
        ("1", 200, False),
    ]
    assert [[found["place"] for found in view["findings"]] for view in documents] == [
        [],
        ["/visit"],
        [""],
        ["/carts"],
        ["/category/1/id", "/category/1/name", "/carts"],
    ]
    assert documents[0]["body"] == CATEGORY


@pytest.mark.parametrize(
    ("parameters", "beacons"),
    [
        ({}, [1, 2, 3]),
        ({"type": "order"}, [2, 3]),
        ({"type": "cart"}, []),
        ({"valid": "true"}, [1, 3]),
        ({"valid": "false"}, [2]),
        ({"where": '{"status": "placed"}'}, [2, 3]),
        ({"where": '{"customer": {"id": "other"}}'}, [3]),
    ],
)
async def test_documents_are_filtered_by_type_validity_and_values(
    jirafe: Collector, parameters: dict[str, str], beacons: list[int]
) -> None:
    await send(jirafe, "/v1/1/category", CATEGORY)
    await send(jirafe, "/v2/1/order", changed(PLACED, visit=None))
    await send(jirafe, "/v2/1/order", changed(PLACED, customer={**SHOPPER, "id": "other"}))
    documents = (await jirafe.ask("/harness/events", kind="document", **parameters))[1]["documents"]
    whole = (await jirafe.ask("/harness/events", kind="beacon", **parameters))[1]["beacons"]
    assert [view["number"] for view in whole] == beacons
    assert [view["beacon"] for view in documents] == beacons
