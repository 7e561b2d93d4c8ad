"""Run tests that are coroutine functions."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

import pytest


def run_async_test(
    item: pytest.Function, run: Callable[[Coroutine[Any, Any, None]], None] = asyncio.run
) -> bool | None:
    """Run a test that is a coroutine function, and enter its asynchronous fixtures; True if it was one."""
    if not inspect.iscoroutinefunction(item.function):
        return None

    async def entered() -> None:
        async with AsyncExitStack() as stack:
            arguments = {name: item.funcargs[name] for name in inspect.signature(item.function).parameters}
            for name, value in arguments.items():
                if isinstance(value, AbstractAsyncContextManager):
                    arguments[name] = await stack.enter_async_context(value)
            await item.function(**arguments)

    run(entered())
    return True
