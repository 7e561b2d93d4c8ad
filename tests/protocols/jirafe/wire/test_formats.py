"""The format checks accept valid values and reject others."""

import pytest

from harness.protocols.jirafe.wire.formats import FORMATS, is_utc

RIGHT = {
    "date-time": ["2013-06-03T16:41:11.600Z", "2024-02-29T00:00:00+00:00", "2013-06-03T16:41:11-07:00"],
    "date": ["2013-06-03", "2024-02-29"],
    "email": ["a@b.de", "j.o'hara+x@sub.example.com", "root@localhost", "jörg@bücher.example"],
    "uri": ["https://shop.test/a.svg?b=c#d", "http://[::1]:80/", "urn:isbn:1", "http://localhost:8000", "data:,x%20y"],
}
WRONG = {
    "date-time": [
        *("2013-06-03", "2013-06-03T16:41:11", "2013-02-29T00:00:00Z", "2013-06-03 16:41:11Z", "2013-06-03T24:00:00Z"),
        *("2013-06-03T16:41:11Z\n", "yesterday", ""),
    ],
    "date": ["", "2013-6-3", "2013-02-29", "2013-06-03T00:00:00Z", "20130603", "2013-06-03\n", "２０１３-06-03"],
    "email": ["", "a", "a@", "@b.de", "a b@c.de", "a@b@c.de", "a@b..de", "a@-b.de", "a@b.de\n"],
    "uri": [
        *("", "a.svg", "/a.svg", "//shop.test/a.svg", "https://", "https:///a", "http://a/b c", "http://a:99999/"),
        "http://a/%zz",
    ],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_a_valid_value_is_accepted(name: str, value: str) -> None:
    assert FORMATS.conforms(value, name)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_wrong_value_is_rejected(name: str, value: str) -> None:
    assert not FORMATS.conforms(value, name)


@pytest.mark.parametrize("name", RIGHT)
def test_a_value_that_is_not_a_string_passes(name: str) -> None:
    assert FORMATS.conforms(7, name)


def test_no_other_format_is_checked() -> None:
    assert set(FORMATS.checkers) == set(RIGHT)


@pytest.mark.parametrize(("value", "right"), [("…Z", True), ("…+00:00", True), ("…-00:00", False), ("…+02:00", False)])
def test_utc_has_a_z_or_a_zero_offset(value: str, right: bool) -> None:
    assert is_utc(value) is right


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2013-06-03t16:41:11z", True),
        ("2013-06-03T16:41:11+0000", True),
        ("2013-06-03T16:41:11-0000", True),
        ("2013-06-03T16:41:11+0200", False),
    ],
)
def test_lower_case_and_a_zero_offset_without_colon_are_accepted(value: str, right: bool) -> None:
    assert FORMATS.conforms(value, "date-time") is right
