"""Values that a schema allows and that are still wrong: garbled names, unrounded amounts, placeholders, negative quantities."""

import html
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import (
    Path,
    TitledBody,
    compact_json,
    make_finding,
    place_name,
    short_json,
    truncate,
)
from harness.protocols.jirafe.wire.plain_values import rounded_amount
from harness.protocols.jirafe.wire.value_notations import is_placeholder

_NAMES: Final = frozenset(
    (
        *("name", "firstname", "lastname", "first_name", "last_name", "company", "brand", "keyword", "term"),
        *("current_title", "step_name", "funnel_name", "city", "address1", "address2"),
    )
)
"""Fields with text for people."""

_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_MOJIBAKE = re.compile("[ÂÃÐÑ][\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|â[\x80-\xbf€‚„†‡œ˜™š›]|ð\u0178")
"""Characters that UTF-8 text has after it was read as Latin-1 or Windows-1252."""

_MAX_LENGTH: Final = 60


def value_findings(body: Any, path: Path, fields: dict[str, Any]) -> Iterator[Finding]:
    """Warnings about the values of one object of a wrapper or a `TitledBody`."""
    for name, value in fields.items():
        if isinstance(value, str) and name in _NAMES:
            yield from _garbled(body, (*path, name), value)
        elif isinstance(body, TitledBody):
            yield from _document_value(body, (*path, name), value)


def readable_name(text: str) -> tuple[str, str] | None:
    """The cause and the text as it was meant, for HTML entities and for UTF-8 that was read as another encoding."""
    if _ENTITY.search(text) and (plain := html.unescape(text)) != text:
        return "HTML entities", plain
    if _MOJIBAKE.search(text) and (plain := _as_utf8(text)) != text:
        return "UTF-8 that was read as Latin-1", plain
    if "\ufffd" in text:
        return "the replacement character of a failed decoding", ""
    return None


def _as_utf8(text: str) -> str:
    """The text encoded as Windows-1252, with the bytes that it lacks, and decoded as UTF-8; unchanged if that is impossible."""
    try:
        return b"".join(_byte(sign) for sign in text).decode("utf-8")
    except UnicodeError:
        return text


def _byte(sign: str) -> bytes:
    return sign.encode("latin-1" if ord(sign) < 256 else "cp1252")


def _garbled(body: Any, path: Path, text: str) -> Iterator[Finding]:
    found = readable_name(text)
    if found is None:
        return
    cause, plain = found
    hint = f"Send the text itself, in UTF-8: {compact_json(truncate(plain, _MAX_LENGTH))}."
    yield _warning(body, path, text, f"it contains {cause}", hint if plain else "Read and send the text as UTF-8.")


def _document_value(body: TitledBody, path: Path, value: Any) -> Iterator[Finding]:
    name = path[-1]
    if isinstance(value, float) and (amount := rounded_amount(Decimal(repr(value)))):
        yield _warning(body, path, value, "it is not rounded", f"Round amounts before you send them: {amount}.")
    if name == "quantity" and isinstance(value, int) and value < 0:
        hint = "Send the quantity that is left. Report a refund by the status of the item or the order."
        yield _warning(body, path, value, "a quantity is not negative", hint)
    if name == "email" and isinstance(value, str) and value.strip() and is_placeholder(value):
        hint = 'Omit "email" for a guest, or send the address that the guest entered.'
        yield _warning(body, path, value, "a placeholder is no e-mail address", hint)


def _warning(body: Any, path: Path, value: Any, cause: str, hint: str) -> Finding:
    text = f"{place_name(body, path)} is {short_json(value)}; {cause}"
    return make_finding("lenient-value", body, path, text, hint=hint, severity=Severity.WARNING, value=value)
