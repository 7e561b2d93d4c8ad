"""A tracker simulator and test harness: shoppers in a real browser, and a verdict on what the tracker sent.

Other programs may import what `__all__` names: the data of a verdict, and how to read and judge recordings.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from harness.errors import HarnessError
from harness.events import Beacon, Event
from harness.findings import CODES, Finding, Severity
from harness.results import RunResult, ScenarioResult

if TYPE_CHECKING:
    from harness.judge.replay import judge_recordings
    from harness.recording.records import Recording
    from harness.recording.records import read as read_recording

__all__ = [
    "CODES",
    "Beacon",
    "Event",
    "Finding",
    "HarnessError",
    "Recording",
    "RunResult",
    "ScenarioResult",
    "Severity",
    "judge_recordings",
    "read_recording",
]

_SLOW = {
    "Recording": ("harness.recording.records", "Recording"),
    "judge_recordings": ("harness.judge.replay", "judge_recordings"),
    "read_recording": ("harness.recording.records", "read"),
}
"""What is imported only when it is asked for."""


def __getattr__(name: str) -> object:
    if name not in _SLOW:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _SLOW[name]
    value: object = getattr(import_module(module), attribute)
    return value
