"""Runs the asynchronous tests of this folder."""

import asyncio
import inspect
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import pytest
from support.store_client import Shopper, shopping, store


@pytest.fixture
def visitor() -> AbstractAsyncContextManager[Callable[[], Shopper]]:
    """Visitors of one new store."""
    return store()


@pytest.fixture
def shopper() -> AbstractAsyncContextManager[Shopper]:
    """One visitor of a new store."""
    return shopping()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test that is a coroutine function, and enter its asynchronous fixtures; True if it was one."""
    if not inspect.iscoroutinefunction(pyfuncitem.function):
        return None

    async def run() -> None:
        async with AsyncExitStack() as stack:
            arguments = {name: pyfuncitem.funcargs[name] for name in inspect.signature(pyfuncitem.function).parameters}
            for name, value in arguments.items():
                if isinstance(value, AbstractAsyncContextManager):
                    arguments[name] = await stack.enter_async_context(value)
            await pyfuncitem.function(**arguments)

    asyncio.run(run())
    return True
