"""Query documents at the collector: findings, and filters."""

from typing import Any

import pytest
from support.collector_client import JIRAFE, Collector, ask, send
from support.published_examples import CATEGORY, PLACED, SHOPPER, changed


def test_documents_are_listed_with_findings_for_every_status() -> None:
    async def act(collector: Collector) -> Any:
        await send(collector, "/v1/7/1/category", CATEGORY, token=None)
        await send(collector, "/v2/1/order", changed(PLACED, visit=None))
        await send(collector, "/v2/1/category", CATEGORY, token=None)
        await send(collector, "/v2/1/batch", {"category": [CATEGORY, {}], "carts": [{}]})
        await send(collector, "/v1/tracker", {"org": "", "site": "1", "data": [{"event_type": "visit"}]})
        return (await collector.ask("/harness/events", kind="document"))[1]["documents"]

    documents = ask(act, JIRAFE)
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
def test_documents_are_filtered_by_type_validity_and_values(parameters: dict[str, str], beacons: list[int]) -> None:
    async def act(collector: Collector) -> Any:
        await send(collector, "/v1/1/category", CATEGORY)
        await send(collector, "/v2/1/order", changed(PLACED, visit=None))
        await send(collector, "/v2/1/order", changed(PLACED, customer={**SHOPPER, "id": "other"}))
        documents = (await collector.ask("/harness/events", kind="document", **parameters))[1]["documents"]
        whole = (await collector.ask("/harness/events", kind="beacon", **parameters))[1]["beacons"]
        assert [view["number"] for view in whole] == beacons
        return [view["beacon"] for view in documents]

    assert ask(act, JIRAFE) == beacons
