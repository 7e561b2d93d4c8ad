"""The collector's HTTP interface: events, beacons, waiting, export, reset."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from support.collector_client import Collector, collecting

from harness.capture.journal import MemoryJournal
from harness.events import Beacon
from harness.recording.beacon_json import beacon_from_json


async def seen(collector: Collector, **parameters: str) -> list[Any]:
    """The `n` of each event in the answer, of three events in two beacons."""
    await collector.see({"what": "view", "n": 1}, {"what": "buy", "n": 2, "bad": True})
    await collector.see({"what": "view", "n": 3, "at": {"page": "7"}})
    status, answer = await collector.ask("/harness/events", **parameters)
    assert status == 200
    return [event["body"]["n"] for event in answer["events"]]


async def test_health_is_200_once_the_collector_runs(collector: Collector) -> None:
    assert await collector.ask("/harness/health") == (200, {"protocol": "double", "beacons": 0})


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"kind": "event"}, [1, 2, 3]),
        ({"type": "view"}, [1, 3]),
        ({"type": "nothing"}, []),
        ({"valid": "true"}, [1, 3]),
        ({"valid": "false"}, [2]),
        ({"where": '{"n": "3"}'}, [3]),
        ({"where": '{"at": {"page": 7}}'}, [3]),
        ({"where": '{"at": {"$any": null}}'}, [3]),
        ({"type": "buy", "where": '{"n": 3}'}, []),
    ],
)
async def test_events_are_filtered_by_type_validity_and_values(
    collector: Collector, parameters: dict[str, str], expected: list[int]
) -> None:
    assert await seen(collector, **parameters) == expected


async def test_event_has_its_beacon_pointer_and_findings(collector: Collector) -> None:
    await collector.see({"what": "view"}, {"what": "buy", "bad": True})
    view, buy = (await collector.ask("/harness/events"))[1]["events"]
    assert (view["type"], view["beacon"], view["pointer"], view["status"]) == ("view", 1, "/seen/0", 200)
    assert view["envelope"]["shop"] == "s1"
    assert view["findings"] == []
    assert [(found["code"], found["place"]) for found in buy["findings"]] == [("schema", "/seen/1/bad")]


async def test_envelope_finding_belongs_to_each_event(collector: Collector) -> None:
    await collector.see({"what": "view"}, {"what": "buy"}, shop="bad")
    _, answer = await collector.ask("/harness/events", valid="false")
    assert [[found["place"] for found in event["findings"]] for event in answer["events"]] == [["/shop"], ["/shop"]]


class Busy(MemoryJournal):
    """A journal that gets another beacon whenever one is read."""

    def records(self, since: int = 0) -> Iterator[Beacon]:
        for beacon in super().records(since):
            yield beacon
            self._beacons.append(replace(beacon, number=len(self._beacons) + 1))


async def test_answer_ends_although_beacons_keep_arriving() -> None:
    async with collecting(journal=Busy()) as collector, asyncio.timeout(10):
        await collector.see({"what": "view"})
        await collector.see({"what": "view"})
        _, answer = await collector.ask("/harness/events")
    assert [event["beacon"] for event in answer["events"]] == [1, 2]


async def test_answer_is_streamed(collector: Collector) -> None:
    await collector.see({"what": "view"})
    head = await collector.raw(b"GET /harness/events HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"Content-Type: application/json" in head
    assert b"Transfer-Encoding: chunked" in head


async def test_beacons_of_any_content_are_returned_completely(collector: Collector) -> None:
    await collector.see({"what": "view"})
    async with collector.client.get("/elsewhere"):
        pass
    look, elsewhere = (await collector.ask("/harness/events", kind="beacon"))[1]["beacons"]
    assert (look["number"], look["method"], look["status"]) == (1, "POST", 200)
    assert json.loads(look["body"])["seen"] == [{"what": "view"}]
    assert (elsewhere["number"], elsewhere["method"], elsewhere["status"]) == (2, "GET", 404)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"type": "view"}, [1, 3]),
        ({"where": '{"shop": "s2"}'}, [2]),
        ({"valid": "false"}, [3]),
        ({"type": "buy", "where": '{"shop": "s1"}'}, []),
    ],
)
async def test_beacons_are_filtered_by_content(
    collector: Collector, parameters: dict[str, str], expected: list[int]
) -> None:
    await collector.see({"what": "view"})
    await collector.see({"what": "buy"}, shop="s2")
    await collector.see({"what": "view", "bad": True})
    _, answer = await collector.ask("/harness/events", kind="beacon", **parameters)
    assert [beacon["number"] for beacon in answer["beacons"]] == expected


async def test_no_documents_without_a_back_end(collector: Collector) -> None:
    await collector.see({"what": "view"})
    assert await collector.ask("/harness/events", kind="document") == (200, {"documents": []})


@pytest.mark.parametrize(
    ("path", "parameters", "message"),
    [
        ("events", {"kind": "evnt"}, 'no such kind "evnt"; did you mean "event"?'),
        ("events", {"tpye": "view"}, 'no such parameter "tpye"; did you mean "type"?'),
        ("events", {"timeout": "1"}, 'no such parameter "timeout"; allowed: kind, type, valid, where'),
        ("events", {"valid": "yes"}, '"valid" must be true or false, not "yes"'),
        ("events", {"where": "{"}, "\"where\" must be a JSON object; '{' is not JSON: "),
        ("events", {"where": "[1]"}, "\"where\" must be a JSON object, not '[1]'"),
        ("events", {"where": "[" * 5000}, '"where" is nested too deeply'),
        ("events", {"where": '{"n": {"$match": "1"}}'}, '"where": no such matcher "$match"; did you mean "$matches"?'),
        ("wait", {"count": "0"}, '"count" must be a whole number from 1, not "0"'),
        ("wait", {"count": "²"}, '"count" must be a whole number from 1, not "²"'),
        ("wait", {"timeout": "nan"}, '"timeout" must be a number of seconds from 0 to 60, not "nan"'),
        ("wait", {"timeout": "61"}, '"timeout" must be a number of seconds from 0 to 60, not "61"'),
        ("wait", {"valid": "true"}, 'no such parameter "valid"; allowed: kind, type, where, count, timeout'),
        ("wait", {"kind": "beacon"}, '"kind" must be event or document, not "beacon"'),
    ],
)
async def test_invalid_query_gets_the_reason(
    collector: Collector, path: str, parameters: dict[str, str], message: str
) -> None:
    status, answer = await collector.ask(f"/harness/{path}", **parameters)
    assert status == 400
    assert answer["message"].startswith(message)


async def test_duplicate_parameter_is_rejected(collector: Collector) -> None:
    status, answer = await collector.ask("/harness/events?type=view&type=buy")
    assert (status, answer["message"]) == (400, '"type" is given more than once')


async def test_wait_ends_once_enough_events_have_arrived(collector: Collector) -> None:
    waiting = asyncio.create_task(collector.ask("/harness/wait", type="view", count="2", timeout="60"))
    for _ in range(2):
        await collector.see({"what": "view"}, {"what": "buy"})
    status, answer = await waiting
    assert status == 200
    assert [event["type"] for event in answer["events"]] == ["view", "view"]


async def test_wait_for_arrived_events_ends_at_once(collector: Collector) -> None:
    await collector.see({"what": "view", "n": 1}, {"what": "view", "n": 2})
    status, answer = await collector.ask("/harness/wait", where='{"n": 2}', timeout="0")
    assert (status, [event["body"]["n"] for event in answer["events"]]) == (200, [2])


async def test_timeout_answer_has_the_nearest_events_and_differences(collector: Collector) -> None:
    await collector.see({"what": "view", "n": 2}, {"what": "view", "n": 1, "page": "a"}, {"what": "buy"})
    status, answer = await collector.ask("/harness/wait", type="view", where='{"n": 1, "page": "b"}', timeout="0")
    assert status == 408
    assert answer["message"] == "0 of 1 matching events in 0 s"
    assert [(event["body"]["n"], event["differences"]) for event in answer["nearest"]] == [
        (1, [{"pointer": "/page", "expected": "b", "got": "a"}]),
        (2, [{"pointer": "/n", "expected": 1, "got": 2}, {"pointer": "/page", "expected": "b"}]),
    ]
    assert answer["others"] == {"buy": 1}


async def test_timeout_answer_has_the_events_found(collector: Collector) -> None:
    await collector.see({"what": "view"})
    status, answer = await collector.ask("/harness/wait", type="view", count="2", timeout="0.001")
    assert (status, answer["message"]) == (408, "1 of 2 matching events in 0.001 s")
    assert [event["type"] for event in answer["events"]] == ["view"]


async def test_export_has_every_beacon_unchanged(collector: Collector) -> None:
    await collector.see({"what": "view"})
    async with collector.client.post("/look", data=b"\xff"):
        pass
    async with collector.client.get("/harness/journal.ndjson") as answer:
        header, *records = [json.loads(line) async for line in answer.content]
    assert answer.content_type == "application/x-ndjson"
    assert (header["format"], header["version"], header["protocol"]) == ("harness-journal", 1, "double")
    assert [beacon_from_json(record) for record in records] == list(collector.journal)


async def test_allowed_reset_empties_the_journal() -> None:
    async with collecting(allow_reset=True) as collector:
        await collector.see({"what": "view"})
        async with collector.client.post("/harness/reset") as answer:
            assert (answer.status, len(collector.journal)) == (200, 0)


async def test_reset_is_rejected_by_default(collector: Collector) -> None:
    await collector.see({"what": "view"})
    async with collector.client.post("/harness/reset") as answer:
        assert (answer.status, len(collector.journal)) == (403, 1)


async def test_wait_continues_after_a_reset() -> None:
    was_read = asyncio.Event()

    class Noting(MemoryJournal):
        def records(self, since: int = 0) -> Iterator[Beacon]:
            yield from super().records(since)
            was_read.set()

    async with collecting(journal=Noting()) as collector:
        await collector.see({"what": "view", "n": 1})
        waiting = asyncio.create_task(collector.ask("/harness/wait", type="view", count="2", timeout="60"))
        await was_read.wait()
        await collector.journal.reset()
        for number in (2, 3):
            await collector.see({"what": "view", "n": number})
        _, answer = await waiting
    assert [event["body"]["n"] for event in answer["events"]] == [2, 3]


async def test_queries_are_not_journaled(collector: Collector) -> None:
    for path in ("health", "events", "nothing", "journal.ndjson"):
        async with collector.client.get(f"/harness/{path}"):
            pass
    assert len(collector.journal) == 0


async def test_misspelt_path_error_names_the_right_one(collector: Collector) -> None:
    status, answer = await collector.ask("/harness/evnts")
    assert (status, answer["message"]) == (404, 'no such path "/harness/evnts"; did you mean "/harness/events"?')


async def test_wrong_method_error_names_the_right_one(collector: Collector) -> None:
    status, answer = await collector.ask("/harness/reset")
    assert (status, answer["message"]) == (405, "/harness/reset accepts POST, not GET")


async def test_export_since_a_number_and_with_a_wait(collector: Collector) -> None:
    async def numbers(query: str) -> list[int]:
        async with collector.client.get(f"/harness/journal.ndjson?{query}") as response:
            return [json.loads(line)["number"] for line in (await response.text()).splitlines()[1:]]

    await collector.see({"what": "view"})
    await collector.see({"what": "view"})
    late = asyncio.create_task(numbers("since=2&wait=30"))
    assert await numbers("since=2&wait=0.01") == []
    await collector.see({"what": "view"})
    assert await numbers("since=1") == [2, 3]
    assert await late == [3]


@pytest.mark.parametrize("query", ["since=-1", "since=x", "wait=61", "wait=x", "sinse=1"])
async def test_invalid_export_parameters_are_rejected(collector: Collector, query: str) -> None:
    name, _, value = query.partition("=")
    status, answer = await collector.ask("/harness/journal.ndjson", **{name: value})
    assert status == 400
    assert name in answer["message"]
