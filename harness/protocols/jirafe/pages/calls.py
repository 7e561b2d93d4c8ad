"""A page's calls of the tracker, checked against the protocol's schemas and rules before any script converts them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import json_pointer
from harness.protocols.jirafe.pages.snippet import StorePage
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.validate import validate

_EVENTS: Final = {
    "order.success": "order_success",
    "cart.add": "add_item_to_cart",
    "cart.remove": "remove_item_from_cart",
    "cart.edit": "edit_cart",
    "funnel": "funnel",
}
_ANNOTATIONS: Final = {"description", "enum"}


def called_events(page: StorePage) -> list[str]:
    """The types of the events that the page's calls create."""
    return [event["event_type"] for _call, event in _events(page)]


def call_findings(page: StorePage) -> Iterator[Finding]:
    """Wrong arguments of the page's calls, and an order_success where no order can have been placed."""
    for call, event in _events(page):
        wrapper = {"org": "", "site": "0", "data": [event]}
        converted = _converted_numbers(wrapper)
        for finding in validate(wrapper):
            if finding.place.startswith("/data"):
                yield from _call_finding(page, call, event, finding, is_converted=finding.place in converted)
    if "order_success" in (*called_events(page), *(event.type for event in page.step.events)):
        yield page.finding(
            "unexpected-event",
            f"order_success is sent on a {page.inspected.kind} page, although no order was placed",
            "Call jirafe_api.order.success on the receipt only, after the order is placed and paid.",
            event="order_success",
        )


def _events(page: StorePage) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each call of a known function, with the event that it creates. The first two arguments are org and site."""
    for call in page.inspected.calls:
        name, arguments = str(call["name"]), [*call["arguments"][2:], None, None]
        if name == "pageview":
            yield name, {"event_type": "pageview", **_fields(arguments[1]), "page_type": arguments[0]}
        elif name in _EVENTS:
            yield name, {"event_type": _EVENTS[name], **_fields(arguments[0])}


def _fields(argument: Any) -> Mapping[str, Any]:
    """The fields of an argument, without those that are null or undefined."""
    return {key: value for key, value in argument.items() if value is not None} if isinstance(argument, dict) else {}


def _converted_numbers(wrapper: dict[str, Any]) -> set[str]:
    """The JSON pointers of numbers that the tracker converts to the required string."""
    return {
        json_pointer(tuple(error.absolute_path))
        for error in violations("wrapper", wrapper)
        if error.validator == "type"
        and error.validator_value == "string"
        and isinstance(error.instance, int | float)
        and isinstance(error.schema, dict)
        and not _ANNOTATIONS & error.schema.keys()
    }


def _call_finding(
    page: StorePage, call: str, event: Mapping[str, Any], finding: Finding, *, is_converted: bool
) -> Iterator[Finding]:
    """A finding about an event as one about the call. Values that the tracker converts are warnings, old names errors."""
    pointer, value = finding.place.removeprefix("/data/0"), finding.evidence.value
    if (pointer.endswith("/customer/email") and value == "") or (pointer == "/attribution" and value == []):
        return
    code, severity = finding.code, finding.severity
    text = finding.message.removeprefix(f"{event['event_type']}: ")
    if pointer == "/search/term":
        code, severity = "wrong-field", Severity.ERROR
        text = 'search.term is not a field of the protocol; use "keyword"'
    elif is_converted:
        code, severity = "lenient-value", Severity.WARNING
    yield replace(
        finding,
        code=code,
        severity=severity,
        message=f"jirafe_api.{call} is called with a wrong argument: {text}",
        hint=f"Correct the call in the snippet. {finding.hint}",
        step=page.step.number,
        evidence=replace(finding.evidence, url=page.url),
    )
