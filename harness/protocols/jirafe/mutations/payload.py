"""Mutations of the payload around the events: the visit, the page, the timestamp, the site."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from harness.json_matching import MISSING
from harness.protocols.jirafe.mutations.field_edit import WRAPPER, Change, Edit, Place, expect, value_at
from harness.protocols.jirafe.mutations.values import always, first, previous

_WRONG: Final = ("wrong-value", "visit-changed")
_NOISE_S: Final = 10
"""Times that differ by less, in seconds, count as equal."""


def value(name: str, text: str, field: str, change: Change, *codes: str, systematic: bool = False) -> Edit:
    """Change one field of the wrapper. The expected finding is at this field."""
    expected = [expect(code, field) for code in codes or _WRONG]
    return Edit(
        name=name, text=text, types=WRAPPER, field=field, change=change, expected=expected, systematic=systematic
    )


def _time_edit(name: str, text: str, change: Change, *codes: str, systematic: bool = True) -> Edit:
    return value(name, text, "/timestamp", change, *codes, systematic=systematic)


def visit(
    name: str,
    text: str,
    of: str,
    change: Callable[[dict[str, Any], Place], None],
    codes: Sequence[str] = _WRONG,
    *,
    others: Sequence[str] = (),
) -> Edit:
    """Change the visit. `of` is the reported field; the expected finding is at it or at one of the `others`."""

    def changed(place: Place) -> Any:
        request = dict(place.value)
        change(request, place)
        return request

    expected = [expect(code, f"/visit/{each}") for each in (of, "id", "visitor", *others) for code in codes]
    edit = value(name, text, "/visit", changed, systematic=True)
    return replace(edit, of=f"/visit/{of}", expected=expected)


def _swap_ids(request: dict[str, Any], _spot: Place) -> None:
    if "id" in request and "visitor" in request:
        request["id"], request["visitor"] = request["visitor"], request["id"]


def _fresh_id(field: str) -> Callable[[dict[str, Any], Place], None]:
    def change(request: dict[str, Any], place: Place) -> None:
        if place.earlier and field in request:
            request[field] = f"7{len(place.earlier):03}"

    return change


def _set(field: str, new: Callable[[Place], Any]) -> Callable[[dict[str, Any], Place], None]:
    def change(request: dict[str, Any], place: Place) -> None:
        replaced = new(place)
        if field in request and replaced is not MISSING:
            request[field] = replaced

    return change


def _no_attribution(request: dict[str, Any], place: Place) -> None:
    if place.earlier:
        for name in ("tag_attribution", "rule_attribution", "attribution"):
            request.pop(name, None)


def _direct(request: dict[str, Any], place: Place) -> None:
    if place.earlier and ("rule_attribution" in request or "tag_attribution" in request):
        request.pop("tag_attribution", None)
        request["rule_attribution"] = ["direct"]


def _first_attribution(request: dict[str, Any], place: Place) -> None:
    for name in ("tag_attribution", "rule_attribution"):
        if name in request and name in place.first:
            request[name] = place.first[name]


def _merge_visits(request: dict[str, Any], place: Place) -> None:
    request.update({name: place.first[name] for name in ("id", "landing_url", "referrer_url") if name in place.first})


def _shifted(delta: timedelta, suffix: str = "Z") -> Change:
    def change(place: Place) -> Any:
        time = _time(place.value)
        return place.value if time is None else (time + delta).strftime("%Y-%m-%dT%H:%M:%S") + suffix

    return change


def _at(when: Callable[[Place], Any]) -> Change:
    """Return a change to another time, if it differs."""

    def change(place: Place) -> Any:
        new, now, then = when(place), _time(place.value), _time(when(place))
        return new if now and then and abs((now - then).total_seconds()) > _NOISE_S else place.value

    return change


def _time(text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _seconds(place: Place) -> Any:
    time = _time(place.value)
    return place.value if time is None else int(time.timestamp())


def _landing_page(request: dict[str, Any], _spot: Place) -> None:
    request["landing_url"] = str(request.get("landing_url", "")).partition("?")[0]


def _number(place: Place) -> Any:
    return int(place.value) if place.value.isdigit() else place.value


def _page(field: str) -> Callable[[Place], Any]:
    return lambda place: value_at(place.wrapper, f"/page/{field}")


VISITS: Final = (
    visit("ids-swapped", "visit and visitor swapped", "id", _swap_ids, ("swapped-ids",)),
    visit("visit-id-rotated", "a new visit on every page", "id", _fresh_id("id")),
    visit("visitor-rotated", "a new visitor on every page", "visitor", _fresh_id("visitor")),
    visit("visit-id-constant", "the same for every shopper", "id", _set("id", always("1"))),
    visit("visitor-constant", "the same for every shopper", "visitor", _set("visitor", always("1"))),
    visit(
        "visit-id-of-the-visitor",
        "the visitor id in both fields",
        "id",
        _set("id", lambda place: place.value.get("visitor")),
    ),
    visit(
        "visit-id-kept", "the id of the first visit, for ever", "id", _set("id", lambda place: place.first.get("id"))
    ),
    visit("visits-merged", "the first visit, for ever", "id", _merge_visits, others=("landing_url", "referrer_url")),
    visit("landing-moves", "the current page", "landing_url", _set("landing_url", _page("current_url"))),
    visit("landing-without-query", "without its query", "landing_url", _landing_page),
    visit("visit-referrer-moves", "the previous page", "referrer_url", _set("referrer_url", _page("referrer_url"))),
    visit("visit-referrer-lost", "empty", "referrer_url", _set("referrer_url", always(""))),
    visit("user-agent-constant", "a constant", "user_agent", _set("user_agent", always("Mozilla/5.0"))),
    visit(
        "attribution-lost",
        "missing after the landing page",
        "tag_attribution",
        _no_attribution,
        others=("rule_attribution",),
    ),
    visit(
        "attribution-reset", "direct after the landing page", "rule_attribution", _direct, others=("tag_attribution",)
    ),
    visit(
        "attribution-kept",
        "the attribution of the first visit, for ever",
        "tag_attribution",
        _first_attribution,
        others=("rule_attribution",),
    ),
)

PAGES: Final = (
    value("url-stale", "the previous page", "/page/current_url", previous),
    value("url-stuck", "the first page", "/page/current_url", first, systematic=True),
    value("url-without-query", "without its query", "/page/current_url", lambda place: place.value.partition("?")[0]),
    value(
        "url-of-another-host",
        "a development host",
        "/page/current_url",
        lambda place: place.value.replace("://", "://dev."),
        systematic=True,
    ),
    value("title-stale", "the previous page", "/page/current_title", previous),
    value("title-is-url", "the URL instead of the title", "/page/current_title", _page("current_url"), systematic=True),
    value("referrer-stale", "the referrer of the previous page", "/page/referrer_url", previous),
    value("referrer-is-self", "the page itself", "/page/referrer_url", _page("current_url")),
    value("referrer-lost", "empty", "/page/referrer_url", always(""), systematic=True),
    value("type-stale", "the type of the previous page", "/page/current_type", previous),
    value("type-stuck", "the type of the first page", "/page/current_type", first, systematic=True),
    value("referrer-type-constant", "always *none*", "/page/referrer_type", always("*none*"), systematic=True),
    value("referrer-type-stale", "the previous type", "/page/referrer_type", previous),
)

TIMES: Final = (
    _time_edit("time-local", "local time declared as UTC", _shifted(timedelta(hours=2)), "clock-skew"),
    _time_edit("time-without-offset", "without an offset", _shifted(timedelta(), ""), "date-format", "schema"),
    _time_edit(
        "time-local-without-offset",
        "local time without an offset",
        _shifted(timedelta(hours=2), ""),
        "date-format",
        "schema",
        "clock-skew",
    ),
    _time_edit(
        "time-with-offset", "with an offset other than UTC", _shifted(timedelta(hours=2), "+02:00"), "date-format"
    ),
    _time_edit("time-days-off", "a clock three days behind", _shifted(timedelta(days=-3)), "clock-skew"),
    _time_edit("time-stale", "the time of the previous request", _at(previous), "clock-skew", systematic=False),
    _time_edit("time-stuck", "the time of the first request", _at(first), "clock-skew"),
    _time_edit("time-in-seconds", "seconds since 1970", _seconds, "schema", "date-format"),
    _time_edit("time-in-words", "a date in words", always("Sun Nov 22 2026 17:00:00"), "date-format"),
)

SITES: Final = (
    value("site-as-number", "a number", "/site", _number, "schema", systematic=True),
    value("org-as-number", "a number", "/org", always(1), "schema", systematic=True),
    value("site-empty", "empty", "/site", always(""), "schema", systematic=True),
    value("customer-of-another", "the same for every shopper", "/customer/id", always("1"), systematic=True),
)

MUTATIONS: Final = (*VISITS, *PAGES, *TIMES, *SITES)
