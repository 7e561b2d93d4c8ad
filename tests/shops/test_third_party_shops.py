"""Third-party shops: the faults' edits, and a healthy shop. `make shops` tries all shops with all faults."""

import shutil
from pathlib import Path

import pytest
from shops.faults import FAULTS
from shops.third_party import HERE, SHOPS, installed
from support.command import call


@pytest.mark.parametrize("name", SHOPS)
def test_each_fault_is_one_edit_of_the_integration(name: str) -> None:
    source = (HERE / name / "jirafe.js").read_text(encoding="utf-8")
    edited = [fault.edit(source) for fault in FAULTS[name]]
    assert len(set(edited)) == 10
    assert source not in edited


def test_an_edit_of_other_text_is_refused() -> None:
    with pytest.raises(AssertionError, match="occurs 0 times"):
        FAULTS["mini_shop"][0].edit("")


@pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed")
def test_a_shop_with_an_ajax_cart_has_no_finding_and_a_price_with_a_currency_sign_has_one(tmp_path: Path) -> None:
    shop = installed("express_cart", tmp_path / "express_cart")
    with shop.running(shop.source) as url:
        healthy = call("verify", url, "--strict")
    fault = next(each for each in FAULTS[shop.name] if each.name == "price with a currency sign")
    with shop.running(fault.edit(shop.source)) as url:
        broken = call("verify", url, "--report", "json")
    assert (healthy.status, broken.status) == (0, 1), healthy.out + broken.out
    found = [finding for scenario in broken.report["scenarios"] for finding in scenario["findings"]]
    assert fault.is_named_by(f"{found[0]['code']}: {found[0]['message']}")
