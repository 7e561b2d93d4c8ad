"""Encodings that tools and servers put around a body: base64, chunks, compression, a wrong charset, quotes."""

import base64
import binascii
import json
import re
import zlib
from typing import Any, Final

_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""zlib's `wbits` for each supported encoding; 47 detects zlib and gzip by their first bytes."""

_RAW_DEFLATE: Final = -15
_CHUNK: Final = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,200}\r?\n")


def is_json(raw: bytes) -> bool:
    """Whether the bytes are one JSON value."""
    try:
        json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return True


def text_to_bytes(text: str) -> bytes:
    """The text as UTF-8, or as Latin-1 if it is compressed data, which some tools write one byte per character."""
    if text[:2] in ("\x1f\x8b", "\x78\x9c", "\x78\x01", "\x78\xda") and max(text) < "\u0100":
        return text.encode("latin-1")
    return text.encode("utf-8", "surrogatepass")


def decode_base64(text: str) -> bytes | None:
    """The decoded bytes, also of the alphabet for URLs and without padding; None if the text is no base64."""
    compact = "".join(text.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def dechunk(raw: bytes) -> bytes | None:
    """The body without the framing of `Transfer-Encoding: chunked`; None if it has none."""
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK.match(raw, at):
        size, start = int(match[1], 16), match.end()
        if size == 0:
            return b"".join(parts) if parts else None
        if start + size > len(raw):
            return None
        parts.append(raw[start : start + size])
        at = start + size + (2 if raw[start + size : start + size + 2] == b"\r\n" else 1)
    return None


def looks_compressed(raw: bytes) -> str:
    """The encoding of compressed data by its first bytes; empty for other data."""
    return "gzip" if raw.startswith(b"\x1f\x8b") else ""


def decompress(raw: bytes, encoding: str, limit: int) -> tuple[bytes | None, bool, str]:
    """At most `limit` + 1 decompressed bytes, whether the data is complete, and the problem if there are none."""
    window = _WINDOWS.get(encoding)
    if window is None:
        return None, False, f"it is compressed with {encoding[:40]}, which is not supported"
    for each in (window, _RAW_DEFLATE) if encoding == "deflate" else (window,):
        decompressor = zlib.decompressobj(each)
        try:
            return decompressor.decompress(raw, limit + 1), decompressor.eof, ""
        except zlib.error:
            continue
    return None, False, f"it is marked as compressed with {encoding}, but cannot be decompressed"


def fix_charset(raw: bytes) -> bytes | None:
    """The bytes of UTF-8 that was read as Latin-1 and encoded again; None if that did not happen."""
    if raw.isascii():
        return None
    try:
        once = raw.decode("utf-8").encode("latin-1")
        once.decode("utf-8")
    except UnicodeError:
        return None
    return once


def unquote_json(raw: bytes) -> bytes | None:
    """The JSON object inside a JSON string; None if there is none."""
    if not raw.lstrip().startswith(b'"'):
        return None
    try:
        inner: Any = json.loads(raw)
        value = json.loads(inner) if isinstance(inner, str) else None
    except (ValueError, RecursionError):
        return None
    return inner.encode("utf-8", "surrogatepass") if isinstance(value, dict) else None
