"""An event loop in a thread of its own, beside the synchronous browser of a test."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """A loop that runs until it is closed. Its methods are for other threads."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="harness", daemon=True)
        self._thread.start()

    def begin(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Start it in the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run it in the loop to its end; an interruption ends it there, too, and what breaks off with it is not told."""
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
        """An asynchronous context manager, entered and left in one task of the loop."""
        entered: Future[T] = Future()
        leave = asyncio.Event()

        async def stay() -> None:
            async with manager as value:
                entered.set_result(value)
                await leave.wait()

        def ended(stay: Future[None]) -> None:
            if not entered.done():
                entered.set_exception(CancelledError() if stay.cancelled() else stay.exception() or CancelledError())

        staying = self.begin(stay())
        staying.add_done_callback(ended)
        try:
            yield entered.result()
        finally:
            self._loop.call_soon_threadsafe(leave.set)
            if entered.exception() is None:
                staying.result()

    def close(self) -> None:
        """Stop the loop; what still runs in it is cancelled."""
        self.call(_cancel_the_others())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _cancel_the_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
