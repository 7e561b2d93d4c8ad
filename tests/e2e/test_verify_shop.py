"""`harness verify` on a shop that nobody wrote for it: healthy, and with one thing wrong at a time."""

import asyncio
from collections.abc import Iterator

import pytest
from support.command import harness
from support.oscar_shop import Quayside, quayside

from fakewww.app import TRACKER
from harness.commands.verify.verifier import VerifyOptions, verify
from harness.findings import Finding, Severity
from harness.protocol import get
from harness.reports.grouping import fold
from harness.results import RunResult

LOOKED_AT = ["home", "category", "search", "product", "product", "cart", "checkout"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quayside]:
    """One shop for all tests: each says what is wrong with it before it looks."""
    with quayside(tmp_path_factory.mktemp("quayside")) as shop:
        yield shop


def verified(shop: Quayside, fault: str) -> RunResult:
    shop.break_by(fault)
    options = VerifyOptions(script=TRACKER.read_bytes(), script_name="the built-in tracker", timeout=120)
    return asyncio.run(verify(shop.url, protocol=get(), options=options, say=lambda _line: None))


def first_finding(result: RunResult) -> Finding:
    """What a report tells first."""
    return fold(result)[0].finding


def wrong(result: RunResult) -> set[tuple[str, str]]:
    """Codes, and the kind of the page, of everything but notes."""
    return {
        (finding.code, entry.tags[0])
        for entry in result.scenarios
        for finding in entry.findings
        if finding.severity is not Severity.NOTE
    }


def test_a_healthy_shop_has_nothing_wrong_and_every_kind_of_page_was_looked_at(shop: Quayside) -> None:
    shop.break_by("")
    ended = harness("verify", shop.url, "--report", "json")
    assert ended.status == 0, ended.out
    pages = ended.report["scenarios"]
    assert [page["tags"][0] for page in pages if page["verdict"] == "pass"] == LOOKED_AT
    assert [page["name"] for page in pages if page["verdict"] == "not-run"] == ["receipt"]
    findings = [finding for page in pages for finding in page["findings"]]
    assert [(finding["code"], finding["severity"]) for finding in findings] == [("not-sent", "note")] * 2
    assert 'press "Add to' in ended.err


@pytest.mark.parametrize(
    ("fault", "code", "kinds", "message", "hint"),
    [
        ("no-snippet", "snippet-missing", {"product"}, "not on this product page", "into the template of this page"),
        ("script-404", "script-failed", set(LOOKED_AT), "jirafe.js is answered with 404", "//beacon.jirafe.com/jirafe_api.js"),
        ("script-html", "script-failed", set(LOOKED_AT), "HTML in place of a script", "//beacon.jirafe.com/jirafe_api.js"),
        ("no-site", "site-id", set(LOOKED_AT), "the site id is not set", "var jirafe_site_id ="),
        ("number-site", "site-id", set(LOOKED_AT), "the number 17", 'var jirafe_site_id = "17"'),
        ("early-order", "unexpected-event", {"checkout"}, "order_success is sent on a checkout page", "on the receipt alone"),
        ("term", "wrong-field", {"search"}, 'search.term is no field of the protocol; "keyword" is', 'rename "term" to "keyword"'),
        ("always-other", "wrong-type", set(LOOKED_AT), 'page_type is "other" on a home page', '"homepage" on the home page'),
        ("csp", "csp-blocked", set(LOOKED_AT), "forbids sending to the collector (connect-src)", "add events.jirafe.com to connect-src"),
        ("email", "leaked-address", {"home", "category", "product"}, "a**@lovelace.example", "out of URLs"),
    ],
)  # fmt: skip
def test_the_first_finding_names_what_is_wrong_and_nothing_else_is(
    shop: Quayside, fault: str, code: str, kinds: set[str], message: str, hint: str
) -> None:
    result = verified(shop, fault)
    first = first_finding(result)
    assert first.code == code
    assert message in first.message
    assert hint in first.hint
    others = {("page-error", kind) for kind in kinds} if fault == "script-html" else set()
    assert wrong(result) - others == {(code, kind) for kind in kinds}
    assert result.verdict == ("pass" if fault == "number-site" else "fail")


def test_a_store_that_lets_nobody_in_is_told_in_one_line(shop: Quayside) -> None:
    shop.break_by("robots")
    ended = harness("verify", shop.url)
    assert ended.status == 2
    assert "a bot wall (403) instead of the store: Cloudflare" in ended.err
    assert "Traceback" not in ended.err
