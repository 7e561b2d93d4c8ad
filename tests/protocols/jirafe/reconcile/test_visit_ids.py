"""Visit ids in documents: those of the browser's cookies, each in its own field."""

from typing import Any

import pytest
from support.backend_recordings import (
    Change,
    Outing,
    Walker,
    bought,
    documents,
    found,
    put_in,
    recorded,
    summary,
    without_ledger,
)

PAIRS = [("visit_id", "visitor_id"), ("pageview_id", "last_pageview_id")]


def swap(first: str, second: str) -> Change:
    def change(body: Any) -> None:
        visit = body.get("visit", {first: "", second: ""})
        visit[first], visit[second] = visit[second], visit[first]

    return change


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("kind", ["order", "cart"])
@pytest.mark.parametrize("read", [lambda recording: recording, without_ledger])
def test_swapped_ids_are_reported_as_a_swap(read: Any, kind: str, pair: tuple[str, str]) -> None:
    (finding,) = found(read(documents(recorded(bought), kind, swap(*pair), nth=1)))
    assert (finding.code, finding.place) == ("swapped-ids", f"/visit/{pair[0]}")
    assert set(finding.evidence.value) == set(pair)
    assert "are swapped" in finding.message


def test_one_id_in_the_field_of_the_other_is_a_swap() -> None:
    (finding,) = found(documents(recorded(bought), "order", put_in("visit", "visit_id", to="77")))
    assert (finding.code, finding.evidence.value) == ("swapped-ids", {"visit_id": "77"})


@pytest.mark.parametrize(("name", "cookie_value"), [("visit_id", "9001"), ("visitor_id", "77")])
@pytest.mark.parametrize("got", ["1", "09001", "077"])
@pytest.mark.parametrize("kind", ["order", "cart"])
@pytest.mark.parametrize("read", [lambda recording: recording, without_ledger])
def test_an_id_that_no_cookie_contained_is_wrong(read: Any, kind: str, name: str, cookie_value: str, got: str) -> None:
    (finding,) = found(read(documents(recorded(bought), kind, put_in("visit", name, to=got), nth=1)))
    assert (finding.code, finding.place) == ("wrong-value", f"/visit/{name}")
    assert (finding.evidence.value, finding.evidence.allowed) == (got, [cookie_value])


async def twice(outing: Outing, shopper: Walker) -> None:
    """A visit starts with a cart; the next one ends with an order."""
    await outing.act(shopper.get("/fakewww/index.html"), shopper.add(quantity=2))
    outing.new_visit()
    await outing.act(shopper.get("/fakewww/index.html?utm_source=mail&utm_medium=email&utm_campaign=spring"))
    await outing.act(shopper.to_review(), shopper.step("review"))


def test_the_visit_of_an_order_is_that_of_its_placement() -> None:
    assert summary(recorded(twice)) == []
    (finding,) = found(documents(recorded(twice), "order", put_in("visit", "visit_id", to="9001")))
    assert (finding.code, finding.step) == ("wrong-value", 3)
    assert (finding.evidence.value, finding.evidence.allowed) == ("9001", ["9002"])
    assert finding.message.endswith('the cookie jirafe_vid contained "9002" at the time of the order')


def test_the_visit_of_a_past_order_is_not_checked() -> None:
    recording = recorded(bought, history=5)

    def visited(body: Any) -> None:
        body["visit"] = {"visit_id": "1", "visitor_id": "2", "pageview_id": "3", "last_pageview_id": "4"}

    assert summary(documents(recording, "order", visited, order_number="0000000010")) == []
