"""The event loop beside a test: what runs in it, and how that ends."""

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
async def noted(notes: list[str]) -> AsyncIterator[str]:
    task = asyncio.current_task()
    notes.append("entered")
    yield "value"
    assert asyncio.current_task() is task
    notes.append("left")


@asynccontextmanager
async def broken() -> AsyncIterator[None]:
    raise ValueError("no store today")
    yield


def test_a_context_is_entered_and_left_in_one_task(loop: LoopThread) -> None:
    notes: list[str] = []
    with loop.inside(noted(notes)) as value:
        assert (value, notes) == ("value", ["entered"])
    assert notes == ["entered", "left"]


def test_what_keeps_a_context_from_being_entered_is_raised_here(loop: LoopThread) -> None:
    with pytest.raises(ValueError, match="no store today"), loop.inside(broken()):
        pass


def test_closing_ends_what_still_runs() -> None:
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
    """Ctrl-C is heard, also where the tests run in the background of a shell, which lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_what_an_interruption_breaks_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    loop = LoopThread()
    broken_off = threading.Event()
    main = threading.get_ident()

    async def break_off() -> None:
        try:
            while sys._current_frames()[main].f_code.co_name != "wait":  # noqa: ASYNC110 (a thread tells nobody that it waits)
                await asyncio.sleep(0.001)
            signal.pthread_kill(main, signal.SIGINT)
            await asyncio.sleep(3600)
        finally:
            broken_off.set()
            raise ValueError("the driver has gone")

    with pytest.raises(KeyboardInterrupt):
        loop.call(break_off())
    assert broken_off.wait(10)
    loop.call(asyncio.sleep(0))
    gc.collect()
    loop.close()
    assert caplog.messages == []
