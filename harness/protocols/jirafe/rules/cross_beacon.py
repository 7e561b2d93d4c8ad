"""Wrappers checked against each other, without pages: claims in one that a later one may contradict."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.events import Reading
from harness.findings import Evidence, Finding
from harness.judge.expectation_findings import quoted
from harness.protocol import Claim
from harness.protocols.jirafe.finding_text import MAX_IN_EVIDENCE, MAX_IN_MESSAGE, truncate
from harness.protocols.jirafe.rules.wrappers import HINTS

ORDER, VISIT, IDS = "order", "visit", "ids"
_CONSTANT: Final = ("visitor", "landing_url", "referrer_url", "user_agent")


def claims(reading: Reading) -> tuple[Claim, ...]:
    """An order is sent once; the values of a visit do not change; its two ids keep their fields."""
    return (*_order_claims(reading), *_visit_claims(reading))


def contradiction(first: Claim, later: Claim) -> Finding | None:
    """The finding where two claims contradict each other."""
    if later.rule == ORDER:
        return _duplicate_order(later)
    if first.value == later.value:
        return None
    return _swapped(first, later) if later.rule == IDS else _changed(first, later)


def page_view_urls(reading: Reading) -> tuple[str, ...]:
    """The page's URL, once for each pageview in the wrapper."""
    url = _part(reading, "page").get("current_url")
    views = sum(event.type == "pageview" for event in reading.events)
    return (url,) * views if isinstance(url, str) else ()


def _order_claims(reading: Reading) -> Iterator[Claim]:
    site = reading.envelope.get("site")
    for event in reading.events:
        order = event.body.get("order")
        number = order.get("num") if isinstance(order, Mapping) else None
        if event.type == "order_success" and isinstance(number, str):
            yield Claim(ORDER, _key(site, number), number, event.pointer)


def _visit_claims(reading: Reading) -> Iterator[Claim]:
    site, visit = reading.envelope.get("site"), _part(reading, "visit")
    own, visitor = visit.get("id"), visit.get("visitor")
    if not isinstance(own, str) or not own:
        return  # an empty id names no visit (errata 39)
    values = {name: truncate(visit[name], MAX_IN_EVIDENCE) for name in _CONSTANT if isinstance(visit.get(name), str)}
    yield Claim(VISIT, _key(site, own), json.dumps(values), "/visit")
    if isinstance(visitor, str) and visitor != own:
        yield Claim(IDS, _key(site, *sorted((own, visitor))), own, "/visit/id")


def _duplicate_order(later: Claim) -> Finding:
    number = truncate(later.value, MAX_IN_EVIDENCE)
    return Finding(
        code="duplicate-event",
        message=f"order_success was sent more than once for order {quoted(truncate(number, MAX_IN_MESSAGE))}",
        hint="Send it when the receipt is shown for the first time, and not when it is shown again.",
        evidence=Evidence(event="order_success", pointer=later.pointer, value=number),
    )


def _swapped(first: Claim, later: Claim) -> Finding:
    message = (
        f"visit.id and visit.visitor are swapped: visit.id is {quoted(later.value)}, which was visit.visitor before"
    )
    evidence = Evidence(event=None, pointer=later.pointer, value=later.value, allowed=first.value)
    return Finding(code="swapped-ids", message=message, hint=HINTS["swapped-ids"], evidence=evidence)


def _changed(first: Claim, later: Claim) -> Finding | None:
    """The first of the values that changed. A value in only one of the two has not changed."""
    before, now = json.loads(first.value), json.loads(later.value)
    name = next((name for name in _CONSTANT if name in before and name in now and before[name] != now[name]), None)
    if name is None:
        return None
    message = f"visit.{name} changed from {quoted(before[name])} to {quoted(now[name])} within one visit"
    evidence = Evidence(event=None, pointer=f"/visit/{name}", value=now[name], allowed=before[name])
    return Finding(code="visit-changed", message=message, hint=HINTS["visit-changed"], evidence=evidence)


def _part(reading: Reading, name: str) -> Mapping[str, Any]:
    value = reading.envelope.get(name)
    return value if isinstance(value, Mapping) else {}


def _key(*parts: object) -> str:
    return json.dumps(parts)
