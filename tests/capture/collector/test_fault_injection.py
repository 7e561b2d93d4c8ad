"""Injected faults: the requests that they affect, and the effect."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import ClientError
from support.collector_client import DOUBLE, Collector, ask

from harness.capture.collector.app import FAULTS, JOURNAL
from harness.capture.collector.fault_injection import FaultInjector
from harness.collector_faults import BEACONS, DOCUMENTS, PREFLIGHTS, Fault, FaultScript, read_fault

FAIL, OTHER = Fault(status=503), Fault(status=500)


def faulted(script: FaultScript, *traffic: str) -> list[Fault | None]:
    """The faults of requests of this traffic, in order."""
    faults = FaultInjector()
    faults.begin(script)
    return [faults.next_fault(kind) for kind in traffic]


def test_each_request_consumes_one_attempt() -> None:
    script = FaultScript(attempts=(FAIL, None, OTHER))
    assert faulted(script, *[BEACONS] * 5) == [FAIL, None, OTHER, None, None]


def test_single_fault_repeats() -> None:
    assert faulted(FaultScript(attempts=(FAIL,), repeats_last=True), BEACONS, DOCUMENTS, BEACONS) == [FAIL] * 3


def test_other_traffic_has_no_fault_and_consumes_no_attempt() -> None:
    script = FaultScript(attempts=(FAIL,), traffic=frozenset({DOCUMENTS}))
    assert faulted(script, BEACONS, DOCUMENTS, BEACONS, DOCUMENTS) == [None, FAIL, None, None]


def test_no_fault_before_the_script_and_after_its_end() -> None:
    faults = FaultInjector()
    assert faults.next_fault(BEACONS) is None
    faults.begin(FaultScript(attempts=(FAIL,), repeats_last=True))
    faults.begin(None)
    assert faults.next_fault(BEACONS) is None


async def test_wait_until_permanent_ends_only_for_a_repeating_fault() -> None:
    faults = FaultInjector()
    faults.begin(FaultScript(attempts=(FAIL,), repeats_last=True))
    faults.next_fault(DOCUMENTS)
    await asyncio.wait_for(faults.wait_until_permanent(DOCUMENTS), timeout=1)
    faults.begin(FaultScript(attempts=(FAIL, FAIL)))
    faults.next_fault(DOCUMENTS)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(faults.wait_until_permanent(DOCUMENTS), timeout=0.01)


def test_faulted_request_gets_the_status_and_is_journaled_with_the_fault() -> None:
    async def send(collector: Collector) -> list[int]:
        collector.app[FAULTS].begin(FaultScript(attempts=(FAIL, None)))
        statuses = []
        for _ in range(2):
            async with collector.client.post("/look", json={"seen": [{"what": "view"}]}) as answer:
                statuses.append(answer.status)
        return statuses

    async def act(collector: Collector) -> None:
        assert await send(collector) == [503, 200]
        assert [(beacon.status, beacon.fault) for beacon in collector.journal] == [(503, "503"), (200, "")]

    ask(act)


async def test_preflight_and_unknown_path_have_no_fault(collector: Collector) -> None:
    collector.app[FAULTS].begin(FaultScript(attempts=(FAIL,), repeats_last=True))
    async with collector.client.options("/look") as answer:
        assert answer.status == 204
    async with collector.client.post("/nowhere") as answer:
        assert answer.status == 404
    assert [beacon.fault for beacon in collector.journal] == ["", ""]


def test_protocol_distinguishes_the_traffic() -> None:
    protocol = replace(DOUBLE, is_of_back_end=lambda beacon: beacon.method == "PUT")

    async def act(collector: Collector) -> None:
        collector.app[FAULTS].begin(FaultScript(attempts=(FAIL,), repeats_last=True, traffic=frozenset({DOCUMENTS})))
        async with collector.client.post("/look", json={}) as answer:
            assert answer.status == 200
        async with collector.client.put("/look", json={}) as answer:
            assert answer.status == 503

    ask(act, protocol)


async def test_delayed_request_is_accepted(collector: Collector) -> None:
    collector.app[FAULTS].begin(FaultScript(attempts=(Fault(late_ms=20),)))
    before = asyncio.get_running_loop().time()
    async with collector.client.post("/look", json={"seen": []}) as answer:
        assert answer.status == 200
    assert asyncio.get_running_loop().time() - before >= 0.02
    assert [beacon.fault for beacon in collector.journal] == [""]


async def test_retry_after_is_in_the_answer_and_readable_for_pages(collector: Collector) -> None:
    collector.app[FAULTS].begin(FaultScript(attempts=(Fault(status=429, retry_after=20),)))
    async with collector.client.post("/look", json={}, headers={"Origin": "https://a.test"}) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "20")
        assert answer.headers["Access-Control-Expose-Headers"] == "Retry-After"


@pytest.mark.parametrize("notation", ["reset", "reset before body"])
async def test_reset_breaks_the_connection_and_is_journaled(collector: Collector, notation: str) -> None:
    fault = read_fault(notation)
    collector.app[FAULTS].begin(FaultScript(attempts=(fault,), repeats_last=True))
    with pytest.raises(ClientError):
        await collector.client.post("/look", json={"seen": []})
    first = next(iter(collector.journal))
    assert (first.status, first.fault, bool(first.body)) == (0, notation, notation == "reset")


async def test_held_request_ends_when_its_sender_gives_up_or_the_script_ends(collector: Collector) -> None:
    faults = collector.app[FAULTS]
    faults.begin(FaultScript(attempts=(Fault(is_silent=True),), repeats_last=True))
    waiting = [asyncio.create_task(collector.client.post("/look", data=body)) for body in (b"one", b"two")]
    await collector.app[JOURNAL].wait(lambda journal: len(list(journal)) == 2, timeout=5)
    await asyncio.sleep(0)
    faults.release(b"one")
    assert (await waiting[0]).status == 503
    assert faults.held == [b"two"]
    faults.begin(None)
    assert (await waiting[1]).status == 503


async def test_preflight_has_a_fault_if_the_script_affects_preflights(collector: Collector) -> None:
    collector.app[FAULTS].begin(FaultScript(attempts=(FAIL,), repeats_last=True, traffic=frozenset({PREFLIGHTS})))
    async with collector.client.options("/look") as answer:
        assert answer.status == 503
    async with collector.client.post("/look", json={"seen": []}) as answer:
        assert answer.status == 200
