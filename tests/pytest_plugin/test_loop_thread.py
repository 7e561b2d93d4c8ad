"""The event loop in a thread: coroutines, contexts, and interruptions."""

import asyncio
import gc
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from harness.pytest_plugin.loop_thread import LoopThread


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    loop = LoopThread()
    yield loop
    loop.close()


@asynccontextmanager
async def logged(log: list[str]) -> AsyncIterator[str]:
    task = asyncio.current_task()
    log.append("entered")
    yield "value"
    assert asyncio.current_task() is task
    log.append("left")


@asynccontextmanager
async def broken() -> AsyncIterator[None]:
    raise ValueError("no store")
    yield


def test_a_context_is_entered_and_left_in_one_task(loop: LoopThread) -> None:
    log: list[str] = []
    with loop.inside(logged(log)) as value:
        assert (value, log) == ("value", ["entered"])
    assert log == ["entered", "left"]


def test_an_error_on_entering_a_context_reaches_the_caller(loop: LoopThread) -> None:
    with pytest.raises(ValueError, match="no store"), loop.inside(broken()):
        pass


def test_closing_cancels_running_coroutines() -> None:
    loop = LoopThread()
    running = loop.begin(asyncio.sleep(3600))
    loop.close()
    assert running.cancelled()


def test_an_error_reaches_the_caller(loop: LoopThread) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.call(fail())


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, also if the tests run in the background of a shell, which ignores SIGINT."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_errors_after_an_interruption_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    loop = LoopThread()
    cancelled = threading.Event()
    main = threading.get_ident()

    async def interrupt() -> None:
        try:
            while sys._current_frames()[main].f_code.co_name != "wait":  # noqa: ASYNC110 (a thread has no event for the start of a wait)
                await asyncio.sleep(0.001)
            signal.pthread_kill(main, signal.SIGINT)
            await asyncio.sleep(3600)
        finally:
            cancelled.set()
            raise ValueError("the driver has gone")

    with pytest.raises(KeyboardInterrupt):
        loop.call(interrupt())
    assert cancelled.wait(10)
    loop.call(asyncio.sleep(0))
    gc.collect()
    loop.close()
    assert caplog.messages == []
