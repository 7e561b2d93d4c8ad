"""`harness verify` on a shop of django-oscar: healthy, and with one fault on each page."""

import asyncio
from pathlib import Path

import pytest
from support.command import call
from support.oscar_shop import OscarShop

from fakewww.app import TRACKER
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.verifier import verify
from harness.findings import Finding, Severity
from harness.protocol import get
from harness.reports.grouping import fold
from harness.results import RunResult

VISITED = ["home", "category", "category", "category", "search", "product", "product", "cart", "checkout"]
"""With a further page of the list, and the product's page after the press of its button."""

EVERY_PAGE = set(VISITED)
FAULTS = [
    ("script-404", "script-failed", EVERY_PAGE, "jirafe.js was answered with status 404", "//beacon.jirafe.com/jirafe_api.js"),
    ("script-html", "script-failed", EVERY_PAGE, "HTML instead of a script", "//beacon.jirafe.com/jirafe_api.js"),
    ("no-site", "site-id", EVERY_PAGE, "pageview was called without a site id", "var jirafe_site_id ="),
    ("always-other", "wrong-type", EVERY_PAGE, 'page_type is "other" on a category page', 'Pass "category" as the third argument'),
    ("csp", "csp-blocked", EVERY_PAGE, "forbids sending to the collector (connect-src)", "Add events.jirafe.com to connect-src"),
]  # fmt: skip
FAULTS_OF_ONE_PAGE = [
    ("no-snippet", "snippet-missing", "product", "not on this product page", "to the template of this page"),
    ("early-order", "unexpected-event", "checkout", "order_success is sent on a checkout page", "on the receipt only"),
    ("term", "wrong-field", "search", 'search.term is not a field of the protocol; use "keyword"', 'Rename "term" to "keyword"'),
]  # fmt: skip


def verified(shop: OscarShop, browser_path: Path, *faults: str) -> RunResult:
    shop.set_faults(*faults)
    options = VerifyOptions(
        script=TRACKER.read_bytes(), script_name="the built-in tracker", timeout=120, browser_path=browser_path
    )
    return asyncio.run(verify(shop.url, protocol=get(), options=options, on_step=lambda _line: None))


def findings(result: RunResult) -> list[tuple[str, Finding]]:
    """The page type and each of its findings, without notes."""
    return [
        (entry.tags[0], finding)
        for entry in result.scenarios
        for finding in entry.findings
        if finding.severity is not Severity.NOTE
    ]


def test_a_healthy_shop_has_no_findings_and_every_page_type_is_visited(oscar_shop: OscarShop) -> None:
    ended = call("verify", oscar_shop.url, "--report", "json")
    assert ended.status == 0, ended.out
    pages = ended.report["scenarios"]
    assert [page["tags"][0] for page in pages if page["verdict"] == "pass"] == VISITED
    assert [page["name"] for page in pages if page["verdict"] == "not-run"] == ["receipt"]
    findings = [finding for page in pages for finding in page["findings"]]
    assert [(finding["code"], finding["severity"]) for finding in findings] == [("not-sent", "note")] * 2
    assert 'press "Add to' in ended.err


@pytest.mark.parametrize(("fault", "code", "kinds", "message", "hint"), FAULTS, ids=[fault for fault, *_ in FAULTS])
def test_the_first_finding_names_the_fault_and_there_is_no_other(
    oscar_shop: OscarShop, browser_path: Path, fault: str, code: str, kinds: set[str], message: str, hint: str
) -> None:
    result = verified(oscar_shop, browser_path, fault)
    first = fold(result)[0].finding
    assert first.code == code
    assert message in first.message
    assert hint in first.hint
    others = {("page-error", kind) for kind in kinds} if fault == "script-html" else set()
    found = {(finding.code, kind) for kind, finding in findings(result)}
    assert found - others == {(code, kind) for kind in kinds}
    assert result.verdict == "fail"


def test_faults_of_three_page_types_are_named_and_there_is_no_other(oscar_shop: OscarShop, browser_path: Path) -> None:
    result = verified(oscar_shop, browser_path, *(fault for fault, *_ in FAULTS_OF_ONE_PAGE))
    assert {(finding.code, kind) for kind, finding in findings(result)} == {
        (code, kind) for _, code, kind, *_ in FAULTS_OF_ONE_PAGE
    }
    for _fault, code, _kind, message, hint in FAULTS_OF_ONE_PAGE:
        finding = next(finding for _, finding in findings(result) if finding.code == code)
        assert message in finding.message
        assert hint in finding.hint
    assert result.verdict == "fail"


def test_a_bot_wall_is_reported_in_one_line(oscar_shop: OscarShop) -> None:
    oscar_shop.set_faults("robots")
    ended = call("verify", oscar_shop.url)
    assert ended.status == 2
    assert "a bot wall (403) instead of the store: Cloudflare" in ended.err
    assert "Traceback" not in ended.err
