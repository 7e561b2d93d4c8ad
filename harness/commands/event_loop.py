"""The event loop of a long command: a quick one, which looks for garbage only among what is new."""

import asyncio
import gc
from collections.abc import Coroutine
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

LOOPS = "uvloop" if find_spec("uvloop") else "asyncio"
"""There is no uvloop for Windows."""

T = TypeVar("T")


def on_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run it to its end, as `asyncio.run` does. What the command has loaded so far stays until its end."""
    gc.freeze()
    with asyncio.Runner(loop_factory=import_module(LOOPS).new_event_loop) as runner:
        return runner.run(main)
