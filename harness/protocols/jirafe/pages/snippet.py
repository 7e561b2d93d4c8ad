"""The snippet on a page: is it present, does the script load, is it called, may it send. At most one finding per page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from harness.findings import Evidence, Finding, Severity
from harness.recording.records import PageInspected
from harness.recording.timeline import StepTimeline

SCRIPT: Final = "//beacon.jirafe.com/jirafe_api.js"
SCRIPT_HOST: Final = "beacon.jirafe.com"
COLLECTOR: Final = "events.jirafe.com"
DOMAIN: Final = "jirafe.com"
OBSOLETE_SCRIPT: Final = "c.jirafe.com/jirafe.js"
"""The script of the snippet of 2012, which set a global `jirafe` (facts, section 3)."""

_SNIPPET = f"set jirafe_site_id and jirafe_org_id, define jirafe_deferred(jirafe_api), and load {SCRIPT}"


_LOAD_FAILURES: Final = {
    "blocked": "was blocked in the browser, probably by an ad blocker",
    "empty": "has an empty response (0 bytes), as from some ad blockers and filtering proxies",
    "unresolved": "was not reached: its host name does not resolve ({failure}); check the name, or a blocker that uses DNS",
    "": "was not reached ({failure})",
}
"""Messages by the recorded cause."""


@dataclass(frozen=True, kw_only=True)
class StorePage:
    """A page of an unknown store that was inspected in a step."""

    step: StepTimeline
    inspected: PageInspected

    @property
    def url(self) -> str:
        return self.inspected.url

    @property
    def snippet(self) -> Mapping[str, Any]:
        return self.inspected.snippet

    @property
    def site(self) -> Mapping[str, Any]:
        """The `type` and `value` of the global jirafe_site_id, empty if unknown."""
        site: Mapping[str, Any] = self.snippet.get("site", {})
        return site

    @property
    def stayed(self) -> bool:
        """Whether the step showed no new document: a script changed the page, or its URL."""
        return bool(self.inspected.survey.get("stayed"))

    @property
    def pageview_calls(self) -> list[list[Any]]:
        return [call["arguments"] for call in self.inspected.calls if call["name"] == "pageview"]

    @property
    def tracker_scripts(self) -> list[Mapping[str, Any]]:
        urls = [(script, str(script["url"])) for script in self.inspected.scripts]
        return [script for script, url in urls if is_script(url) and not is_obsolete(url)]

    @property
    def has_obsolete_snippet(self) -> bool:
        """Whether the page has the snippet of 2012. Its global alone counts where the current snippet is missing."""
        scripts = [*self.inspected.scripts, *({"url": item["blocked"]} for item in self.inspected.blocked)]
        is_loaded = any(is_obsolete(str(script["url"])) for script in scripts)
        return is_loaded or (bool(self.snippet.get("obsolete")) and not self.has_current_snippet)

    @property
    def has_current_snippet(self) -> bool:
        return bool(self.snippet.get("defined") or self.tracker_scripts or self.inspected.calls)

    def finding(
        self, code: str, message: str, hint: str, severity: Severity = Severity.ERROR, **evidence: Any
    ) -> Finding:
        return Finding(
            code=code,
            severity=severity,
            message=message,
            hint=hint,
            step=self.step.number,
            place=self.url,
            evidence=Evidence(url=self.url, **evidence),
        )


def is_script(url: str) -> bool:
    """Whether a URL is the tracker's script, the published one or a copy."""
    parts = urlsplit(url)
    return is_tracker_host(parts.hostname or "") or "jirafe" in parts.path.lower()


def is_obsolete(url: str) -> bool:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path}" == OBSOLETE_SCRIPT


def is_tracker_host(host: str) -> bool:
    return host == DOMAIN or host.endswith(f".{DOMAIN}")


def snippet_finding(page: StorePage) -> Finding | None:
    """The first reason why the tracker did not send this page's pageview. None if it did, or if the page is right.

    A step without a new document has no reason of its own: the snippet runs once in each document.
    """
    if page.stayed or any(event.type == "pageview" for event in page.step.events):
        return None
    return next((found for check in _CHECKS if (found := check(page))), None)


def obsolete_findings(page: StorePage) -> Iterator[Finding]:
    """The snippet of 2012 on a page that has the current one, too."""
    if page.has_obsolete_snippet and page.has_current_snippet:
        yield page.finding(
            "obsolete-snippet",
            f"this {page.inspected.kind} page has the current snippet and also the obsolete one of 2012 ({OBSOLETE_SCRIPT})",
            f"Remove the global jirafe and the script {OBSOLETE_SCRIPT} from the template of this page.",
            Severity.WARNING,
            value=OBSOLETE_SCRIPT,
        )


def site_findings(page: StorePage) -> Iterator[Finding]:
    """Facts, section 1: the site id is a string (errata 1). The calls' argument counts before the global."""
    given = [call["arguments"][1] for call in page.inspected.calls if len(call["arguments"]) > 1]
    if not given and page.site.get("type") == "number":
        given = [page.site["value"]]
    numbers = [value for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers:
        yield page.finding(
            "site-id",
            f"the site id is the number {numbers[0]}; the protocol requires a string",
            f'Put it in quotes, as in var jirafe_site_id = "{numbers[0]}".',
            Severity.WARNING,
            value=numbers[0],
            allowed="a string",
        )


def _obsolete(page: StorePage) -> Finding | None:
    if not page.has_obsolete_snippet or page.has_current_snippet:
        return None
    return page.finding(
        "obsolete-snippet",
        f"this {page.inspected.kind} page has the obsolete snippet of 2012 ({OBSOLETE_SCRIPT}) in place of the current one",
        f"Replace it by the current snippet: {_SNIPPET}.",
        value=OBSOLETE_SCRIPT,
    )


def _missing(page: StorePage) -> Finding | None:
    inspected = page.inspected
    is_present = page.snippet.get("defined") or page.tracker_scripts or inspected.calls or _blocked_script(page)
    if is_present or page.site.get("type", "undefined") != "undefined":
        return None
    return page.finding(
        "snippet-missing",
        f"the tracker's snippet is not on this {inspected.kind} page: it defines no jirafe_deferred and loads no tracker script",
        f"Add the snippet to the template of this page: {_SNIPPET}.",
    )


def _script_blocked(page: StorePage) -> Finding | None:
    blocked = _blocked_script(page)
    if not blocked:
        return None
    return page.finding(
        "csp-blocked",
        f"the page's Content-Security-Policy forbids the tracker's script ({blocked['directive']}): {blocked['blocked']}",
        f"Add {SCRIPT_HOST} to script-src and {COLLECTOR} to connect-src in the policy.",
        value=blocked["policy"],
    )


def _blocked_script(page: StorePage) -> Mapping[str, Any] | None:
    scripts = [item for item in page.inspected.blocked if str(item["directive"]).startswith("script")]
    return next((item for item in scripts if is_script(str(item["blocked"]))), None)


def _script_failed(page: StorePage) -> Finding | None:
    """All scripts that may be the tracker's failed. If the page names none, a failed one may be the tracker's.

    A script of the store with the tracker's name is often the store's own code, so those of the tracker's host count first.
    """
    if page.snippet.get("called"):
        return None
    published = [
        script for script in page.tracker_scripts if is_tracker_host(urlsplit(str(script["url"])).hostname or "")
    ]
    scripts = published or page.tracker_scripts or list(page.inspected.scripts)
    failures = [load_failure(script) for script in scripts]
    if scripts and all(failures):
        return page.finding(
            "script-failed",
            f"the tracker's script does not load: {scripts[0]['url']} {failures[0]}",
            f"Load it from its published URL, {SCRIPT}.",
            value=scripts[0]["url"],
        )
    if not scripts and page.snippet.get("defined"):
        return page.finding(
            "script-failed",
            "jirafe_deferred is defined, but the page loads no script that could call it",
            f"Load {SCRIPT} as in the published snippet.",
        )
    return None


def load_failure(script: Mapping[str, Any]) -> str:
    """The reason why a script cannot run, empty if it can."""
    if failure := str(script["failure"]):
        return _LOAD_FAILURES[str(script.get("cause", ""))].format(failure=failure)
    if script["status"] >= 400:
        return f"was answered with status {script['status']}"
    return "was answered with HTML instead of a script" if "html" in str(script["type"]).lower() else ""


def _never_called(page: StorePage) -> Finding | None:
    if page.snippet.get("called") or page.inspected.calls:
        return None
    if page.snippet.get("defined"):
        message = "jirafe_deferred is defined and the script is loaded, but the script never called jirafe_deferred"
        hint = "Define jirafe_deferred as a global function before the page has loaded."
    else:
        message = "the tracker's script is loaded, but jirafe_deferred is not defined, so the page sends no page view"
        hint = "Define the global function jirafe_deferred(jirafe_api) and call jirafe_api.pageview in it."
    return page.finding("never-called", message, hint)


def _threw(page: StorePage) -> Finding | None:
    """An error in the page's own function, before its pageview."""
    threw = page.snippet.get("threw")
    if not threw or page.pageview_calls:
        return None
    hint = "Fix this error. The code after it does not run."
    return page.finding("page-error", f"jirafe_deferred failed before the page view: {threw}", hint, value=threw)


def _site_unset(page: StorePage) -> Finding | None:
    sites = [arguments[1:2] for arguments in page.pageview_calls]
    if not sites or any(site not in ([], [None], [""]) for site in sites):
        return None
    kind = page.site.get("type", "undefined")
    state = {"undefined": "is not defined", "null": "is null"}.get(kind, "is empty")
    if kind == "number" or page.site.get("value"):
        state = "is set, but not passed"
    return page.finding(
        "site-id",
        f"pageview was called without a site id, so the tracker drops every event; jirafe_site_id {state}",
        'Set it as a string before jirafe_deferred is called (var jirafe_site_id = "…";) and pass it as the second argument.',
        value=None,
        allowed="a string",
    )


def _no_pageview(page: StorePage) -> Finding | None:
    if page.pageview_calls:
        return None
    return page.finding(
        "never-called",
        "jirafe_deferred is called, but it does not call jirafe_api.pageview",
        "Call jirafe_api.pageview(jirafe_org_id, jirafe_site_id, TYPE, {…}) on every page.",
    )


def _sending_blocked(page: StorePage) -> Finding | None:
    hosts = ((item, urlsplit(str(item["blocked"])).hostname or "") for item in page.inspected.blocked)
    first = next((item for item, host in hosts if is_tracker_host(host)), None)
    if first is None:
        return None
    return page.finding(
        "csp-blocked",
        f"the page's Content-Security-Policy forbids sending to the collector ({first['directive']}): {first['blocked']}",
        f"Add {COLLECTOR} to {first['directive']} in the policy.",
        value=first["policy"],
    )


_CHECKS: tuple[Callable[[StorePage], Finding | None], ...] = (
    _obsolete,
    _missing,
    _script_blocked,
    _script_failed,
    _never_called,
    _threw,
    _site_unset,
    _no_pageview,
    _sending_blocked,
)
"""Possible causes, in the order in which a page loads the tracker."""
