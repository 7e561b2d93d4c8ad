"""Values in other notations are rewritten as the protocol has them, or left alone."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.protocols.jirafe.wire.plain_values import (
    other_reading,
    plain_amount,
    plain_whole_number,
    rounded_amount,
    utc_date,
)

AMOUNTS = {
    "4,245.42": "4245.42",
    "4.245,42": "4245.42",
    "19,99": "19.99",
    "1 234,50": "1234.50",
    "1\u00a0234,50": "1234.50",
    "1\u202f234,50": "1234.50",
    "1'234.50": "1234.50",
    "1’234.50": "1234.50",
    "1,23,456.78": "123456.78",
    "12,34,567": "1234567",
    "1.234.567": "1234567",
    "4,245": "4245",
    "$19.99": "19.99",
    "19,99 €": "19.99",
    "CHF 1’234.50": "1234.50",
    "R$ 1.234,50": "1234.50",
    "19,99 zł": "19.99",
    "5,-": "5",
    ".99": "0.99",
    "+5": "5",
    "1e3": "1000",
    "-19.99": "-19.99",
    "−19,99": "-19.99",
    "٤٬٢٤٥٫٤٢": "4245.42",
    "１９．９９": "19.99",
}
NO_AMOUNTS = ["", "-", ".", ",", "abc", "NaN", "null", "undefined", "1.2.3", "1,2,3", "2 x 3", "4,245,", "9" * 61]


@pytest.mark.parametrize(("text", "amount"), AMOUNTS.items())
def test_an_amount_in_a_local_format_is_rewritten(text: str, amount: str) -> None:
    assert plain_amount(text) == amount


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_a_text_that_is_no_amount_is_left_alone(text: str) -> None:
    assert plain_amount(text) is None


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([",.", ".,", " ,", "\u202f,", "'."]))
def test_the_formats_of_all_languages_give_the_same_amount(amount: Decimal, signs: str) -> None:
    text = f"{amount:,.2f}".translate(str.maketrans({",": signs[0], ".": signs[1]}))
    assert plain_amount(text) == f"{amount:.2f}"


@given(st.text(max_size=70))
def test_any_text_gives_a_number_or_nothing(text: str) -> None:
    amount = plain_amount(text)
    assert amount is None or re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", amount)
    assert other_reading(text) is None or amount is not None


@pytest.mark.parametrize(("text", "other"), [("4,245", "4.245"), ("4.245 €", "4245"), ("19,99", None), ("0,125", None)])
def test_a_separator_before_three_digits_has_two_meanings(text: str, other: str | None) -> None:
    assert other_reading(text) == other


@pytest.mark.parametrize(("text", "number"), [("1.0000", "1"), ("2,00", "2"), ("-1", "-1"), ("01", "1"), ("1.5", None)])
def test_a_whole_number_is_rewritten(text: str, number: str | None) -> None:
    assert plain_whole_number(text) == number


NOISE = {
    "59.970000000000006": "59.97",
    "0.30000000000000004": "0.30",
    "19.989999999999998": "19.99",
    "33.333333333333336": "33.33",
    "2.0000000000000004": "2",
}


@pytest.mark.parametrize(("amount", "rounded"), NOISE.items())
def test_the_noise_of_binary_fractions_is_rounded(amount: str, rounded: str) -> None:
    assert rounded_amount(Decimal(amount)) == rounded


@pytest.mark.parametrize("amount", ["19.99", "299.9900", "0.00125", "1E+20", "100"])
def test_a_rounded_amount_stays(amount: str) -> None:
    assert rounded_amount(Decimal(amount)) is None


@given(st.integers(0, 10**7), st.integers(1, 1000))
def test_every_sum_of_cents_in_binary_fractions_is_restored(cents: int, quantity: int) -> None:
    noisy = Decimal(repr(cents / 100 * quantity))
    assert Decimal(rounded_amount(noisy) or noisy) == Decimal(cents) * quantity / 100


DATES = {
    "2013-06-03T16:41:11-07:00": "2013-06-03T23:41:11Z",
    "2013-06-03T16:41:11.600+02:00": "2013-06-03T14:41:11.600Z",
    "2013-06-03T16:41:11+0000": "2013-06-03T16:41:11Z",
    "2013-06-03T16:41:11-00:00": "2013-06-03T16:41:11Z",
    "2013-06-03 16:41:11Z": "2013-06-03T16:41:11Z",
    "2013-06-03t16:41:11z": "2013-06-03T16:41:11Z",
    "20130603T164111Z": "2013-06-03T16:41:11Z",
    "Mon, 03 Jun 2013 16:41:11 GMT": "2013-06-03T16:41:11Z",
    "Mon Jun 03 2013 16:41:11 GMT+0200 (CEST)": "2013-06-03T14:41:11Z",
    "1370277671": "2013-06-03T16:41:11Z",
    1370277671: "2013-06-03T16:41:11Z",
    1370277671123: "2013-06-03T16:41:11.123Z",
}


@pytest.mark.parametrize(("date", "utc"), DATES.items())
def test_a_date_with_a_known_offset_is_rewritten_in_utc(date: object, utc: str) -> None:
    assert utc_date(date) == utc


@pytest.mark.parametrize(
    "date", ["2013-06-03T16:41:11", "2013-06-03", "03.06.2013 16:41", "yesterday", "", True, 7, None]
)
def test_a_date_without_an_offset_is_left_alone(date: object) -> None:
    assert utc_date(date) is None


@given(st.one_of(st.text(max_size=70), st.integers(), st.just(10**400), st.floats()))
def test_any_value_gives_a_date_or_nothing(value: object) -> None:
    assert utc_date(value) is None or str(utc_date(value)).endswith("Z")
