"""The processor time of this process and of all that it starts, browsers and their offspring included. Linux; elsewhere less."""

import ctypes
import os
import resource
import sys
from contextlib import suppress

_SET_CHILD_SUBREAPER = 36
"""See prctl(2): whoever loses the parent among our offspring becomes our child, and so can be waited for and counted."""


def adopt_orphans() -> None:
    """From now on count also what the browser's children leave behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def spent() -> float:
    """Seconds so far; waits for every child to end, so that it is counted."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
