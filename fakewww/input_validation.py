"""Validates and cleans shoppers' input; formats money and times."""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
_BLANKS_AND_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def clean(text: str, *, longest: int = 200) -> str:
    """One line of at most `longest` characters, without control characters, lone surrogates and repeated blanks."""
    valid = text.encode("utf-8", "replace").decode()
    return _BLANKS_AND_CONTROLS.sub(" ", valid).strip()[:longest].strip()


def whole_number(text: str, *, default: int | None = None) -> int | None:
    """A number of one to six ASCII digits, or `default`."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text.strip()) else default


def is_email(text: str) -> bool:
    """Whether the protocol's `email` format accepts the text: ASCII, one @, a domain with a dot."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def cents(value: Decimal) -> Decimal:
    """The value rounded to cents, halves up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def amount(value: Decimal) -> str:
    """Money as text, without a currency sign: `19.99`."""
    return str(cents(value))


def instant(at: datetime) -> str:
    """A time as RFC 3339 in UTC, to the millisecond: `2013-06-17T15:16:10.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
