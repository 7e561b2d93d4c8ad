"""Values in a wrong notation whose meaning is clear: the cause in words, and a hint with the value as it must be sent."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from jsonschema import ValidationError

from harness.protocols.jirafe.finding_text import compact_json
from harness.protocols.jirafe.schemas import Schema, schema
from harness.protocols.jirafe.wire.plain_values import (
    other_reading,
    plain_amount,
    plain_decimal,
    plain_whole_number,
    rounded_amount,
)

PLACEHOLDERS: Final = frozenset(
    (
        *(
            "anonymous",
            "anonym",
            "guest",
            "visitor",
            "nobody",
            "none",
            "null",
            "nil",
            "undefined",
            "unknown",
            "n/a",
            "na",
        ),
        *("-", "false", "0", "not logged in", "no email", "no-email"),
    )
)
"""Values that stores send as the e-mail address of guests, in lower case."""

_LOCAL = "a number in a local format"


@dataclass(frozen=True, kw_only=True)
class Notation:
    """The kind of a wrong notation, as in `is "19,99", a number in a local format`, and the hint."""

    text: str
    hint: str


def notation_of(error: ValidationError) -> Notation | None:
    """The notation of an invalid value; None if the violation has another cause."""
    value: Any = error.instance
    expected = error.validator_value
    if error.validator == "format" and expected == "email":
        return _email(value)
    if (
        error.validator == "type"
        and expected == "integer"
        and isinstance(value, float)
        and value.is_integer()
        and abs(value) < 2**53
    ):
        return Notation(text="a number with a decimal point", hint=f"Send {int(value)} without a decimal point.")
    if error.validator == "type" and expected in ("number", "integer") and isinstance(value, str):
        return _number(value, is_whole=expected == "integer")
    line: Schema = schema("line_item")["properties"]
    if error.validator == "pattern" and expected == line["quantity"]["pattern"]:
        return _quantity(value)
    if error.validator == "pattern" and expected == line["price"]["pattern"]:
        return _amount(value)
    return None


def number_text(value: float) -> str:
    """A number as the text of a decimal, without an exponent and without the noise of binary fractions."""
    number = Decimal(0) if isinstance(value, bool) else Decimal(compact_json(value))
    if isinstance(value, bool) or abs(number.adjusted()) > 20:
        return compact_json(value)
    return rounded_amount(number) or plain_decimal(number)


def is_placeholder(address: str) -> bool:
    """Whether a text in the place of an e-mail address is a word for guests, or empty."""
    return address.strip().lower() in PLACEHOLDERS or not address.strip()


def _email(value: str) -> Notation | None:
    if not is_placeholder(value):
        return None
    text = "a placeholder" if value.strip() else "an empty string"
    return Notation(text=text, hint='Omit "email" for a guest, or send the address that the guest entered.')


def _number(value: str, *, is_whole: bool) -> Notation | None:
    """A number as text, in a document or a search."""
    number = plain_whole_number(value) if is_whole else plain_amount(value)
    if number is None:
        return None
    is_plain = re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value, re.ASCII)
    text = "a string" if is_plain else _LOCAL
    return Notation(text=text, hint=f"Send it as a number: {plain_decimal(Decimal(number))}{_or_other(value, '')}.")


def _amount(value: str) -> Notation | None:
    amount = plain_amount(value)
    if amount is None:
        return None
    if amount.startswith("-"):
        hint = f'Send "{amount[1:]}". The type of the event shows whether items were added or removed.'
        return Notation(text="a negative amount", hint=hint)
    amount = rounded_amount(Decimal(amount)) or amount
    return Notation(
        text=_LOCAL, hint=f'Send "{amount}"{_or_other(value, chr(34))}, with digits and a decimal point only.'
    )


def _quantity(value: str) -> Notation | None:
    number = plain_whole_number(value)
    if number is None:
        return None
    if int(number) < 0:
        hint = f'Send "{number[1:]}", in remove_item_from_cart if the items were removed.'
        return Notation(text="a negative quantity", hint=hint)
    if number == "0":
        hint = "Send remove_item_from_cart with the removed quantity if nothing is left."
        return Notation(text="a quantity of zero", hint=hint)
    text = "a whole number with decimals" if re.fullmatch(r"[0-9]+\.0*", value, re.ASCII) else _LOCAL
    return Notation(text=text, hint=f'Send "{number}"{_or_other(value, chr(34))}.')


def _or_other(value: str, quote: str) -> str:
    """The other amount that an ambiguous text can be."""
    other = other_reading(value)
    return f", or {quote}{other}{quote} if that is meant" if other else ""
