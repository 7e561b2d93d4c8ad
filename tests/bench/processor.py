"""The processor time of this process and its descendants, with browsers. Complete on Linux only."""

import ctypes
import os
import resource
import sys
from contextlib import suppress

_SET_CHILD_SUBREAPER = 36
"""See prctl(2): an orphaned descendant becomes a child of this process, which can wait for it and count it."""


def adopt_orphans() -> None:
    """Count orphans of child processes, too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def spent() -> float:
    """The seconds so far. Waits for the end of every child, as only ended ones count."""
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
