"""The published encoding of an event in a query: decoding, types, and the parameters in findings."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.jirafe_bodies import EVENTS, PAGES, flat, pixel_query

from harness.events import Beacon, Reading
from harness.protocols.jirafe.wire.pixel import match_route, read
from harness.protocols.jirafe.wire.pixel_query import PARAMETERS, decode_query

ADDRESS = "https://events.jirafe.com/v1/tracker/pixel.gif?"
SEEN = {"event_type": "pageview", "page_type": "other"}


def decoded(query: str, **options: Any) -> dict[str, Any]:
    return decode_query(ADDRESS + query, schema_name="pixel", **options).wrapper


def reading(query: str) -> Reading:
    beacon = Beacon(number=1, time=0.0, method="GET", url=ADDRESS + query, headers=(), body=b"", status=200)
    route = match_route(beacon.url)
    assert route is not None
    return read(beacon, route)


def test_every_parameter_has_its_place_in_the_wrapper() -> None:
    """Facts, section 3."""
    lists = {"tatr": ["a", "b"], "ratr": ["direct"], "ev": {"event_type": "visit"}}
    wrapper = decoded(urlencode(list(flat({name: lists.get(name, name.upper()) for name in PARAMETERS}))))
    assert wrapper == {
        "site": "SID",
        "timestamp": "TS",
        "page": {
            "current_title": "CT",
            "current_url": "CU",
            "current_type": "PT",
            "referrer_type": "RT",
            "referrer_url": "RU",
        },
        "visit": {
            "id": "VID",
            "visitor": "VIS",
            "landing_url": "VLND",
            "referrer_url": "VREF",
            "user_agent": "UAG",
            "tag_attribution": ["a", "b"],
            "rule_attribution": ["direct"],
        },
        "customer": {"id": "CID", "email": "CEM", "firstname": "CFN", "lastname": "CLN"},
        "data": [{"event_type": "visit"}],
    }


def test_the_published_example_of_a_nested_event() -> None:
    assert decoded("ev[foo]=1&ev[bar][baz]=2")["data"] == [{"foo": "1", "bar": {"baz": "2"}}]


@pytest.mark.parametrize("event", [*EVENTS.values(), *PAGES.values()], ids=[*EVENTS, *PAGES])
def test_every_event_survives_the_encoding_without_a_finding(event: dict[str, Any]) -> None:
    read_back = reading(pixel_query(event))
    assert (read_back.findings, [dict(item.body) for item in read_back.events]) == ((), [event])


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("ct=Lamp&ct=https://shop.test/1", {"current_title": "Lamp", "current_url": "https://shop.test/1"}),
        ("ct=https://shop.test/1&ct=Lamp", {"current_title": "Lamp", "current_url": "https://shop.test/1"}),
        ("ct=A&ct=B", {"current_title": "B"}),
        ("ct=A&cu=B", {"current_title": "A", "current_url": "B"}),
    ],
)
def test_the_title_s_parameter_may_also_be_that_of_the_url(query: str, page: dict[str, str]) -> None:
    assert decoded(query)["page"] == page


def test_the_type_of_the_event_may_be_that_of_the_address_or_named_type() -> None:
    assert decoded("ev[page_type]=cart", event_type="pageview")["data"][0]["event_type"] == "pageview"
    assert decoded("ev[type]=funnel", event_type="pageview")["data"] == [{"event_type": "funnel"}]
    assert decoded("ev[type]=A")["data"] == [{"type": "A"}]


def test_lists_without_numbers_are_in_order_and_lists_with_gaps_are_none() -> None:
    assert decoded("tatr[]=a&tatr[]=b")["visit"]["tag_attribution"] == ["a", "b"]
    assert decoded("tatr[1]=b&tatr[0]=a")["visit"]["tag_attribution"] == ["a", "b"]
    assert decoded("tatr[1]=b")["visit"]["tag_attribution"] == {"1": "b"}


def test_strings_become_what_the_schema_requires_and_no_more() -> None:
    (funnel,) = decoded("ev[event_type]=funnel&ev[step_position]=2&ev[last_step]=false&ev[step_name]=3")["data"]
    assert funnel == {"event_type": "funnel", "step_position": 2, "last_step": False, "step_name": "3"}
    (search,) = decoded("ev[event_type]=pageview&ev[search][page]=x&ev[search][keyword]=7")["data"]
    assert search["search"] == {"page": "x", "keyword": "7"}


@pytest.mark.parametrize(
    ("changes", "code", "message"),
    [
        ({"sid": None}, "schema", 'pixel: "site" is missing from the wrapper (parameter "sid")'),
        ({"vid": ""}, "schema", 'pixel: visit.id is ""; allowed: a non-empty string (parameter "vid")'),
        (dict.fromkeys(("vid", "vis", "vlnd", "vref", "uag", "ratr")), "missing-field", 'parameter "vid"'),
        ({"ts": "now"}, "date-format", '(parameter "ts")'),
        ({"tatr": list("abcdef")}, "schema", '(parameter "tatr")'),
        ({"sid": ["1"]}, "schema", '(parameter "sid")'),
    ],
)
def test_a_finding_about_the_wrapper_names_the_parameter(changes: dict[str, Any], code: str, message: str) -> None:
    (finding,) = reading(pixel_query(SEEN, **changes)).findings
    assert finding.code == code
    assert message in finding.message


def test_a_finding_about_the_event_names_its_field() -> None:
    (finding,) = reading(pixel_query({**SEEN, "page_type": "carts"})).findings
    assert finding.message.startswith('pageview: page_type is "carts"; the closest allowed value is "cart"')


def test_a_referrer_and_a_landing_page_may_be_absent() -> None:
    assert reading(pixel_query(SEEN, vref=None, vlnd=None, uag=None)).findings == ()


def test_a_repeated_parameter_is_a_warning() -> None:
    (finding,) = reading(pixel_query(SEEN) + "&vid=7").findings
    assert (finding.code, finding.severity, finding.place) == ("duplicate-key", "warning", "/visit/id")
    assert '"vid" appears more than once' in finding.message


@pytest.mark.parametrize("query", ["sid=%ff", "ev=1&ev[a]=2", "ev[a][b]=1&ev[a]=2", "ev" + "[a]" * 70 + "=1"])
def test_a_query_that_cannot_be_decoded_is_one_finding(query: str) -> None:
    (finding,) = reading(query).findings
    assert finding.code == "bad-json"


def test_other_parameters_are_ignored() -> None:
    assert decoded("_=123&data=%7B%7D&ev]=1&=2&[x]=3&&") == {}


@given(st.text(alphabet="evsidctr[]=&%+0123é\udc80#?", max_size=60))
def test_no_query_raises_an_error(query: str) -> None:
    reading(query)


@given(st.lists(st.tuples(st.sampled_from([*PARAMETERS, "ev[a]", "ev[a][0]", "ev[a][]"]), st.text(max_size=5))))
def test_no_query_of_known_parameters_raises_an_error(pairs: list[tuple[str, str]]) -> None:
    reading(urlencode(pairs, errors="replace"))
