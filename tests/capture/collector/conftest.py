"""Fixtures of the tests of the collector."""

from contextlib import AbstractAsyncContextManager

import pytest
from support.collector_client import JIRAFE, Collector, collecting


@pytest.fixture
def collector() -> AbstractAsyncContextManager[Collector]:
    """A collector with the protocol of `collector_client`."""
    return collecting()


@pytest.fixture
def jirafe() -> AbstractAsyncContextManager[Collector]:
    """A collector with the tracker's protocol."""
    return collecting(JIRAFE)
