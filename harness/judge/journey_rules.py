"""Findings about the journey itself: failed actions, errors on pages, refused hosts, retries, consent and page counts."""

from collections import Counter
from collections.abc import Iterator

from harness.findings import Evidence, Finding, Severity
from harness.judge.retry_rules import retry_findings
from harness.recording.records import ActionFailed
from harness.recording.timeline import StepTimeline, Timeline
from harness.scenario.model import Scenario
from harness.urls import hidden_email, plain_url

_FROM_CACHE = ("back_forward", "restore", "traverse")
"""Navigations to pages that the browser, or the page itself, may have cached."""


def journey_findings(timeline: Timeline, scenario: Scenario, cookie_prefix: str) -> Iterator[Finding]:
    """All findings that need no beacon; `cookie_prefix` identifies the tracker's cookies."""
    yield from _unfinished(timeline, scenario)
    for step in timeline.steps:
        yield from _step_findings(step)
        yield from _leaked_addresses(step)
    yield from _page_counts(timeline)
    yield from retry_findings(timeline)
    for step in timeline.steps:
        yield from _without_consent(step, cookie_prefix)


def _unfinished(timeline: Timeline, scenario: Scenario) -> Iterator[Finding]:
    """A journey that ended early, or never showed a page of the store."""
    if timeline.failure:
        yield _action_failed(timeline.failure, step=None)
    if timeline.failure or any(step.failure for step in timeline.steps):
        return
    begun = {step.number for step in timeline.steps}
    unreached = [step for step in scenario.steps if step.number not in begun]
    if unreached:
        step, others = unreached[0], " and the steps after it" if len(unreached) > 1 else ""
        yield Finding(
            code="action-failed",
            message=f'the journey did not reach step {step.number}, "{step.call.title}"{others}',
            hint="Check that the recording is complete and belongs to this scenario.",
            step=step.number,
            place=f"{scenario.file}:{step.line}",
            evidence=Evidence(event=None, url=timeline.steps[-1].url if timeline.steps else ""),
        )
    elif not any(step.pages for step in timeline.steps):
        yield Finding(
            code="nothing-seen",
            message="no page of the store was shown, so nothing was checked",
            hint="Let the scenario open a page of the store; only pages on the target's hosts count.",
            place=scenario.file,
            evidence=Evidence(event=None, url=""),
        )


def _action_failed(failure: ActionFailed, *, step: int | None) -> Finding:
    return Finding(
        code="action-failed",
        message=failure.message,
        hint=failure.hint or "See the screenshot and the trace of this step.",
        step=step,
        place=failure.target_line or failure.place,
        evidence=Evidence(event=None, url=failure.url),
    )


def _step_findings(step: StepTimeline) -> Iterator[Finding]:
    """A failed action, errors of scripts, refused hosts, and a wrong address of the tracker's script."""
    if step.failure and not step.failure.is_unknown_value:
        yield _action_failed(step.failure, step=step.number)
    for error in step.browser.errors:
        yield Finding(
            code="page-error",
            message=f"a script on the page threw an error: {error.message}",
            hint="See the page's console; the rest of the script did not run.",
            severity=Severity.WARNING,
            step=step.number,
            place=error.url,
            evidence=Evidence(event=None, url=error.url),
        )
    for refused in step.browser.hosts_refused:
        where = f"{refused.host}:{refused.port}"
        yield Finding(
            code="host-refused",
            message=f"the page tried to reach {where}, which is not part of this run; the connection was refused",
            hint="Remove this dependency from the store under test; a tracker must send to the collector only.",
            step=step.number,
            place=step.url,
            evidence=Evidence(event=None, url=step.url, value=where),
        )
    for script in step.browser.scripts:
        if script.status != 200:
            yield Finding(
                code="bad-request",
                message=f"{script.url} was not found on the tracker's host (status {script.status})",
                hint="Check the URL; the tracker's script has one published address.",
                step=step.number,
                place=script.url,
                evidence=Evidence(event=None, url=step.url, value=script.url),
            )


def _leaked_addresses(step: StepTimeline) -> Iterator[Finding]:
    """The first page of the step whose URL contains an e-mail address. Inspected pages have findings of their own."""
    urls = (url for page in step.pages for url in (page.view.url, *page.addresses))
    found = next(((url, hidden) for url in urls if (hidden := hidden_email(url))), None)
    if found and not step.inspected_page:
        url, hidden = found
        yield Finding(
            code="leaked-address",
            message=f"the URL of a page contains an e-mail address ({hidden}); the tracker sends it with every event",
            hint="Keep personal data out of URLs: send forms with POST, and identify customers by an id.",
            step=step.number,
            place=url,
            evidence=Evidence(event=None, url=url, value=hidden),
        )


def _page_counts(timeline: Timeline) -> Iterator[Finding]:
    """Differences between the shown pages and the ledger's; a cached page may be absent from the ledger."""
    for step in timeline.steps if timeline.has_ledger else []:
        if step.failure:
            continue
        shown = Counter(plain_url(page.view.url) for page in step.pages)
        cached = Counter(plain_url(page.view.url) for page in step.pages if page.view.navigation in _FROM_CACHE)
        served = Counter(plain_url(entry["page"]["url"]) for entry in step.served)
        if (shown - served) - cached or served - shown:
            yield _page_count(step, shown, served)


def _page_count(step: StepTimeline, shown: Counter[str], served: Counter[str]) -> Finding:
    return Finding(
        code="page-count",
        message=f"the browser showed {_listed(shown)}; the store's ledger contains {_listed(served)}",
        hint="Look for pages loaded in the background, and for URLs in the ledger that differ from the requested ones.",
        step=step.number,
        place=step.url,
        evidence=Evidence(event=None, url=step.url, value=sorted(shown.elements()), allowed=sorted(served.elements())),
    )


def _listed(pages: Counter[str]) -> str:
    return ", ".join(url if count == 1 else f"{url} {count} times" for url, count in pages.items()) or "no page"


def _without_consent(step: StepTimeline, cookie_prefix: str) -> Iterator[Finding]:
    """Events sent and cookies stored without the shopper's consent."""
    conditions = step.conditions
    if conditions.consent_granted:
        return
    state = "had denied consent" if conditions.consent == "denied" else "had not been asked for consent"
    names = [name for page in step.pages for name in page.view.cookies]
    cookies = [name for name in names if name.startswith(cookie_prefix)]
    sent = [event.type for event in step.events]
    offences = [f"sent {', '.join(dict.fromkeys(sent))}"] if sent else []
    offences += [f"stored the cookie {name}" for name in cookies[:1]]
    for offence in offences:
        yield Finding(
            code="consent-ignored",
            message=f"the tracker {offence} although the shopper {state}",
            hint="Send and store nothing before consent is granted, and delete everything when it is withdrawn.",
            step=step.number,
            place=step.url,
            evidence=Evidence(event=sent[0] if sent else None, url=step.url, value=conditions.consent),
        )
