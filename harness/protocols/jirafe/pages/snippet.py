"""The snippet in a page: is it there, does the script come, is it called, and may it send. At most one thing silences a page."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from harness.findings import Evidence, Finding, Severity
from harness.recording.page_records import PageInspected
from harness.recording.timeline import StepTimeline

SCRIPT: Final = "//beacon.jirafe.com/jirafe_api.js"
SCRIPT_HOST: Final = "beacon.jirafe.com"
COLLECTOR: Final = "events.jirafe.com"
DOMAIN: Final = "jirafe.com"

_UNRESOLVED: Final = ("NAME_NOT_RESOLVED", "not known", "No address", "nodename", "getaddrinfo", "leads to")
_SNIPPET = f"set jirafe_site_id and jirafe_org_id, define jirafe_deferred(jirafe_api), and load {SCRIPT}"


@dataclass(frozen=True, kw_only=True)
class PageSeen:
    """A page that was looked at, and the step in which that was."""

    step: StepTimeline
    looked: PageInspected

    @property
    def url(self) -> str:
        return self.looked.url

    @property
    def snippet(self) -> Mapping[str, Any]:
        return self.looked.snippet

    def finding(self, code: str, message: str, hint: str, **evidence: Any) -> Finding:
        """An error on this page."""
        return Finding(
            code=code,
            message=message,
            hint=hint,
            step=self.step.number,
            place=self.url,
            evidence=Evidence(url=self.url, **evidence),
        )


def is_script(url: str) -> bool:
    """Whether a URL is the tracker's script, its published one or a copy somewhere else."""
    parts = urlsplit(url)
    return is_ours(parts.hostname or "") or "jirafe" in parts.path.lower()


def is_ours(host: str) -> bool:
    """Whether a name is the tracker's company's."""
    return host == DOMAIN or host.endswith(f".{DOMAIN}")


def silencer(page: PageSeen) -> Finding | None:
    """What keeps the tracker from telling of this page, the first cause first; None where it told, or nothing here says why not."""
    if any(event.type == "pageview" for event in page.step.events):
        return None
    return next((found for found in (look(page) for look in _CAUSES) if found), None)


def site_findings(page: PageSeen) -> Iterator[Finding]:
    """Facts, section 1: the site id is a string (errata 1); what the calls were given goes before the global."""
    given = [call["arguments"][1] for call in page.looked.calls if len(call["arguments"]) > 1]
    site = page.snippet.get("site", {})
    if not given and site.get("type") == "number":
        given = [site["value"]]
    numbers = [value for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers:
        yield Finding(
            code="site-id",
            severity=Severity.WARNING,
            message=f"the site id is the number {numbers[0]}; the protocol takes strings",
            hint=f'put it in quotes: var jirafe_site_id = "{numbers[0]}";',
            step=page.step.number,
            place=page.url,
            evidence=Evidence(url=page.url, value=numbers[0], allowed="a string"),
        )


def _missing(page: PageSeen) -> Finding | None:
    snippet = page.snippet
    asked = [script for script in page.looked.scripts if is_script(str(script["url"]))]
    is_there = snippet.get("defined") or asked or page.looked.calls or _script_is_blocked(page)
    if is_there or snippet.get("site", {}).get("type", "undefined") != "undefined":
        return None
    return page.finding(
        "snippet-missing",
        f"the tracker's snippet is not on this {page.looked.kind} page: jirafe_deferred is not defined, and no script is asked for",
        f"put the snippet into the template of this page, too: {_SNIPPET}",
    )


def _script_blocked(page: PageSeen) -> Finding | None:
    blocked = _script_is_blocked(page)
    if not blocked:
        return None
    return page.finding(
        "csp-blocked",
        f"the page's Content-Security-Policy forbids the tracker's script ({blocked['directive']}): {blocked['blocked']}",
        f"add {SCRIPT_HOST} to script-src, and {COLLECTOR} to connect-src, of the policy",
        value=blocked["policy"],
    )


def _script_is_blocked(page: PageSeen) -> Mapping[str, Any] | None:
    scripts = [item for item in page.looked.blocked if str(item["directive"]).startswith("script")]
    return next((item for item in scripts if is_script(str(item["blocked"]))), None)


def _script_failed(page: PageSeen) -> Finding | None:
    """Every script that may be the tracker's failed; where the page names none, one that gave HTML may have been meant."""
    if page.snippet.get("called"):
        return None
    named = [script for script in page.looked.scripts if is_script(str(script["url"]))]
    scripts = named or list(page.looked.scripts)
    reasons = [_trouble(script) for script in scripts]
    if scripts and all(reasons):
        return page.finding(
            "script-failed",
            f"the tracker's script does not load: {scripts[0]['url']} {reasons[0]}",
            f"load it from its published address, {SCRIPT}",
            value=scripts[0]["url"],
        )
    if not scripts and page.snippet.get("defined"):
        return page.finding(
            "script-failed",
            "jirafe_deferred is defined, and the page asks for no script that would call it",
            f"load {SCRIPT} as the published snippet does",
        )
    return None


def _trouble(script: Mapping[str, Any]) -> str:
    """Why a script cannot run, empty where it can."""
    if "BLOCKED_BY_CLIENT" in str(script["failure"]):
        return "was blocked in the browser, as ad blockers do"
    if script["failure"] == "nothing in it":
        return "is answered with nothing in it (0 bytes), as some ad blockers and filtering proxies do"
    if any(words in str(script["failure"]) for words in _UNRESOLVED):
        return f"was not reached: its host has no address here ({script['failure']}), as with blockers that work by DNS, or a wrong name"
    if script["failure"]:
        return f"was not reached ({script['failure']})"
    if script["status"] >= 400:
        return f"is answered with {script['status']}"
    return "is answered with HTML in place of a script" if "html" in str(script["type"]).lower() else ""


def _never_called(page: PageSeen) -> Finding | None:
    if page.snippet.get("called") or page.looked.calls:
        return None
    if page.snippet.get("defined"):
        message = "the script was loaded, and never called jirafe_deferred, which is defined"
        hint = "define jirafe_deferred before the page has loaded, as a global function"
    else:
        message = (
            "the tracker's script is loaded, and jirafe_deferred is not defined: nothing tells it what page this is"
        )
        hint = "define the global function jirafe_deferred(jirafe_api) and call jirafe_api.pageview in it"
    return page.finding("never-called", message, hint)


def _threw(page: PageSeen) -> Finding | None:
    """An error in the page's own function, before it came to say what page this is."""
    threw = page.snippet.get("threw")
    if not threw or any(call["name"] == "pageview" for call in page.looked.calls):
        return None
    return page.finding(
        "page-error",
        f"jirafe_deferred broke off before the page view: {threw}",
        "mend that error; what comes after it does not run",
        value=threw,
    )


def _unset(page: PageSeen) -> Finding | None:
    sites = [call["arguments"][1:2] for call in page.looked.calls if call["name"] == "pageview"]
    if not sites or any(site not in ([], [None], [""]) for site in sites):
        return None
    kind = page.snippet.get("site", {}).get("type", "undefined")
    was = {"undefined": "is not defined", "null": "is null"}.get(kind, "is empty")
    if kind == "number" or page.snippet.get("site", {}).get("value"):
        was = "is set, but not passed on"
    return page.finding(
        "site-id",
        f"the site id is not set, so the tracker drops every event: pageview was called without one; jirafe_site_id {was}",
        'set it before jirafe_deferred is called, as a string: var jirafe_site_id = "…";, and pass it as the second argument',
        value=None,
        allowed="a string",
    )


def _no_pageview(page: PageSeen) -> Finding | None:
    if any(call["name"] == "pageview" for call in page.looked.calls):
        return None
    return page.finding(
        "never-called",
        "jirafe_deferred is called, and does not call jirafe_api.pageview",
        "call jirafe_api.pageview(jirafe_org_id, jirafe_site_id, TYPE, {…}) on every page",
    )


def _sending_blocked(page: PageSeen) -> Finding | None:
    blocked = [item for item in page.looked.blocked if is_ours(urlsplit(str(item["blocked"])).hostname or "")]
    if not blocked:
        return None
    first = blocked[0]
    return page.finding(
        "csp-blocked",
        f"the page's Content-Security-Policy forbids sending to the collector ({first['directive']}): {first['blocked']}; "
        "the browser drops it without a word",
        f"add {COLLECTOR} to {first['directive']} of the policy",
        value=first["policy"],
    )


_CAUSES: tuple[Callable[[PageSeen], Finding | None], ...] = (
    _missing,
    _script_blocked,
    _script_failed,
    _never_called,
    _threw,
    _unset,
    _no_pageview,
    _sending_blocked,
)
