"""Fixtures of the asynchronous tests of the collector."""

from contextlib import AbstractAsyncContextManager

import pytest
from support.async_tests import run_async_test
from support.collector_client import JIRAFE, Collector, collecting


@pytest.fixture
def collector() -> AbstractAsyncContextManager[Collector]:
    """A collector with the protocol of `collector_client`."""
    return collecting()


@pytest.fixture
def jirafe() -> AbstractAsyncContextManager[Collector]:
    """A collector with the tracker's protocol."""
    return collecting(JIRAFE)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    return run_async_test(pyfuncitem)
