"""Bodies for the protocol's tests: corrected published examples, a valid event of each type, and their findings."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from harness.findings import Finding, Severity
from harness.protocols.jirafe.wire.validate import validate
from support import published_examples as published

LINE_ITEM = {
    "name": "Tumbler",
    "sku_code": "1-blue",
    "product_code": "1",
    "images": ["https://shop.test/images/tumbler.svg"],
    "price": "19.99",
    "quantity": "2",
    "total_price": "39.98",
    "currency": "EUR",
}

EVENTS: dict[str, dict[str, Any]] = {
    "pageview": {
        "event_type": "pageview",
        "page_type": "product",
        "product": {"name": "Tumbler", "sku_code": "1", "product_code": "1"},
        "customer": {"id": "007", "lastname": "Bond", "firstname": "James", "email": "james@example.com"},
        "attribution": ["search", "google"],
    },
    "visit": {"event_type": "visit"},
    "add_item_to_cart": {"event_type": "add_item_to_cart", "cart": {"id": "8"}, "line_item": LINE_ITEM},
    "remove_item_from_cart": {"event_type": "remove_item_from_cart", "cart": {"id": "8"}, "line_item": LINE_ITEM},
    "edit_cart": {"event_type": "edit_cart", "cart": {"id": "8"}, "line_item": LINE_ITEM},
    "order_success": published.EVENTS["order success"],
    "funnel": published.EVENTS["funnel"],
}

PAGES: dict[str, dict[str, Any]] = {
    "product": EVENTS["pageview"],
    "category": published.EVENTS["category page"],
    "search": published.EVENTS["search page"],
}

_REFERRER = "http://www.google.com?s=spectre"
_ATTRIBUTION = {"tag_attribution": ["newsletter"], "rule_attribution": ["search", "google"]}
_WRAPPER: dict[str, Any] = {
    **published.WRAPPER,
    "page": {**published.WRAPPER["page"], "referrer_url": _REFERRER},
    "visit": {**published.WRAPPER["visit"], **_ATTRIBUTION},
}


def wrapper(*events: dict[str, Any]) -> dict[str, Any]:
    return _copied({**_WRAPPER, "data": list(events or EVENTS.values())})


def changed(
    pointer: str, value: Any = None, *, remove: bool = False, rename: str | None = None, body: Any = None
) -> Any:
    """A valid wrapper with one place changed: set to `value`, removed, or renamed."""
    body = wrapper() if body is None else _copied(body)
    *parents, last = [int(part) if part.isdigit() else part for part in pointer[1:].split("/")]
    place = body
    for part in parents:
        place = place[part]
    if rename is not None:
        place[rename] = place.pop(last)
    elif remove:
        del place[last]
    else:
        place[last] = value
    return body


_PIXEL: dict[str, Any] = {
    "sid": "1",
    "ts": "2026-01-31T09:00:00.000Z",
    "ct": "Home",
    "cu": "https://shop.test/",
    "pt": "other",
    "rt": "*none*",
    "ru": "",
    "vid": "11",
    "vis": "22",
    "vlnd": "https://shop.test/",
    "vref": "",
    "uag": "x",
    "ratr": ["direct"],
}


def pixel_query(event: dict[str, Any] | None = None, **parameters: Any) -> str:
    """The query of a valid tracking pixel with these parameters changed; None removes one."""
    given = {**_PIXEL, "ev": EVENTS["visit"] if event is None else event, **parameters}
    return urlencode(list(flat({name: value for name, value in given.items() if value is not None})))


def flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The pairs of a nested object, as in `ev[bar][baz]=2`."""
    if not isinstance(value, dict | list):
        yield name, json.dumps(value) if isinstance(value, bool) else str(value)
        return
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield from flat(part, f"{name}[{key}]" if name else key)


def as_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()


def _copied(value: Any) -> Any:
    return json.loads(json.dumps(value))  # unlike deepcopy, gives each line item its own copy


INDEX = {name: index for index, name in enumerate(EVENTS)}


def at(event: str, *fields: str) -> str:
    """The pointer to a field of the event of that type in `wrapper()`."""
    return "/".join(("/data", str(INDEX[event]), *fields))


def the_finding(body: Any) -> Finding:
    (finding,) = validate(body)
    return finding


def errors(body: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in validate(body) if finding.severity is Severity.ERROR]


def warnings(body: Any) -> list[tuple[str, str]]:
    return [(finding.code, finding.place) for finding in validate(body) if finding.severity is Severity.WARNING]
