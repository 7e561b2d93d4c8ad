"""Validation of input, and money as text."""

from decimal import Decimal

import pytest

from fakewww.input_validation import amount, clean, is_email, whole_number


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  blue \t\n shoes ", "blue shoes"),
        ("a\x00b\x7fc\u2028d", "a b c d"),
        ("\ud800x", "?x"),
        ("急須 🦆 ü", "急須 🦆 ü"),
        ("x" * 300, "x" * 200),
    ],
)
def test_text_becomes_one_printable_line(typed, kept):
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "number"), [("12", 12), (" 7 ", 7), ("0", 0), ("1234567", None), ("-1", None), ("²", None)]
)
def test_only_ascii_digits_are_a_number(typed, number):
    assert whole_number(typed) == number


@pytest.mark.parametrize("address", ["a@b.de", "first.last+tag@mail.example.org"])
def test_valid_email_addresses_are_accepted(address):
    assert is_email(address)


@pytest.mark.parametrize(
    "address", ["", "a", "a@b", "a@@b.de", ".a@b.de", "a..b@c.de", "a b@c.de", "ü@b.de", "a" * 250 + "@b.de"]
)
def test_invalid_email_addresses_are_refused(address):
    assert not is_email(address)


@pytest.mark.parametrize(("value", "text"), [("19.9", "19.90"), ("0.005", "0.01"), ("100", "100.00")])
def test_money_has_two_decimals(value, text):
    assert amount(Decimal(value)) == text
