"""The sources of healthy stores agree."""

import pytest
from support.backend_recordings import as_customer, bought, edited, found, recorded, without_ledger

VISITS = [bought, edited, as_customer]


@pytest.mark.parametrize("version", ["off", "v1", "v2"])
@pytest.mark.parametrize("visit", VISITS)
def test_a_healthy_store_has_no_finding(visit, version):
    assert found(recorded(visit, version, history=20)) == []


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("visit", VISITS)
def test_a_healthy_store_without_a_ledger_has_no_finding(visit, version):
    assert found(without_ledger(recorded(visit, version))) == []
