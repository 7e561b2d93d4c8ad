"""The length of waits."""

from datetime import UTC, datetime

import pytest

from harness.scenario.durations import seconds_of


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("90 seconds", 90), ("2 days", 172_800), ("until 23:50", 600), ("until 23:40", 0), ("until 00:10", 1_800)],
)
def test_a_wait_has_a_length_or_ends_at_a_time_of_day(duration: str, seconds: int) -> None:
    assert seconds_of(duration, now=datetime(2026, 3, 1, 23, 40, tzinfo=UTC)) == seconds
