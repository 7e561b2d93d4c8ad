"""`harness run --target` on a shop that nobody wrote for it: the shipped scenarios, and its own integration at a running collector."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.command import ROOT, Ended, harness
from support.oscar_shop import Quayside, quayside
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
BY_HAND = """
def test_home(page, fakestore, beacons):
    page.goto(fakestore.page("home"))
    beacons.expect("pageview", page_type="homepage")
"""
LOST = "name: A shopper looks for what is not there\nsteps:\n  - arrive: {at: home}\n  - open product: Atlantis\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quayside]:
    with quayside(tmp_path_factory.mktemp("quayside")) as shop:
        yield shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "buy.yaml").write_text(BUY, encoding="utf-8")
    (tmp_path / "lost.yaml").write_text(LOST, encoding="utf-8")
    return tmp_path


def run_beside_a_collector(shop: Quayside, folder: Path, *arguments: str | Path, number: str = "") -> Ended:
    """`harness run --target … --collector …`, while the shop's integration sends its orders to that collector."""

    async def scene() -> Ended:
        async with serve_app(create_collector(MemoryJournal(), get())) as (port,):
            collector = f"http://127.0.0.1:{port}"
            shop.send_orders_to(collector, number=number)
            target = shop.write_target(folder / "shop.target")
            return await asyncio.to_thread(
                harness, "run", *arguments, "--target", target, "--collector", collector, "--report", "json"
            )

    return asyncio.run(scene())


def verdicts(ended: Ended) -> dict[str, str]:
    return {entry["name"]: entry["verdict"] for entry in ended.report["scenarios"]}


def findings(ended: Ended, name: str) -> list[tuple[str, str]]:
    entry = next(entry for entry in ended.report["scenarios"] if entry["name"] == name)
    return [(finding["code"], finding["message"]) for finding in entry["findings"]]


def reason(ended: Ended, name: str) -> str:
    return str(next(entry["reason"] for entry in ended.report["scenarios"] if entry["name"] == name))


def test_the_shipped_scenarios_run_on_a_shop_of_others_and_what_it_lacks_is_said(shop: Quayside, folder: Path) -> None:
    shipped = [ROOT / "scenarios" / name for name in ("smoke/look-around.yaml", "shopping/change-variant.yaml")]
    ended = run_beside_a_collector(shop, folder, *shipped, folder / "buy.yaml", folder / "lost.yaml")
    assert verdicts(ended) == {
        "A visitor looks around and leaves": "pass",
        "A change of size is reported as a remove and an add": "not-run",
        "A guest buys a book": "pass",
        "A shopper looks for what is not there": "fail",
    }
    assert ended.status == 1
    assert reason(ended, "A change of size is reported as a remove and an add") == "this store has no variants"
    ((code, message),) = findings(ended, "A shopper looks for what is not there")
    assert code == "action-failed"
    assert "shop.target:" in message
    assert """'.product_pod h3 a[title="Atlantis"]' matches nothing on""" in message


def test_what_the_shops_own_integration_says_is_held_against_the_browser_and_each_match_is_shown(
    shop: Quayside, folder: Path
) -> None:
    ended = run_beside_a_collector(shop, folder, folder, "--name", "buys", number="4711")
    codes = [code for code, _message in findings(ended, "A guest buys a book")]
    assert codes == ["missing-document", "order-number-mismatch"]
    for line in (
        "[3] add to cart",
        """click the selector '.add-to-basket button': <button type="submit\"""",
        "$product.code = QB-004",
        "sent: visit, pageview",
    ):
        assert line in ended.err


def test_pytest_takes_a_target_too(shop: Quayside, folder: Path) -> None:
    target = shop.write_target(folder / "shop.target")
    (folder / "look.yaml").write_text("name: A look\nsteps: [arrive: {at: home}, cart]\n", encoding="utf-8")
    (folder / "size.yaml").write_text(
        "name: Another size\nsteps: [arrive: {at: home}, change variant: {to: L}]\n", encoding="utf-8"
    )
    write(folder, test_shop=BY_HAND)
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
        "A shopper looks for what is not there": "failed",
        "test_home[chromium]": "passed",
    }
    assert "1 failed, 2 passed, 1 skipped" in ran.out


def test_nothing_is_bought_where_no_test_orders_are_allowed(shop: Quayside, folder: Path) -> None:
    target = shop.write_target(folder / "shop.target", without="test orders")
    ended = harness("run", folder / "buy.yaml", "--target", target)
    assert ended.status == 2
    assert "does not contain 'test orders: allowed'" in " ".join(ended.out.split())


def test_verify_goes_the_targets_ways_and_into_the_checkout_up_to_the_button_that_buys(
    shop: Quayside, folder: Path
) -> None:
    target = shop.write_target(folder / "shop.target")
    ended = harness(
        "verify", "--target", target, "--checkout", "--report", f"json={folder / 'out.json'}", "--report", "text"
    )
    assert ended.status == 0, ended.out
    said = " ".join(ended.out.split())
    assert """checkout: it was gone into until the next button buys: "Place order"; nothing was bought""" in said
    assert "'.add-to-basket button'" in said
    entries = json.loads((folder / "out.json").read_text(encoding="utf-8"))["scenarios"]
    kinds = [entry["tags"][0] for entry in entries if entry["verdict"] == "pass"]
    assert kinds == ["home", "category", "search", "product", "cart", "cart", *["checkout"] * 4]


def test_a_target_that_does_not_fit_its_store_is_one_line(shop: Quayside, folder: Path) -> None:
    target = shop.write_target(folder / "shop.target")
    target.write_text(target.read_text(encoding="utf-8").replace("#id_q", "#nowhere"), encoding="utf-8")
    ended = harness("verify", "--target", target)
    assert ended.status == 2
    assert "the selector '#nowhere' matches nothing on" in ended.err
    assert "shop.target:" in ended.err
    assert "Traceback" not in ended.err


def test_a_first_target_is_asked_of_the_shop_and_the_shipped_scenario_runs_with_it(
    shop: Quayside, folder: Path
) -> None:
    written = harness("init", shop.url, "--yes", "--output", folder / "first.target")
    assert written.status == 0, written.err
    assert "to fill in: where the receipt says the order's number" in written.err
    target = read_target(folder / "first.target")
    assert (target.external.currency, target.external.allows_orders) == ("GBP", False)
    assert target.actions["place order"].buys
    ended = harness(
        "run", ROOT / "scenarios/smoke/look-around.yaml", "--target", folder / "first.target", "--report", "json"
    )
    assert verdicts(ended) == {"A visitor looks around and leaves": "pass"}, ended.out
