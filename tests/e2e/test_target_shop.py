"""`harness run --target` on a shop of django-oscar: shipped scenarios, and the shop's own integration at a running collector."""

import asyncio
import json
from pathlib import Path

import pytest
from support.command import ROOT, Ended, call
from support.oscar_shop import OscarShop
from support.pytest_runner import run_tests, write

from harness.capture.collector.app import create_collector
from harness.capture.collector.http_server import serve_app
from harness.capture.journal import MemoryJournal
from harness.protocol import get
from harness.scenario.target import read_target

BUY = """name: A guest buys a book
steps:
  - arrive: {at: tumbler, from: www.google.com}
  - expect:
      - visit
      - pageview: {page_type: product, product: {product_code: $product.code, name: $product.name}}
  - add to cart
  - check out
  - expect:
      - order_success: {order: {num: $order.number}}
      - pageview: {page_type: order_success}
      - order document: {status: placed, order_number: $order.number}
"""
PAGE_TEST = """
def test_home(page, fakestore, beacons):
    page.goto(fakestore.page("home"))
    beacons.expect("pageview", page_type="homepage")
"""
LOST = "name: A shopper opens an unknown product\nsteps:\n  - arrive: {at: home}\n  - open product: Atlantis\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "buy.yaml").write_text(BUY, encoding="utf-8")
    (tmp_path / "lost.yaml").write_text(LOST, encoding="utf-8")
    return tmp_path


def run_with_collector(
    oscar_shop: OscarShop, folder: Path, *arguments: str | Path, number: str = "", has_cart_events: bool = True
) -> Ended:
    """`harness run --target … --collector …`; the shop's integration sends its orders to that collector."""

    async def scene() -> Ended:
        async with serve_app(create_collector(MemoryJournal(), get())) as (port,):
            collector = f"http://127.0.0.1:{port}"
            oscar_shop.send_orders_to(collector, number=number)
            oscar_shop.set_faults(*["cart-events"] * has_cart_events)
            target = oscar_shop.write_target(folder / "shop.target")
            options = ("--target", target, "--collector", collector, "--report", "json")
            return await asyncio.to_thread(call, "run", *arguments, *options)

    return asyncio.run(scene())


def verdicts(ended: Ended) -> dict[str, str]:
    return {entry["name"]: entry["verdict"] for entry in ended.report["scenarios"]}


def findings(ended: Ended, name: str) -> list[tuple[str, str]]:
    entry = next(entry for entry in ended.report["scenarios"] if entry["name"] == name)
    return [(finding["code"], finding["message"]) for finding in entry["findings"]]


def reason(ended: Ended, name: str) -> str:
    return str(next(entry["reason"] for entry in ended.report["scenarios"] if entry["name"] == name))


def test_shipped_scenarios_run_on_a_foreign_shop_or_report_its_missing_features(
    oscar_shop: OscarShop, folder: Path
) -> None:
    shipped = [ROOT / "scenarios" / name for name in ("smoke/look-around.yaml", "shopping/change-variant.yaml")]
    ended = run_with_collector(oscar_shop, folder, *shipped, folder / "buy.yaml", folder / "lost.yaml")
    assert verdicts(ended) == {
        "A visitor looks around and leaves": "pass",
        "A change of size is reported as a remove and an add": "not-run",
        "A guest buys a book": "pass",
        "A shopper opens an unknown product": "fail",
    }
    assert ended.status == 1
    assert reason(ended, "A change of size is reported as a remove and an add") == "this store has no variants"
    ((code, message),) = findings(ended, "A shopper opens an unknown product")
    assert code == "action-failed"
    assert "shop.target:" in message
    assert """'.product_pod h3 a[title="Atlantis"]' matches nothing on""" in message


def test_a_shop_without_a_ledger_that_sends_no_cart_events_fails(oscar_shop: OscarShop, folder: Path) -> None:
    ended = run_with_collector(oscar_shop, folder, folder, "--name", "buys", has_cart_events=False)
    found = findings(ended, "A guest buys a book")
    assert [(code, message.partition(" is missing")[0]) for code, message in found] == [
        ("missing-event", "add_item_to_cart")
    ]
    assert any("names no" in note and '"remove"' in note for note in ended.report["notes"])


def test_documents_of_the_shops_integration_are_checked_and_each_selector_match_is_shown(
    oscar_shop: OscarShop, folder: Path
) -> None:
    ended = run_with_collector(oscar_shop, folder, folder, "--name", "buys", number="4711")
    codes = [code for code, _message in findings(ended, "A guest buys a book")]
    assert codes == ["missing-document", "order-number-mismatch"]
    for line in (
        "[3] add to cart",
        """click the selector '.add-to-basket button': <button type="submit\"""",
        "$product.code = QB-004",
        "sent: visit, pageview",
    ):
        assert line in ended.err


def test_pytest_runs_scenarios_and_tests_on_a_target(oscar_shop: OscarShop, folder: Path) -> None:
    target = oscar_shop.write_target(folder / "shop.target")
    (folder / "look.yaml").write_text("name: A look\nsteps: [arrive: {at: home}, cart]\n", encoding="utf-8")
    (folder / "size.yaml").write_text(
        "name: Another size\nsteps: [arrive: {at: home}, change variant: {to: L}]\n", encoding="utf-8"
    )
    write(folder, test_shop=PAGE_TEST)
    ran = run_tests(
        folder,
        "look.yaml",
        "size.yaml",
        "lost.yaml",
        "test_shop.py",
        add=f"-o harness_target={target} -o harness_scenarios=.",
    )
    assert {name: each.outcome for name, each in ran.outcomes.items()} == {
        "A look": "passed",
        "Another size": "passed",
        "A shopper opens an unknown product": "failed",
        "test_home[chromium]": "passed",
    }
    assert "1 failed, 2 passed, 1 skipped" in ran.out


def test_a_target_without_test_orders_refuses_a_purchase(oscar_shop: OscarShop, folder: Path) -> None:
    target = oscar_shop.write_target(folder / "shop.target", without="test orders")
    ended = call("run", folder / "buy.yaml", "--target", target)
    assert ended.status == 2
    assert "does not contain 'test orders: allowed'" in " ".join(ended.out.split())


def test_verify_follows_the_target_into_the_checkout_up_to_the_button_that_buys(
    oscar_shop: OscarShop, folder: Path
) -> None:
    target = oscar_shop.write_target(folder / "shop.target")
    ended = call(
        "verify", "--target", target, "--checkout", "--report", f"json={folder / 'out.json'}", "--report", "text"
    )
    assert ended.status == 0, ended.out
    text = " ".join(ended.out.split())
    assert """the checkout ended without a purchase: the next button buys ("Place order")""" in text
    assert 'performed "add to cart"' in text
    entries = json.loads((folder / "out.json").read_text(encoding="utf-8"))["scenarios"]
    kinds = [entry["tags"][0] for entry in entries if entry["verdict"] == "pass"]
    assert kinds == ["home", *["category"] * 3, "search", "product", "cart", "cart", *["checkout"] * 4]


def test_a_selector_of_the_target_that_matches_nothing_is_one_line(oscar_shop: OscarShop, folder: Path) -> None:
    target = oscar_shop.write_target(folder / "shop.target")
    target.write_text(target.read_text(encoding="utf-8").replace("#id_q", "#nowhere"), encoding="utf-8")
    ended = call("verify", "--target", target)
    assert ended.status == 2
    assert "the selector '#nowhere' matches nothing on" in ended.err
    assert "shop.target:" in ended.err
    assert "Traceback" not in ended.err


def test_init_writes_a_target_with_which_a_shipped_scenario_runs(oscar_shop: OscarShop, folder: Path) -> None:
    written = call("init", oscar_shop.url, "--yes", "--output", folder / "first.target")
    assert written.status == 0, written.err
    assert "to fill in: where the order confirmation contains the order number" in written.err
    target = read_target(folder / "first.target")
    assert (target.external.currency, target.external.allows_orders) == ("GBP", False)
    assert target.actions["place order"].buys
    ended = call(
        "run", ROOT / "scenarios/smoke/look-around.yaml", "--target", folder / "first.target", "--report", "json"
    )
    assert verdicts(ended) == {"A visitor looks around and leaves": "pass"}, ended.out
