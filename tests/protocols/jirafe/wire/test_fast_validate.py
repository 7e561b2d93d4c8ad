"""The fast validator accepts common valid bodies, and nothing that jsonschema refuses."""

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft4Validator
from support.document_strategies import RIGHT, documents
from support.jirafe_bodies import EVENTS, PAGES, wrapper
from support.jirafe_strategies import ANY_JSON, disturbed

from harness.protocols.jirafe import schemas
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.schemas import validator
from harness.protocols.jirafe.wire import fast_validate as fast
from harness.protocols.jirafe.wire.decode import MAX_DEPTH
from harness.protocols.jirafe.wire.fast_validate import accepts, violations
from harness.protocols.jirafe.wire.formats import FORMATS

NAMES = sorted(schemas.documents())
at_leisure = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=200)
Sample = tuple[str, Any]
"""The name of a schema, and a value to validate."""

DATES = [
    *("2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5+00:00", "2013-02-30T00:00:00Z", "2012-02-29T00:00:00Z"),
    *("2013-06-17T24:00:00Z", "2013-06-17t15:16:10z", "2013-06-17 15:16:10Z", "2013-06-17T15:16:10"),
    *("2013-06-17T15:16:10,5Z", "2013-06-17T15:16:10+24:00", "2013-06-17T15:16:10-00:00", "2013-06-17T15:16:10Z\n"),
    *("٢٠١٣-06-17T15:16:10Z", "0000-01-01T00:00:00Z", "2013-06-17T15:16:10.123456789012345678901Z", ""),
]
ADDRESSES = [
    *("a@b", "a@b.", "a@[127.0.0.1]", '"a b"@c.test', "ä@ö.test", "a@b\n", "@", "a@-b", "a@b-", "a@b_c", "a@b..c"),
]
URLS = [
    *("http:", "http://", "http://a b", "http://[::1", "//a", "a:b", "http://a:99999/", "http://a/%zz", "x:\n"),
    "http://ä",
]
NUMBERS = [
    2**53,
    2**53 + 1,
    float(2**53),
    2**63,
    2**64,
    10**30,
    10**4000,
    -(10**4000),
    1e308,
    5e-324,
    -0.0,
    1.0,
    math.nan,
]
TEXTS = ["\ud800", "\udfff\ud800", "\x00", "EUR\n", "1\n", "١", "１", "0.1", "e\u0301", "😀", "1e3", "٣.٥"]
DEEP: list[Any] = [[], {}]
for _ in range(MAX_DEPTH):
    DEEP = [[DEEP[0]], {"items": DEEP[1]}]
ODD = st.sampled_from([*DATES, *ADDRESSES, *URLS, *NUMBERS, *TEXTS, *DEEP, None, True, False, 0, 1]).map(copy.deepcopy)
BODIES: list[Sample] = [
    *((SentDocument(*right).schema_name, right[2]) for right in RIGHT),
    *(("wrapper", wrapper(event)) for event in [*EVENTS.values(), *PAGES.values()]),
    *((event["event_type"], event) for event in [*EVENTS.values(), *PAGES.values()]),
]


@st.composite
def odd_at_a_place(draw: st.DrawFn) -> Sample:
    """A valid body with an odd value at one place, or with equal or similar items in a list."""
    name, right = draw(st.sampled_from(BODIES))
    body = copy.deepcopy(right)
    container, key = draw(st.sampled_from(list(_places(body))))
    if isinstance(container[key], list) and draw(st.booleans()):
        container[key] = container[key] * 2 + draw(st.lists(ODD, max_size=2))
    else:
        container[key] = draw(st.sampled_from(_akin(container[key]) or TEXTS) | ODD | ANY_JSON)
    return name, body


def _akin(value: Any) -> list[str]:
    """Odd texts of the value's format, if it has one."""
    text = value if isinstance(value, str) else ""
    kinds = [(DATES, "T1" in text and ":" in text), (ADDRESSES, "@" in text), (URLS, "://" in text)]
    return next((odd for odd, is_akin in kinds if is_akin), [])


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from _places(inner)


SAMPLES = st.one_of(
    odd_at_a_place(),
    documents().map(lambda sent: (sent.schema_name, sent.value)),
    disturbed().map(lambda body: ("wrapper", body)),
    st.tuples(st.sampled_from(NAMES), ANY_JSON | ODD | st.lists(ODD, max_size=3)),
)


@given(SAMPLES)
@settings(at_leisure, max_examples=300)
def test_a_quickly_accepted_value_is_valid(sample: Sample) -> None:
    name, value = sample
    assert not accepts(name, value) or validator(name).is_valid(value)


def wrongly_accepted() -> list[Sample]:
    """Valid bodies with one odd date, address or URL that only the fast validator accepts."""
    return [sample for sample in _odd_texts() if accepts(*sample) and not validator(sample[0]).is_valid(sample[1])]


def _odd_texts() -> Iterator[Sample]:
    for name, right in BODIES:
        body = copy.deepcopy(right)
        for container, key in list(_places(body)):
            was = container[key]
            for text in _akin(was):
                container[key] = text
                yield name, body
            container[key] = was


def test_no_invalid_date_address_or_url_is_accepted_quickly() -> None:
    assert wrongly_accepted() == []


@given(SAMPLES)
@at_leisure
def test_the_violations_are_those_of_jsonschema(sample: Sample) -> None:
    name, value = sample
    found, right = (
        [error.message for error in each] for each in (violations(*sample), validator(name).iter_errors(value))
    )
    assert list(found) == list(right)


@pytest.mark.parametrize(("name", "body"), BODIES, ids=[name for name, _ in BODIES])
def test_a_valid_body_is_accepted_quickly(name: str, body: Any) -> None:
    assert accepts(name, body)


@pytest.mark.parametrize(
    "value", [{"id": "\ud800"}, {"\ud800": 1}, {"subtotal": math.nan}, {1: 2}], ids=["text", "key", "NaN", "no JSON"]
)
def test_values_that_the_fast_validator_cannot_read_are_not_accepted_quickly(value: Any) -> None:
    assert not accepts("v2/cart", value)


def without(*formats: str) -> Callable[[str], Draft4Validator]:
    """Fast validators that check these formats themselves."""
    checks = {name: check for name, (check, _) in FORMATS.checkers.items() if name not in formats}

    def compiled(name: str) -> Draft4Validator:
        return Draft4Validator(dict(schemas.schema(name)), formats=checks, validate_formats=True)

    return compiled


@pytest.mark.parametrize(
    "compiled",
    [
        without("date-time"),
        without("email"),
        without("uri"),
        lambda name: Draft4Validator(dict(schemas.schema(name)), validate_formats=False),
        lambda _name: Draft4Validator({"type": "object"}),
    ],
    ids=["date-time", "email", "uri", "no formats", "another schema"],
)
def test_a_fast_validator_that_accepts_too_much_is_detected(
    compiled: Callable[[str], Draft4Validator], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast, "_compiled", compiled)
    assert wrongly_accepted()
