"""The body of a request as a HAR holds it: text, base64, compressed, in a file beside it, cut off, or not at all."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.findings import Evidence, Finding, Severity

_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""What zlib wants to know of each encoding that it can undo."""

_LIKE_JSON: Final = (b"{", b"[", b'"')


@dataclass(frozen=True, kw_only=True)
class Body:
    """`content` is None where the file does not hold it, and `missing` says why. `declared` is the length that was announced."""

    content: bytes | None
    missing: str = ""
    declared: int | None = None
    is_cut: bool = False
    findings: tuple[Finding, ...] = ()


def body_of(request: Mapping[str, Any], headers: Mapping[str, str], *, folder: Path, limit: int) -> Body:
    """The body of a HAR's `request`; `headers` by their names in lower case. Of a compressed one at most `limit` bytes and one."""
    data = request.get("postData")
    data = data if isinstance(data, Mapping) else {}
    declared = int(headers["content-length"]) if headers.get("content-length", "").isdigit() else None
    try:
        raw = _raw(data, folder)
    except ValueError as error:
        return Body(content=None, missing=str(error), declared=declared)
    if raw is None:
        bodiless = request.get("method") in ("GET", "HEAD", "OPTIONS") or declared == 0
        return Body(content=b"") if bodiless else Body(content=None, missing=_why_missing(data), declared=declared)
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        return Body(content=raw) if raw.lstrip().startswith(_LIKE_JSON) else _decoded(raw, encoding, limit)
    if b"\xef\xbf\xbd" in raw and declared not in (None, len(raw)):
        return Body(content=None, missing="the file holds it as text, and it was none", declared=declared)
    return Body(content=raw, declared=declared, is_cut=declared is not None and declared > len(raw))


def _raw(data: Mapping[str, Any], folder: Path) -> bytes | None:
    """The bytes as the file has them; None where it has none. ValueError says why they cannot be had."""
    text = data.get("text")
    if isinstance(text, str) and text:
        if "base64" in (data.get("encoding"), data.get("_encoding")):
            try:
                return base64.b64decode(text, validate=True)
            except binascii.Error:
                raise ValueError("it is said to be base64 and is not") from None
        return _as_bytes(text)
    name = data.get("_file")
    if isinstance(name, str) and name:
        path = folder / name
        if path.resolve().parent != folder.resolve() or not path.is_file():
            raise ValueError(f"it is in the file {name[:100]}, which is not beside this one")
        return path.read_bytes()
    return None


def _as_bytes(text: str) -> bytes:
    """UTF-8; or the bytes themselves where each became a character, as some tools write what is compressed."""
    if text[:2] in ("\x1f\x8b", "\x78\x9c", "\x78\x01", "\x78\xda") and max(text) < "\u0100":
        return text.encode("latin-1")
    return text.encode("utf-8", "surrogatepass")


def _why_missing(data: Mapping[str, Any]) -> str:
    if data.get("params"):
        return "the file holds it as the fields of a form only"
    return "the browser did not put it there, as with some that are sent by sendBeacon"


def _decoded(raw: bytes, encoding: str, limit: int) -> Body:
    window = _WINDOWS.get(encoding)
    if window is None:
        return Body(content=None, missing=f"it is compressed with {encoding[:40]}, which cannot be undone here")
    undoing = zlib.decompressobj(window)
    try:
        content = undoing.decompress(raw, limit + 1)
    except zlib.error:
        return Body(
            content=None, missing=f"it is said to be compressed with {encoding} and is not, or was spoilt when saved"
        )
    return Body(content=content, is_cut=not undoing.eof and len(content) <= limit, findings=(_compressed(encoding),))


def _compressed(encoding: str) -> Finding:
    return Finding(
        code="lenient-value",
        severity=Severity.WARNING,
        message=f"the body was sent compressed with {encoding}; the protocol knows plain JSON only, and its collector may not read it",
        hint="send the JSON as it is, without Content-Encoding",
        evidence=Evidence(event=None, pointer="", value=encoding, allowed="no Content-Encoding"),
    )
