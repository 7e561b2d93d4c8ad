"""The event loop of long commands: uvloop where it exists, without repeated garbage collection of the loaded modules."""

import asyncio
import gc
from collections.abc import Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

LOOP_MODULE = "uvloop" if find_spec("uvloop") else "asyncio"
"""uvloop does not support Windows."""

T = TypeVar("T")


def run_in_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, as `asyncio.run` does. Objects that exist already are exempt from garbage collection."""
    gc.freeze()
    with asyncio.Runner(loop_factory=import_module(LOOP_MODULE).new_event_loop) as runner:
        return runner.run(main)
