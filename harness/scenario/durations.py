"""Durations and clock errors, as scenarios write them."""

from datetime import datetime
from typing import Final

SECONDS_IN: Final = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
"""The units of durations."""

DURATION: Final = r"^([1-9]\d{0,4} (second|minute|hour|day)s?|until ([01]\d|2[0-3]):[0-5]\d)$"
"""The length of a wait, or the time of day that ends it, as a regular expression."""

WRONG_CLOCK: Final = r"^(?P<count>[1-9]\d{0,4}) (?P<unit>second|minute|hour|day)s? (?P<way>ahead|behind)$"
"""The error of a shopper's clock, as a regular expression."""


def seconds_of(duration: str, *, now: datetime) -> float:
    """A valid duration in seconds; `now` is the shopper's time."""
    count, unit = duration.split(" ")
    if count == "until":
        hour, minute = map(int, unit.split(":"))
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return (then - now).total_seconds() % SECONDS_IN["day"]
    return int(count) * SECONDS_IN[unit.removesuffix("s")]
