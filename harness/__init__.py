"""A tracker simulator and test harness: shoppers in a real browser, and a verdict on what the tracker sent.

Other programs may import what `__all__` names: the data of a verdict, and how to read and judge recordings.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from harness.errors import HarnessError
from harness.events import Beacon, Event
from harness.finding import CODES, Finding, Severity
from harness.result import RunResult, ScenarioResult

if TYPE_CHECKING:
    from harness.recording import Recording
    from harness.recording import read as read_recording
    from harness.rejudge import judge_recordings

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
    "Recording": ("harness.recording", "Recording"),
    "judge_recordings": ("harness.rejudge", "judge_recordings"),
    "read_recording": ("harness.recording", "read"),
}
"""What is imported only when it is asked for."""


def __getattr__(name: str) -> object:
    if name not in _SLOW:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _SLOW[name]
    value: object = getattr(import_module(module), attribute)
    return value
