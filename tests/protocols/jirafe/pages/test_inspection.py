"""The inspection of an unknown store's page: the cause of a silent snippet, and wrong calls."""

from typing import Any

import pytest

from harness.findings import Finding, Severity
from harness.protocols.jirafe.pages.inspection import inspect
from harness.recording.records import PageInspected
from harness.recording.timeline import BrowserLog, StepTimeline, Timeline

SITE = {"type": "string", "value": "7"}
SCRIPT = {"url": "https://beacon.jirafe.com/jirafe_api.js", "status": 200, "type": "text/javascript", "failure": ""}
UNDEFINED = {"type": "undefined", "value": None}
POLICY = {"url": "https://shop.example/", "policy": "default-src 'self'"}


def pageview(kind: str = "homepage", data: Any = None, *, site: Any = "7") -> dict[str, Any]:
    return {"url": "", "name": "pageview", "arguments": ["", site, kind, data or {}]}


def page(kind: str = "home", **fields: Any) -> PageInspected:
    """A page with a right snippet, changed by the given fields."""
    snippet = {"site": SITE, "org": SITE, "defined": True, "called": 1, "threw": "", **fields.pop("snippet", {})}
    right = {"url": "https://shop.example/", "how": "", "scripts": (SCRIPT,), "calls": (pageview(),)}
    return PageInspected(kind=kind, snippet=snippet, **{**right, **fields})


def findings(*pages: PageInspected) -> list[Finding]:
    steps = [
        StepTimeline(number=number, began=0, ended=0, browser=BrowserLog(inspected_page=page))
        for number, page in enumerate(pages, 1)
    ]
    return list(inspect(Timeline(steps=steps)).findings)


def only_finding(inspected: PageInspected) -> Finding:
    (finding,) = findings(inspected)
    return finding


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        (
            {"snippet": {"site": UNDEFINED, "defined": False, "called": 0}, "scripts": (), "calls": ()},
            "snippet-missing",
            "is not on this home page",
        ),
        (
            {"scripts": (), "calls": (), "snippet": {"called": 0}},
            "script-failed",
            "loads no script",
        ),
        (
            {"scripts": ({**SCRIPT, "status": 404},), "calls": (), "snippet": {"called": 0}},
            "script-failed",
            "answered with status 404",
        ),
        (
            {"scripts": ({**SCRIPT, "type": "text/html"},), "calls": (), "snippet": {"called": 0}},
            "script-failed",
            "HTML instead of a script",
        ),
        (
            {"scripts": ({**SCRIPT, "failure": "net::ERR_BLOCKED_BY_CLIENT", "cause": "blocked"},), "calls": (), "snippet": {"called": 0}},
            "script-failed",
            "probably by an ad blocker",
        ),
        (
            {
                "blocked": ({**POLICY, "directive": "script-src-elem", "blocked": SCRIPT["url"]},),
                "scripts": (),
                "calls": (),
                "snippet": {"called": 0},
            },
            "csp-blocked",
            "forbids the tracker's script",
        ),
        ({"snippet": {"defined": False, "called": 0}, "calls": ()}, "never-called", "jirafe_deferred is not defined"),
        ({"snippet": {"called": 0}, "calls": ()}, "never-called", "never called jirafe_deferred"),
        ({"calls": ()}, "never-called", "does not call jirafe_api.pageview"),
        ({"snippet": {"threw": "TypeError: x"}, "calls": ()}, "page-error", "failed before the page view: TypeError"),
        ({"snippet": {"site": UNDEFINED}, "calls": (pageview(site=None),)}, "site-id", "is not defined"),
        ({"calls": (pageview(site=None),)}, "site-id", "is set, but not passed"),
        (
            {"blocked": ({**POLICY, "directive": "connect-src", "blocked": "https://events.jirafe.com/v1/tracker"},)},
            "csp-blocked",
            "forbids sending to the collector (connect-src)",
        ),
    ],
)  # fmt: skip
def test_the_cause_of_a_silent_page_is_one_finding(fields: dict[str, Any], code: str, words: str) -> None:
    finding = only_finding(page(**fields))
    assert (finding.code, finding.severity) == (code, Severity.ERROR)
    assert words in finding.message
    assert finding.hint


OBSOLETE = {"url": "https://c.jirafe.com/jirafe.js", "status": 0, "type": "", "failure": "net::ERR_NAME_NOT_RESOLVED"}
NO_SNIPPET: dict[str, Any] = {"site": UNDEFINED, "defined": False, "called": 0}


@pytest.mark.parametrize(
    "fields",
    [
        {"scripts": (OBSOLETE,), "snippet": NO_SNIPPET},
        {"scripts": (), "snippet": {**NO_SNIPPET, "obsolete": True}},
        {"scripts": (), "snippet": NO_SNIPPET, "blocked": ({**POLICY, "directive": "script-src-elem", "blocked": OBSOLETE["url"]},)},
    ],
)  # fmt: skip
def test_the_snippet_of_2012_is_obsolete(fields: dict[str, Any]) -> None:
    finding = only_finding(page(calls=(), **fields))
    assert (finding.code, finding.severity) == ("obsolete-snippet", Severity.ERROR)
    assert "has the obsolete snippet of 2012" in finding.message
    assert "load //beacon.jirafe.com/jirafe_api.js" in finding.hint


def test_the_snippet_of_2012_beside_the_current_one_is_a_warning() -> None:
    finding = only_finding(page(scripts=(SCRIPT, OBSOLETE)))
    assert (finding.code, finding.severity) == ("obsolete-snippet", Severity.WARNING)


def test_another_global_or_script_of_that_name_is_not_obsolete() -> None:
    copy = {**SCRIPT, "url": "https://shop.example/jirafe.js"}
    assert findings(page(scripts=(copy,)), page(snippet={"obsolete": True}), page(snippet={"obsolete": False})) == []


def test_a_step_without_a_new_document_needs_no_call() -> None:
    """`never-called` is about documents: a cart that is filled by a script calls no page view."""
    assert findings(page(), page("product", calls=(), survey={"stayed": True})) == []
    assert findings(page(), page("product", calls=())) != []


def test_a_page_with_a_right_snippet_has_no_finding() -> None:
    assert findings(page()) == []


def test_a_wrong_address_at_the_trackers_host_is_named_although_the_stores_own_script_loads() -> None:
    own = {**SCRIPT, "url": "https://shop.example/jirafe.js"}
    wrong = {**SCRIPT, "url": "https://beacon.jirafe.com/jirafe_apl.js", "status": 404}
    finding = only_finding(page(scripts=(own, wrong), calls=(), snippet={"called": 0}))
    assert finding.code == "script-failed"
    assert "jirafe_apl.js was answered with status 404" in finding.message
    assert findings(page(scripts=({**own, "status": 404}, SCRIPT))) == []


def test_a_failed_script_of_the_store_is_no_finding() -> None:
    other = {"url": "https://shop.example/slider.js", "status": 404, "type": "text/plain", "failure": ""}
    assert findings(page(scripts=(SCRIPT, other))) == []


def test_a_site_id_that_is_a_number_is_a_warning() -> None:
    finding = only_finding(page(calls=(pageview(site=7),)))
    assert (finding.code, finding.severity) == ("site-id", Severity.WARNING)
    assert 'var jirafe_site_id = "7"' in finding.hint


def test_an_old_name_of_the_keyword_in_a_call_is_an_error() -> None:
    finding = only_finding(page("search", calls=(pageview("search", {"search": {"term": "lamp", "page": 1}}),)))
    assert (finding.code, finding.severity) == ("wrong-field", Severity.ERROR)
    assert 'Rename "term" to "keyword".' in finding.hint


def test_a_number_that_the_tracker_converts_is_a_warning() -> None:
    finding = only_finding(page("product", calls=(pageview("product", {"product": {"product_code": 12}}),)))
    assert (finding.code, finding.severity) == ("lenient-value", Severity.WARNING)


@pytest.mark.parametrize("data", [{"attribution": []}, {"customer": {"id": "1", "email": ""}}, {"product": None}])
def test_values_that_the_tracker_omits_are_no_finding(data: dict[str, Any]) -> None:
    assert findings(page(calls=(pageview(data=data),))) == []


def test_a_product_page_without_a_product_is_an_error() -> None:
    assert only_finding(page("product", calls=(pageview("product"),))).code == "missing-field"


def test_a_wrong_page_type_is_reported_with_the_right_one() -> None:
    finding = only_finding(page("cart", calls=(pageview("other"),)))
    assert finding.code == "wrong-type"
    assert finding.evidence.allowed == ["cart"]


@pytest.mark.parametrize("kind", ["home", "checkout"])
def test_the_type_other_of_the_vendors_snippets_is_a_warning(kind: str) -> None:
    finding = only_finding(page(kind, calls=(pageview("other"),)))
    assert (finding.code, finding.severity) == ("wrong-type", Severity.WARNING)
    assert "the vendor publishes snippets that do this" in finding.message
    assert only_finding(page(kind, calls=(pageview("cart"),))).severity is Severity.ERROR


def test_a_page_of_unknown_kind_may_have_any_type() -> None:
    assert findings(page("other", calls=(pageview("other"),))) == []


def test_a_wrong_keyword_is_an_error() -> None:
    call = pageview("search", {"search": {"keyword": "red+lamp"}})
    assert only_finding(page("search", calls=(call,), survey={"words": "red lamp"})).code == "wrong-value"
    assert findings(page("search", calls=(call,), survey={"words": "RED+lamp"})) == []


def test_an_order_success_outside_the_receipt_is_an_error() -> None:
    order = {"url": "", "name": "order.success", "arguments": ["", "7", {"order": {"num": "10"}}]}
    finding = only_finding(page("checkout", calls=(order, pageview("checkout"))))
    assert finding.code == "unexpected-event"
    assert "on the receipt only" in finding.hint


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/?mail=ada@example.org",
        "https://shop.example/a%2540b%40example.org/",
        "https://s.example/?e=a%40b.example",
    ],
)
def test_an_email_address_in_a_url_is_reported_without_showing_it(url: str) -> None:
    finding = only_finding(page(url=url))
    assert finding.code == "leaked-address"
    assert "ada@example.org" not in finding.message


def test_a_visitor_cookie_that_ends_with_the_browser_is_one_warning() -> None:
    cookie = {"name": "jirafe_vis", "expires": -1.0, "at": 0.0, "secure": True, "same_site": "Lax"}
    (finding,) = findings(page(cookies=(cookie,)), page(cookies=(cookie,)))
    assert (finding.code, finding.severity) == ("short-cookie", Severity.WARNING)
    kept = {**cookie, "expires": 3e7}
    assert findings(page(cookies=(kept,))) == []


def test_calls_with_wrong_arguments_are_findings() -> None:
    for arguments in ([], [""], ["", "7"], ["", "7", None], ["", "7", 3, "x"], [{}, [], {}, []]):
        found = findings(page("other", calls=({"url": "", "name": "pageview", "arguments": arguments},)))
        assert found, arguments
