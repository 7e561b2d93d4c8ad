"""Process pieces of work on all cores, in order, with a bounded number in memory."""

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

_PER_PROCESS: Final = 3
"""The number of unfetched pieces for each process."""

_MAX_WITHOUT_POOL: Final = 2
"""The number of pieces up to which starting processes is not worth it."""

Piece = TypeVar("Piece")
Done = TypeVar("Done")


def cores() -> int:
    """The number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[Piece], Done], pieces: Iterable[Piece], *, workers: int) -> Iterator[Done]:
    """`work(piece)` of each piece, in order. Its exceptions are raised again; HarnessError if a process died."""
    remaining = iter(pieces)
    first = list(islice(remaining, _MAX_WITHOUT_POOL + 1))
    if workers == 1 or len(first) <= _MAX_WITHOUT_POOL:
        yield from map(work, chain(first, remaining))
        return
    ignore_ctrl_c = (signal.SIGINT, signal.SIG_IGN)  # the main process handles it, and ends the workers
    with ProcessPoolExecutor(workers, get_context("spawn"), signal.signal, ignore_ctrl_c) as pool:
        try:
            yield from _fetched(pool, work, chain(first, remaining), most=workers * _PER_PROCESS)
        except BrokenProcessPool as error:
            raise HarnessError("a worker process died, perhaps out of memory; --workers 1 needs the least") from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _fetched(
    pool: ProcessPoolExecutor, work: Callable[[Piece], Done], pieces: Iterable[Piece], *, most: int
) -> Iterator[Done]:
    pending: deque[Future[Done]] = deque()
    for piece in pieces:
        pending.append(pool.submit(work, piece))
        if len(pending) >= most:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()
