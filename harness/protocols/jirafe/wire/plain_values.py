"""Values in another notation than the protocol's, rewritten: amounts, whole numbers, and dates in UTC."""

import re
import unicodedata
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Final

_MAX_LENGTH: Final = 60
"""Longer texts are no numbers or dates."""

MOST_DECIMALS: Final = 6
"""The number of decimals of a rounded amount. More come from arithmetic with binary fractions."""

ZERO_OFFSETS: Final = ("+0000", "-0000", "-00:00")
"""Offsets that are accepted for UTC with a warning (errata 43)."""

_DECIMAL = re.compile(r"[0-9]+(\.[0-9]+)?", re.ASCII)
_SPACES = re.compile(r"[\s_'’٬]")
_CURRENCY_WORD = re.compile(r"^[^\W\d_]{1,3}\.?(?![^\W\d_])|(?<![^\W\d_])[^\W\d_]{1,3}\.?$")
_NO_CENTS = re.compile(r"(?<=[0-9])[.,][-–—]{1,2}$")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?P<separator>[.,])([0-9]{2,3}(?P=separator))*[0-9]{3}")
"""Thousands, or in India hundreds after the last three digits."""
_JAVASCRIPT_DATE = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) (?P<day>\d{2}) (?P<year>\d{4}) (?P<time>\d{2}:\d{2}:\d{2}) GMT(?P<offset>[+-]\d{4})"
    r"( \(.*\))?"
)


def plain_amount(text: str) -> str | None:
    """An amount as digits with a decimal point, such as `4245.42` for `4,245.42`, `4.245,42 €` or `4'245.42`.

    None if it is no number. A single comma before three digits separates thousands: `4,245` is 4245.
    """
    if len(text) > _MAX_LENGTH:
        return None
    digits = "".join(str(unicodedata.digit(sign, sign)) for sign in unicodedata.normalize("NFKC", text))
    bare = "".join(sign for sign in digits if unicodedata.category(sign) != "Sc").strip()
    bare = _CURRENCY_WORD.sub("", bare).replace("−", "-").replace("٫", ",").strip()
    bare = _SPACES.sub("", _NO_CENTS.sub("", bare))
    sign = "-" if bare.startswith("-") else ""
    number = _with_point(bare.lstrip("+-"))
    return None if number is None else sign + number


def other_reading(text: str) -> str | None:
    """The other amount that a text can be whose only separator is before three digits: 4.245 for `4,245`."""
    found = re.fullmatch(r"\D*([1-9][0-9]{0,2})[.,]([0-9]{3})\D*", text, re.ASCII)
    amount = plain_amount(text) if found else None
    if found is None or amount is None:
        return None
    return "".join(found.groups()) if "." in amount else ".".join(found.groups())


def _with_point(text: str) -> str | None:
    last = max(text.rfind("."), text.rfind(","))
    if _GROUPS.fullmatch(text) and (text.count(".") != 1):
        text = re.sub("[.,]", "", text)
    elif last >= 0:
        if text.count(text[last]) > 1:
            return None
        whole = re.sub("[.,]", "", text[:last])
        if not whole and last == len(text) - 1:
            return None
        text = f"{whole or '0'}.{text[last + 1 :]}".rstrip(".")
    return _without_exponent(text)


def _without_exponent(text: str) -> str | None:
    if _DECIMAL.fullmatch(text):
        return text
    try:
        number = Decimal(text) if re.fullmatch(r"[0-9.]+e[+-]?[0-9]{1,2}", text, re.IGNORECASE) else None
    except InvalidOperation:
        return None
    return None if number is None else plain_decimal(number)


def plain_whole_number(text: str) -> str | None:
    """A whole number without decimals, such as `1` for `1.0000` or `2,00`; None if it is none."""
    amount = plain_amount(text)
    if amount is None or (number := Decimal(amount)) != number.to_integral_value():
        return None
    return str(int(number))


def plain_decimal(number: Decimal) -> str:
    """A number without an exponent and without zeros at the end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded_amount(amount: Decimal) -> str | None:
    """An amount with more than `MOST_DECIMALS` decimals, rounded; None for others.

    If it is nearly a number with fewer decimals, as 59.970000000000006 is, it becomes that number, otherwise it is
    rounded to cents.
    """
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= MOST_DECIMALS or amount.adjusted() > 15:
        return None
    near = amount.quantize(Decimal(1).scaleb(-MOST_DECIMALS), ROUND_HALF_UP)
    if abs(near - amount) > abs(amount) * Decimal("1e-12") + Decimal("1e-15"):
        near = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return in_cents(near)


def in_cents(amount: Decimal) -> str:
    """An amount without an exponent, with at least two decimals unless it is whole."""
    text = plain_decimal(amount)
    return text + "0" if re.search(r"\.\d$", text) else text


def utc_date(value: object) -> str | None:
    """A date and time as RFC 3339 in UTC, such as `2013-06-03T14:41:11Z` for `2013-06-03T16:41:11+02:00`.

    It reads ISO 8601 with an offset, e-mail dates, JavaScript's `Date` as text, and seconds or milliseconds since the epoch.
    None for others, and for a date without an offset: its time zone is unknown.
    """
    moment = _moment(value)
    if moment is None or moment.tzinfo is None:
        return None
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return utc.isoformat(timespec="milliseconds" if utc.microsecond else "seconds").replace("+00:00", "Z")


def is_without_offset(text: str) -> bool:
    """Whether a text is an ISO 8601 date and time without an offset, which errata 6 does not allow."""
    return re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,9})?", text, re.ASCII) is not None


def _moment(value: object) -> datetime | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_epoch(value)
    if not isinstance(value, str) or not value.isascii() or len(value) > _MAX_LENGTH:
        return None
    text = value.strip()
    if re.fullmatch(r"[0-9]{10}|[0-9]{13}", text):
        return _since_epoch(int(text))
    if found := _JAVASCRIPT_DATE.fullmatch(text):
        text = "{day} {month} {year} {time} {offset}".format(**found.groupdict())
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _since_epoch(number: float) -> datetime | None:
    """Seconds or milliseconds since the epoch; None for times outside of the years 2001 to 2286."""
    if 1e9 <= number < 1e10:
        return datetime.fromtimestamp(number, UTC)
    return datetime.fromtimestamp(number / 1000, UTC) if 1e12 <= number < 1e13 else None
