"""An event loop in its own thread, for use with the synchronous browser API of a test."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """A loop that runs until it is closed. Call its methods from other threads."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="harness", daemon=True)
        self._thread.start()

    def begin(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine in the loop to its end. An interruption cancels it, and its errors are not logged."""
        future = self.begin(coroutine)
        try:
            return future.result()
        except BaseException as error:
            if not isinstance(error, Exception):
                self._loop.call_soon_threadsafe(self._loop.set_exception_handler, lambda _loop, _context: None)
            future.cancel()
            raise

    @contextmanager
    def inside(self, manager: AbstractAsyncContextManager[T]) -> Iterator[T]:
        """Enter and leave an asynchronous context manager in one task of the loop."""
        entered: Future[T] = Future()
        leave = asyncio.Event()

        async def hold() -> None:
            async with manager as value:
                entered.set_result(value)
                await leave.wait()

        def forward_failure(task: Future[None]) -> None:
            if not entered.done():
                entered.set_exception(CancelledError() if task.cancelled() else task.exception() or CancelledError())

        holding = self.begin(hold())
        holding.add_done_callback(forward_failure)
        try:
            yield entered.result()
        finally:
            self._loop.call_soon_threadsafe(leave.set)
            if entered.exception() is None:
                holding.result()

    def close(self) -> None:
        """Stop the loop and cancel its remaining tasks."""
        self.call(_cancel_other_tasks())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_other_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
