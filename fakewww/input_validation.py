"""What shoppers type, made safe to show and to record; money as text."""

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
)
_UNSHOWABLE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def clean(text: str, *, longest: int = 200) -> str:
    """One line of showable text: no control characters, no lone surrogates, no runs of blanks, no more than `longest`."""
    whole = text.encode("utf-8", "replace").decode()
    return _UNSHOWABLE.sub(" ", whole).strip()[:longest].strip()


def whole_number(text: str, *, default: int | None = None) -> int | None:
    """A plain number of at most six digits, or `default`: signs, letters and foreign digits are no numbers here."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text.strip()) else default


def is_email(text: str) -> bool:
    """An address that the protocol's `email` format takes as well: ASCII, one @, a domain with a dot."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def cents(value: Decimal) -> Decimal:
    """Rounded to the cent, halves up."""
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def amount(value: Decimal) -> str:
    """Money as ledger and tracker have it: `19.99`, with a dot and without a currency sign."""
    return str(cents(value))


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond: `2013-06-17T15:16:10.000Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
