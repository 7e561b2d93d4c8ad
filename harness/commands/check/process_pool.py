"""Do work on all cores, in order, with a bounded number of pieces under way: memory does not grow with the work."""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing import get_context
from typing import Final, TypeVar

from harness.errors import HarnessError

_UNDER_WAY: Final = 3
"""Pieces for each process that wait, are worked on, or are done and not fetched."""

_ALONE: Final = 2
"""Up to so many pieces are not worth starting other processes for."""

Piece = TypeVar("Piece")
Done = TypeVar("Done")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[Piece], Done], pieces: Iterable[Piece], *, workers: int) -> Iterator[Done]:
    """`work(piece)` of each piece, in their order. What it raises is raised here; HarnessError where a process ended."""
    coming = iter(pieces)
    first = list(islice(coming, _ALONE + 1))
    if workers == 1 or len(first) <= _ALONE:
        yield from map(work, chain(first, coming))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_ignore_ctrl_c) as pool:
        try:
            yield from _fetched(pool, work, chain(first, coming), most=workers * _UNDER_WAY)
        except BrokenProcessPool:
            raise HarnessError(
                "a process that was checking has ended; was it out of memory? --workers 1 needs the least"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _fetched(
    pool: ProcessPoolExecutor, work: Callable[[Piece], Done], pieces: Iterable[Piece], *, most: int
) -> Iterator[Done]:
    under_way: deque[Future[Done]] = deque()
    for piece in pieces:
        under_way.append(pool.submit(work, piece))
        if len(under_way) >= most:
            yield under_way.popleft().result()
    while under_way:
        yield under_way.popleft().result()


def _ignore_ctrl_c() -> None:
    """Ctrl-C is for the process that waits; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
