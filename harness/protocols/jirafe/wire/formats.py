"""The format checks of all validators: date-time, date, email, uri."""

import re
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

from jsonschema import FormatChecker
from rfc3339_validator import validate_rfc3339  # type: ignore[import-untyped]

FORMATS = FormatChecker(formats=())
"""Other formats are not checked."""

_LABEL = r"[^\W_]([\w-]*[^\W_])?"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_EMAIL = re.compile(rf"[^\s@]+@{_LABEL}(\.{_LABEL})*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(/[A-Za-z0-9._~:/?#@!$&'()*+,;=-]*)?")
"""Common URLs that need no further check."""


@FORMATS.checks("date-time")
def is_date_time(value: object) -> bool:
    """RFC 3339 with any offset, without leap seconds, and `+0000` for UTC (errata 43). Other types than strings pass."""
    return not isinstance(value, str) or _is_time(value)


@FORMATS.checks("date")
def is_date(value: object) -> bool:
    """A day as in RFC 3339: `2013-06-03`. Other types than strings pass."""
    return not isinstance(value, str) or (_DAY.fullmatch(value) is not None and _is_in_calendar(value))


@FORMATS.checks("email")
def is_email(value: object) -> bool:
    """A local part, one `@`, and a host of letters, digits, hyphens and dots, in any script."""
    return not isinstance(value, str) or _EMAIL.fullmatch(value) is not None


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    """RFC 3986 with a scheme; `http` and `https` need a host."""
    return not isinstance(value, str) or bool(
        _PLAIN_URL.fullmatch(value) or (_URI.fullmatch(value) and _has_host(value))
    )


def is_utc(value: str) -> bool:
    """Whether a valid date-time is written in UTC, with `Z`, `z` or `+00:00`."""
    return value.endswith(("Z", "z", "+00:00"))


@lru_cache(maxsize=1024)
def _is_time(text: str) -> bool:
    extended = f"{text[:-5]}Z" if text.endswith(("+0000", "-0000")) else text
    return text.isascii() and not text.endswith("\n") and bool(validate_rfc3339(extended.upper()))


def _is_in_calendar(day: str) -> bool:
    try:
        return bool(date.fromisoformat(day))
    except ValueError:
        return False


def _has_host(uri: str) -> bool:
    try:
        parts = urlsplit(uri)
        return parts.scheme not in ("http", "https") or (bool(parts.hostname) and parts.port != 0)
    except ValueError:
        return False
