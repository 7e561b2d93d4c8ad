"""Fixtures of the asynchronous tests of the store."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from support.async_tests import run_async_test
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
    return run_async_test(pyfuncitem)
