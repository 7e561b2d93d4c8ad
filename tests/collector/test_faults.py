"""Faults at the collector: which requests they strike, and what comes of those."""

import asyncio
from dataclasses import replace

import pytest
from collecting import DOUBLE, Collector, collecting

from harness.collector.app import FAULTS
from harness.collector.faults import BEACONS, DOCUMENTS, Fault, Faults, Script, read_fault

FAIL, WORSE = Fault(status=503), Fault(status=500)


def struck(script: Script, *traffic: str) -> list[Fault | None]:
    """What becomes of requests of these kinds, one after the other."""
    faults = Faults()
    faults.begin(script)
    return [faults.strike(kind) for kind in traffic]


def test_a_list_of_attempts_is_used_up_one_a_request() -> None:
    script = Script(attempts=(FAIL, None, WORSE))
    assert struck(script, *[BEACONS] * 5) == [FAIL, None, WORSE, None, None]


def test_a_single_fault_lasts() -> None:
    assert struck(Script(attempts=(FAIL,), lasts=True), BEACONS, DOCUMENTS, BEACONS) == [FAIL] * 3


def test_traffic_that_is_not_meant_passes_and_uses_nothing_up() -> None:
    script = Script(attempts=(FAIL,), strikes=frozenset({DOCUMENTS}))
    assert struck(script, BEACONS, DOCUMENTS, BEACONS, DOCUMENTS) == [None, FAIL, None, None]


def test_nothing_strikes_before_the_beginning_and_after_the_end() -> None:
    faults = Faults()
    assert faults.strike(BEACONS) is None
    faults.begin(Script(attempts=(FAIL,), lasts=True))
    faults.begin(None)
    assert faults.strike(BEACONS) is None


def test_who_waits_is_told_when_no_waiting_will_help() -> None:
    async def wait() -> None:
        faults = Faults()
        faults.begin(Script(attempts=(FAIL,), lasts=True))
        faults.strike(DOCUMENTS)
        await asyncio.wait_for(faults.blocked(DOCUMENTS), timeout=1)
        faults.begin(Script(attempts=(FAIL, FAIL)))
        faults.strike(DOCUMENTS)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(faults.blocked(DOCUMENTS), timeout=0.01)

    asyncio.run(wait())


def test_a_status_is_a_fault_and_ok_is_none() -> None:
    assert (read_fault("503"), read_fault("ok")) == (FAIL, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("200", "allowed: ok, or a status from 400 to 599"),
        ("5o3", "allowed: ok, or a status from 400 to 599"),
        ("okay", 'did you mean "ok"?, or a status from 400 to 599'),
        ("99999999999999999999", "allowed: ok, or a status from 400 to 599"),
    ],
)
def test_any_other_word_is_told_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message.replace('?', '[?]')}$"):
        read_fault(text)


def test_a_struck_request_is_answered_with_the_status_and_journaled_with_the_fault() -> None:
    async def send(collector: Collector) -> list[int]:
        collector.app[FAULTS].begin(Script(attempts=(FAIL, None)))
        statuses = []
        for _ in range(2):
            async with collector.client.post("/look", json={"seen": [{"what": "view"}]}) as answer:
                statuses.append(answer.status)
        return statuses

    async def run() -> None:
        async with collecting() as collector:
            assert await send(collector) == [503, 200]
            assert [(beacon.status, beacon.fault) for beacon in collector.journal] == [(503, "503"), (200, "")]

    asyncio.run(run())


def test_a_preflight_and_a_wrong_address_are_not_struck() -> None:
    async def run() -> None:
        async with collecting() as collector:
            collector.app[FAULTS].begin(Script(attempts=(FAIL,), lasts=True))
            async with collector.client.options("/look") as answer:
                assert answer.status == 204
            async with collector.client.post("/nowhere") as answer:
                assert answer.status == 404
            assert [beacon.fault for beacon in collector.journal] == ["", ""]

    asyncio.run(run())


def test_the_protocol_says_whose_request_it_is() -> None:
    protocol = replace(DOUBLE, is_of_back_end=lambda beacon: beacon.method == "PUT")

    async def run() -> None:
        async with collecting(protocol) as collector:
            collector.app[FAULTS].begin(Script(attempts=(FAIL,), lasts=True, strikes=frozenset({DOCUMENTS})))
            async with collector.client.post("/look", json={}) as answer:
                assert answer.status == 200
            async with collector.client.put("/look", json={}) as answer:
                assert answer.status == 503

    asyncio.run(run())
