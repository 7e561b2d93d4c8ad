"""`harness verify` and `harness init` on a modern shop: an AJAX cart with a drawer, pushState, variants, a search icon.

All crawls run at once in one browser.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.handler_store import Handler, always, opened, page
from support.modern_shop import FAULTS, modern_shop

from fakewww.app import TRACKER
from harness.browser.pool import LaunchOptions, open_pool
from harness.browser_names import CHROMIUM
from harness.capture.tls import make_certificate
from harness.commands.init.store_probe import StoreProbe
from harness.commands.init.target_writer import UserInput, target_text
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.verifier import verify_in
from harness.findings import Severity
from harness.protocol import get
from harness.results import RunResult
from harness.scenario.shopper import make_shopper
from harness.scenario.target import parse_target

SHOPS = {
    "healthy": (),
    "one": ("currency", "push-silent", "search-keyword", "cart-type", "address-in-url"),
    "two": ("push-twice", "cart-event-twice", "product-without-code", "number-site", "script-error"),
    "three": ("push-type", "no-snippet"),
    "four": ("no-cart-event",),
    "five": ("cart-without-sku",),
}
SIMPLE: Mapping[str, Handler] = {
    "/": always(page),
    "/cart": always(lambda: page("Your cart is empty", kind="cart")),
    "/search": always(lambda: page(kind="search", data='{search: {keyword: "lamp"}}')),
}
"""A store without any link; its cart is at the usual path."""

EXPECTED = {
    "currency": ("wrong-value", "error", "after adding to the cart", 'line_item.currency is "USD"; the page shows prices in EUR'),
    "push-silent": ("missing-event", "error", "category page, after sorting", "pageview is missing"),
    "search-keyword": ("wrong-value", "error", "search page", "search.keyword"),
    "cart-type": ("wrong-type", "error", "cart page", 'page_type is "other" on a cart page'),
    "address-in-url": ("leaked-address", "error", "checkout page", "a**@shop.example"),
    "push-twice": ("duplicate-event", "error", "category page, after filtering", "pageview was sent twice"),
    "cart-event-twice": ("duplicate-event", "error", "after adding to the cart", "pressed once"),
    "product-without-code": ("schema", "error", "product page", '"product_code" is missing'),
    "number-site": ("site-id", "warning", "home page", "the number 7"),
    "script-error": ("page-error", "error", "category page", "no such field"),
    "push-type": ("wrong-type", "error", "after opening a further page", 'page_type is "other"'),
    "no-cart-event": ("not-sent", "note", "after adding to the cart", "no add_item_to_cart event"),
    "no-snippet": ("snippet-missing", "error", "product page", "not on this product page"),
    "cart-without-sku": ("schema", "error", "after adding to the cart", '"sku_code" is missing'),
}  # fmt: skip
"""For each fault the code, the severity, the page and words of the message."""

EFFECTS = {"three": {"page-error"}}
"""Codes of further findings: without its snippet, a page has no function to call."""


@pytest.fixture(scope="module")
def probe() -> StoreProbe:
    return StoreProbe(shopper=make_shopper(seed=0, name="verify"))


@pytest.fixture(scope="module")
def results(browser_path: Path, probe: StoreProbe) -> dict[str, RunResult]:
    """The results of all crawls by the shop's name."""
    certificate = make_certificate({get().script_host, *get().collector_hosts})

    async def verified(name: str, pages: Mapping[str, Handler]) -> RunResult:
        async with opened(dict(pages)) as url:
            options = VerifyOptions(
                script=TRACKER.read_bytes(),
                script_name="the built-in tracker",
                timeout=120,
                pages=[f"{url}search?q=lamp"] if name == "simple" else (),
            )
            examine = probe.examine if name == "healthy" else None
            return await verify_in(
                pool.usual,
                certificate,
                url,
                protocol=get(),
                options=options,
                on_step=lambda _line: None,
                on_page=examine,
            )

    async def all_results() -> list[RunResult]:
        nonlocal pool
        async with open_pool(LaunchOptions(name=CHROMIUM, path=browser_path), spki=certificate.spki) as pool:
            shops = {name: modern_shop(*faults, pictures=name != "four").pages for name, faults in SHOPS.items()}
            return await asyncio.gather(*(verified(name, pages) for name, pages in {**shops, "simple": SIMPLE}.items()))

    pool: object = None
    return dict(zip([*SHOPS, "simple"], asyncio.run(all_results()), strict=True))


def findings(result: RunResult) -> set[tuple[str, str, str, str]]:
    """The code, severity, page and message of each finding, without notes of events that no shop has to send."""
    return {
        (finding.code, finding.severity.value, entry.name, finding.message)
        for entry in result.scenarios
        for finding in entry.findings
        if "funnel" not in finding.message
    }


def test_a_healthy_modern_shop_has_no_findings_and_is_explored(results: dict[str, RunResult]) -> None:
    result = results["healthy"]
    assert findings(result) == set()
    assert [entry.name for entry in result.scenarios if entry.verdict == "pass"] == [
        *("home page", "category page", "category page, after sorting", "category page, after opening a further page"),
        *("category page, after filtering", "search page", "product page", "product page, after choosing a variant"),
        *(
            "product page, after choosing a variant, 2",
            "product page, after adding to the cart",
            "cart page",
            "checkout page",
        ),
    ]
    assert [entry.name for entry in result.scenarios if entry.verdict == "not-run"] == ["receipt"]


def test_the_report_lists_the_actions_in_words(results: dict[str, RunResult]) -> None:
    (actions,) = (note for note in results["healthy"].notes if note.startswith("actions on the pages"))
    assert actions == (
        'actions on the pages: followed "Lamps"; chose "Price, low to high"; pressed "2"; pressed "Red"; pressed the search icon; '
        'typed "Lamp" into the search field and pressed Enter; opened "Lamp A"; pressed "M"; pressed "Black"; '
        'pressed "Add to cart"; followed "View cart"; followed "Checkout"'
    )


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_fault_is_named_by_a_finding(results: dict[str, RunResult], fault: str) -> None:
    shop = next(name for name, faults in SHOPS.items() if fault in faults)
    code, severity, name, words = EXPECTED[fault]
    found = findings(results[shop])
    assert [each for each in found if each[:2] == (code, severity) and name in each[2] and words in each[3]], found


@pytest.mark.parametrize("shop", [name for name in SHOPS if name != "healthy"])
def test_the_faults_have_no_other_findings(results: dict[str, RunResult], shop: str) -> None:
    codes = {EXPECTED[fault][0] for fault in SHOPS[shop]} | EFFECTS.get(shop, set())
    assert {code for code, *_ in findings(results[shop])} == codes


def test_a_list_without_pictures_is_a_list(results: dict[str, RunResult]) -> None:
    names = [entry.name for entry in results["four"].scenarios]
    assert {"category page", "product page"} <= set(names)


def test_a_cart_without_a_link_and_a_named_search_are_checked(results: dict[str, RunResult]) -> None:
    entries = {entry.name: entry for entry in results["simple"].scenarios}
    assert entries["cart page"].verdict == "pass"
    assert entries["search page"].verdict == "pass"
    assert not [
        entry for entry in results["simple"].scenarios if entry.name == "search page" and entry.verdict == "not-run"
    ]
    assert all(f.severity is not Severity.ERROR for entry in entries.values() for f in entry.findings)


def test_the_drafted_target_has_the_actions_of_the_shop(results: dict[str, RunResult], probe: StoreProbe) -> None:
    text, missing = target_text("https://shop.example/", probe.profile, UserInput(name="Bright"))
    target = parse_target(text, file="target.yaml")
    assert set(target.actions) == {
        *(
            "home",
            "category",
            "search",
            "open product",
            "add to cart",
            "cart",
            "remove",
            "go to checkout",
            "give address",
        ),
    }
    assert target.external.currency == "EUR"
    assert target.external.words["Tumbler"] == "Lamp A"
    assert probe.profile.names["product"] == ["Lamp A", "Lamp B", "Lamp C", "Lamp D", "Lamp E"]
    assert [part.name for part in missing][:2] == [
        "where a product page contains product.code",
        "where a product page contains product.sku",
    ]
    assert results
