"""Wrappers held against each other, where nothing is known of the pages: what each says that a later one may contradict."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from harness.events import Reading
from harness.findings import Evidence, Finding
from harness.judge.expectations import quoted
from harness.protocol import Claim
from harness.protocols.jirafe.finding_text import IN_EVIDENCE, clipped

ORDER, VISIT, IDS = "order", "visit", "ids"
_WHOLE_VISIT: Final = ("visitor", "landing_url", "referrer_url", "user_agent")


def claims(reading: Reading) -> tuple[Claim, ...]:
    """An order is told once; what belongs to a visit stays as it is; two ids keep their places."""
    return (*_orders(reading), *_visits(reading))


def contradiction(first: Claim, later: Claim) -> Finding | None:
    """What is wrong where both claims were made."""
    if later.rule == ORDER:
        return _order_again(later)
    if first.value == later.value:
        return None
    return _swapped(first, later) if later.rule == IDS else _changed(first, later)


def page_view_urls(reading: Reading) -> tuple[str, ...]:
    """The URL of the page, once for each pageview in the wrapper."""
    url = _part(reading, "page").get("current_url")
    views = sum(event.type == "pageview" for event in reading.events)
    return (url,) * views if isinstance(url, str) else ()


def _orders(reading: Reading) -> Iterator[Claim]:
    site = reading.envelope.get("site")
    for event in reading.events:
        order = event.body.get("order")
        number = order.get("num") if isinstance(order, Mapping) else None
        if event.type == "order_success" and isinstance(number, str):
            yield Claim(ORDER, _key(site, number), number, event.pointer)


def _visits(reading: Reading) -> Iterator[Claim]:
    site, visit = reading.envelope.get("site"), _part(reading, "visit")
    own, visitor = visit.get("id"), visit.get("visitor")
    if not isinstance(own, str):
        return
    said = {name: clipped(visit[name], IN_EVIDENCE) for name in _WHOLE_VISIT if isinstance(visit.get(name), str)}
    yield Claim(VISIT, _key(site, own), json.dumps(said), "/visit")
    if isinstance(visitor, str) and visitor != own:
        yield Claim(IDS, _key(site, *sorted((own, visitor))), own, "/visit/id")


def _order_again(later: Claim) -> Finding:
    return Finding(
        code="duplicate-event",
        message=f"order_success was sent more than once for order {quoted(clipped(later.value, 80))}",
        hint="send it when the receipt is shown for the first time, and not when it is shown again",
        evidence=Evidence(event="order_success", pointer=later.pointer, value=clipped(later.value, IN_EVIDENCE)),
    )


def _swapped(first: Claim, later: Claim) -> Finding:
    return Finding(
        code="swapped-ids",
        message=f"visit.id and visit.visitor have changed places: {quoted(later.value)} is the visit here, and was the visitor",
        hint="read visit.id from jirafe_vid and visit.visitor from jirafe_vis",
        evidence=Evidence(event=None, pointer=later.pointer, value=later.value, allowed=first.value),
    )


def _changed(first: Claim, later: Claim) -> Finding | None:
    """Of several values that changed the first is told; a value that only one of them has is none."""
    before, now = json.loads(first.value), json.loads(later.value)
    changed = [name for name in _WHOLE_VISIT if name in before and name in now and before[name] != now[name]]
    if not changed:
        return None
    name = changed[0]
    return Finding(
        code="visit-changed",
        message=f"visit.{name} changed within a visit, from {quoted(before[name])} to {quoted(now[name])}",
        hint="keep it in a cookie for the length of the visit, and change it only when a new visit starts",
        evidence=Evidence(event=None, pointer=f"/visit/{name}", value=now[name], allowed=before[name]),
    )


def _part(reading: Reading, name: str) -> Mapping[str, Any]:
    value = reading.envelope.get(name)
    return value if isinstance(value, Mapping) else {}


def _key(*parts: object) -> str:
    return json.dumps(parts)
