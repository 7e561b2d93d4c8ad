"""What a page told the tracker, before any script converted it, against the protocol's schemas and rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.pages.snippet import PageSeen
from harness.protocols.jirafe.wire.validate import validate

_EVENTS: Final = {
    "order.success": "order_success",
    "cart.add": "add_item_to_cart",
    "cart.remove": "remove_item_from_cart",
    "cart.edit": "edit_cart",
    "funnel": "funnel",
}
_EMAIL = ("/customer/email",)


def events_called(page: PageSeen) -> list[str]:
    """The types of the events that the page's calls ask for."""
    return [event["event_type"] for _call, event in _events(page)]


def call_findings(page: PageSeen) -> Iterator[Finding]:
    """What is wrong with the arguments of the page's calls, and an order where none can have been placed."""
    for call, event in _events(page):
        for finding in validate({"org": "", "site": "0", "data": [event]}):
            if finding.place.startswith("/data"):
                yield from _as_called(page, call, finding)
    orders = [event for event in page.step.events if event.type == "order_success"]
    if orders or "order_success" in events_called(page):
        yield page.finding(
            "unexpected-event",
            f"order_success is sent on a {page.looked.kind} page, and nothing has been ordered",
            "call jirafe_api.order.success on the receipt alone, once the order is placed and paid",
            event="order_success",
        )


def _events(page: PageSeen) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each call that the protocol knows, with the event that its arguments amount to."""
    for call in page.looked.calls:
        name, (_org, _site, *rest) = (
            str(call["name"]),
            (*call["arguments"], None, None)[: max(len(call["arguments"]), 2)],
        )
        if name == "pageview":
            kind, data = (*rest, None, None)[:2]
            yield name, {"event_type": "pageview", **_given(data), "page_type": kind}
        elif name in _EVENTS:
            yield name, {"event_type": _EVENTS[name], **_given(rest[0] if rest else None)}


def _given(data: Any) -> Mapping[str, Any]:
    """The fields of an argument; what a page leaves undefined or null it has not given."""
    return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else {}


def _as_called(page: PageSeen, call: str, finding: Finding) -> Iterator[Finding]:
    """A finding about a body, said of the call: what the tracker converts is a warning, an old name an error."""
    pointer = re.sub(r"^/data/0", "", finding.evidence.pointer or "")
    value = finding.evidence.value
    if (pointer.endswith(_EMAIL) and value == "") or (pointer == "/attribution" and value == []):
        return
    is_number = isinstance(value, int | float) and finding.evidence.allowed == "a string"
    is_old_name = pointer == "/search/term"
    severity = Severity.ERROR if is_old_name else Severity.WARNING if is_number else finding.severity
    code = "wrong-field" if is_old_name else "lenient-value" if is_number else finding.code
    says = finding.message.partition(": ")[2]
    if is_old_name:
        says = 'search.term is no field of the protocol; "keyword" is'
    yield replace(
        finding,
        code=code,
        severity=severity,
        message=f"jirafe_api.{call} is called with what the protocol does not take: {says}",
        hint=f"in the snippet, {finding.hint}",
        step=page.step.number,
        place=finding.place,
        evidence=replace(finding.evidence, url=page.url),
    )
