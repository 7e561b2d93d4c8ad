"""Ways to break what stands around the events: the visit, the page, the time, the site."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from harness.json_matching import MISSING
from harness.protocols.jirafe.mutations.field_edit import AROUND, Change, Edit, Spot, look, says
from harness.protocols.jirafe.mutations.values import first, previous

_WRONG: Final = ("wrong-value", "visit-changed")
_NOISE_S: Final = 10
"""Times that lie nearer than this, in seconds, are not told apart."""


def value(name: str, about: str, field: str, change: Change, *codes: str, always: bool = False) -> Edit:
    """An edit of one field of the wrapper, of which a good judge says that this field is wrong."""
    expected = [says(code, field) for code in codes or _WRONG]
    return Edit(name=name, about=about, types=AROUND, field=field, change=change, expected=expected, always=always)


def visit(
    name: str,
    about: str,
    of: str,
    change: Callable[[dict[str, Any], Spot], None],
    codes: Sequence[str] = _WRONG,
    *,
    others: Sequence[str] = (),
) -> Edit:
    """An edit of the visit, of which `of` is the field to speak of; a good judge may name one of the `others`."""

    def changed(spot: Spot) -> Any:
        requests = dict(spot.value)
        change(requests, spot)
        return requests

    expected = [says(code, f"/visit/{each}") for each in (of, "id", "visitor", *others) for code in codes]
    return Edit(
        name=name,
        about=about,
        types=AROUND,
        field="/visit",
        of=f"/visit/{of}",
        change=changed,
        expected=expected,
        always=True,
    )


def _swap_ids(requests: dict[str, Any], _spot: Spot) -> None:
    if "id" in requests and "visitor" in requests:
        requests["id"], requests["visitor"] = requests["visitor"], requests["id"]


def _fresh_id(field: str) -> Callable[[dict[str, Any], Spot], None]:
    def change(requests: dict[str, Any], spot: Spot) -> None:
        if spot.earlier and field in requests:
            requests[field] = f"7{len(spot.earlier):03}"

    return change


def _set(field: str, new: Callable[[Spot], Any]) -> Callable[[dict[str, Any], Spot], None]:
    def change(requests: dict[str, Any], spot: Spot) -> None:
        replaced = new(spot)
        if field in requests and replaced is not MISSING:
            requests[field] = replaced

    return change


def _no_attribution(requests: dict[str, Any], spot: Spot) -> None:
    if spot.earlier:
        for name in ("tag_attribution", "rule_attribution", "attribution"):
            requests.pop(name, None)


def _direct(requests: dict[str, Any], spot: Spot) -> None:
    if spot.earlier and ("rule_attribution" in requests or "tag_attribution" in requests):
        requests.pop("tag_attribution", None)
        requests["rule_attribution"] = ["direct"]


def _first_attribution(requests: dict[str, Any], spot: Spot) -> None:
    for name in ("tag_attribution", "rule_attribution"):
        if name in requests and name in spot.first:
            requests[name] = spot.first[name]


def _merge_visits(requests: dict[str, Any], spot: Spot) -> None:
    requests.update({name: spot.first[name] for name in ("id", "landing_url", "referrer_url") if name in spot.first})


def _shifted(delta: timedelta, suffix: str = "Z") -> Change:
    def change(spot: Spot) -> Any:
        time = _time(spot.value)
        return spot.value if time is None else (time + delta).strftime("%Y-%m-%dT%H:%M:%S") + suffix

    return change


def _at(when: Callable[[Spot], Any]) -> Change:
    """Another time, where it is another."""

    def change(spot: Spot) -> Any:
        new, now, then = when(spot), _time(spot.value), _time(when(spot))
        return new if now and then and abs((now - then).total_seconds()) > _NOISE_S else spot.value

    return change


def _time(text: Any) -> datetime | None:
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time


def _seconds(spot: Spot) -> Any:
    time = _time(spot.value)
    return spot.value if time is None else int(time.timestamp())


def _landing_page(requests: dict[str, Any], _spot: Spot) -> None:
    requests["landing_url"] = str(requests.get("landing_url", "")).partition("?")[0]


def _number(spot: Spot) -> Any:
    return int(spot.value) if spot.value.isdigit() else spot.value


def _page(field: str) -> Callable[[Spot], Any]:
    return lambda spot: look(spot.wrapper, f"/page/{field}")


def _title_of_the_browser(spot: Spot) -> Any:
    return look(spot.wrapper, "/page/current_url")


VISITS: Final = (
    visit("ids-swapped", "visit and visitor swapped", "id", _swap_ids, ("swapped-ids",)),
    visit("visit-id-rotated", "a new visit on every page", "id", _fresh_id("id")),
    visit("visitor-rotated", "a new visitor on every page", "visitor", _fresh_id("visitor")),
    visit("visit-id-constant", "the same for every shopper", "id", _set("id", lambda _spot: "1")),
    visit("visitor-constant", "the same for every shopper", "visitor", _set("visitor", lambda _spot: "1")),
    visit(
        "visit-id-of-the-visitor",
        "the visitor's id in both places",
        "id",
        _set("id", lambda spot: spot.value.get("visitor")),
    ),
    visit(
        "visit-id-kept", "the id of the first visit, kept for good", "id", _set("id", lambda spot: spot.first.get("id"))
    ),
    visit(
        "visits-merged", "the first visit, kept for good", "id", _merge_visits, others=("landing_url", "referrer_url")
    ),
    visit("landing-moves", "the page that is up", "landing_url", _set("landing_url", _page("current_url"))),
    visit("landing-without-query", "without its query", "landing_url", _landing_page),
    visit("visit-referrer-moves", "the page before", "referrer_url", _set("referrer_url", _page("referrer_url"))),
    visit("visit-referrer-lost", "empty", "referrer_url", _set("referrer_url", lambda _spot: "")),
    visit("user-agent-constant", "made up", "user_agent", _set("user_agent", lambda _spot: "Mozilla/5.0")),
    visit(
        "attribution-lost",
        "lost after the landing page",
        "tag_attribution",
        _no_attribution,
        others=("rule_attribution",),
    ),
    visit(
        "attribution-reset", "direct after the landing page", "rule_attribution", _direct, others=("tag_attribution",)
    ),
    visit(
        "attribution-kept",
        "that of the first visit, kept for good",
        "tag_attribution",
        _first_attribution,
        others=("rule_attribution",),
    ),
)

PAGES: Final = (
    value("url-stale", "the page before", "/page/current_url", previous),
    value("url-stuck", "the page that was shown first", "/page/current_url", first, always=True),
    value("url-without-query", "without its query", "/page/current_url", lambda spot: spot.value.partition("?")[0]),
    value(
        "url-of-another-host",
        "a host of a developer's",
        "/page/current_url",
        lambda spot: spot.value.replace("://", "://dev."),
        always=True,
    ),
    value("title-stale", "the page before", "/page/current_title", previous),
    value(
        "title-is-url", "the address in place of the title", "/page/current_title", _title_of_the_browser, always=True
    ),
    value("referrer-stale", "the referrer of the page before", "/page/referrer_url", previous),
    value("referrer-is-self", "the page itself", "/page/referrer_url", _page("current_url")),
    value("referrer-lost", "empty", "/page/referrer_url", lambda _spot: "", always=True),
    value("type-stale", "the type of the page before", "/page/current_type", previous),
    value("type-stuck", "the type of the first page", "/page/current_type", first, always=True),
    value(
        "referrer-type-constant", "as if no page referred", "/page/referrer_type", lambda _spot: "*none*", always=True
    ),
    value("referrer-type-stale", "the type before", "/page/referrer_type", previous),
)

TIMES: Final = (
    value(
        "time-local",
        "the shopper's local time, as if it were UTC",
        "/timestamp",
        _shifted(timedelta(hours=2)),
        "clock-skew",
        always=True,
    ),
    value(
        "time-without-offset",
        "without an offset",
        "/timestamp",
        _shifted(timedelta(), ""),
        "date-format",
        "schema",
        always=True,
    ),
    value(
        "time-local-without-offset",
        "local, and without an offset",
        "/timestamp",
        _shifted(timedelta(hours=2), ""),
        "date-format",
        "schema",
        "clock-skew",
        always=True,
    ),
    value(
        "time-with-offset",
        "with an offset other than UTC's",
        "/timestamp",
        _shifted(timedelta(hours=2), "+02:00"),
        "date-format",
        always=True,
    ),
    value(
        "time-days-off",
        "a clock three days behind",
        "/timestamp",
        _shifted(timedelta(days=-3)),
        "clock-skew",
        always=True,
    ),
    value("time-stale", "when the request before was sent", "/timestamp", _at(previous), "clock-skew"),
    value("time-stuck", "when the first request was sent", "/timestamp", _at(first), "clock-skew", always=True),
    value("time-in-seconds", "seconds since 1970", "/timestamp", _seconds, "schema", "date-format", always=True),
    value(
        "time-in-words",
        "a date for people",
        "/timestamp",
        lambda _spot: "Sun Nov 22 2026 17:00:00",
        "date-format",
        always=True,
    ),
)

SITES: Final = (
    value("site-as-number", "a number", "/site", _number, "schema", always=True),
    value("org-as-number", "a number", "/org", lambda _spot: 1, "schema", always=True),
    value("site-empty", "empty", "/site", lambda _spot: "", "schema", always=True),
    value("customer-of-another", "everybody is the same customer", "/customer/id", lambda _spot: "1", always=True),
)

MUTATIONS: Final = (*VISITS, *PAGES, *TIMES, *SITES)
