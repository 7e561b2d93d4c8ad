"""Timestamps of a shopper with a wrong clock: a note if they match that clock, else an error."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from support.recordings import Story, iso, rewritten, verdict

from harness.findings import Severity
from harness.recording.records import FaultsSet, Recording

DAY = 86_400.0


def recording_with(off: float, *, clock: float) -> Recording:
    """A page whose timestamps are wrong by `off` seconds, and whose clock is wrong by `clock` seconds."""

    def change(wrapper: dict[str, Any]) -> None:
        time = datetime.fromisoformat(wrapper["timestamp"]).astimezone(UTC)
        wrapper["timestamp"] = iso(time.timestamp() + off)

    recording = rewritten(Story().step().show("/").tale(), change)
    faults = FaultsSet(number=1, at=0.0, faults="clock", clock_off=clock)
    return replace(recording, records=(faults, *recording.records))


@pytest.mark.parametrize(("off", "words"), [(-3 * DAY, "3 days too early"), (1200, "20 minutes too late")])
def test_a_timestamp_that_is_wrong_like_the_clock_is_a_note(off: float, words: str) -> None:
    [finding] = verdict(recording_with(off, clock=off), "- arrive\n")
    assert (finding.code, finding.severity) == ("clock-skew", Severity.NOTE)
    assert finding.message.endswith(f"is {words}, because the shopper's clock is wrong")


@pytest.mark.parametrize(
    ("off", "clock", "words"),
    [
        (0, -3 * DAY, "is 3 days too late; expected about"),
        (-5 * DAY, -3 * DAY, "is 2 days too early; expected about"),
        (-2 * DAY, 0, "is 2 days too early; expected about"),
    ],
)
def test_a_timestamp_that_differs_from_the_wrong_clock_is_an_error(off: float, clock: float, words: str) -> None:
    first = verdict(recording_with(off, clock=clock), "- arrive\n")[0]
    assert (first.code, first.severity) == ("clock-skew", Severity.ERROR)
    assert words in first.message
