"""A tracker simulator and test harness: a shopper in a real browser, and a verdict on the tracker's requests.

`__all__` is the public interface: the data of a verdict, functions for recordings, and the types of the pytest fixtures.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from harness.errors import HarnessError
from harness.events import Beacon, Event
from harness.findings import CODES, Finding, Severity
from harness.results import RunResult, ScenarioResult

if TYPE_CHECKING:
    from harness.judge.replay import judge_recordings
    from harness.pytest_plugin import Beacons, FakeStore
    from harness.recording.ndjson import read as read_recording
    from harness.recording.records import Recording

__all__ = [
    "CODES",
    "Beacon",
    "Beacons",
    "Event",
    "FakeStore",
    "Finding",
    "HarnessError",
    "Recording",
    "RunResult",
    "ScenarioResult",
    "Severity",
    "judge_recordings",
    "read_recording",
]

_LAZY = {
    "Beacons": ("harness.pytest_plugin", "Beacons"),
    "FakeStore": ("harness.pytest_plugin", "FakeStore"),
    "Recording": ("harness.recording.records", "Recording"),
    "judge_recordings": ("harness.judge.replay", "judge_recordings"),
    "read_recording": ("harness.recording.ndjson", "read"),
}
"""The names that are imported on first use, because their modules load slowly."""


def __getattr__(name: str) -> object:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _LAZY[name]
    value: object = getattr(import_module(module), attribute)
    return value
