"""The body of a request in a HAR: text, base64, compressed, in a separate file, truncated or missing."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from harness.findings import Evidence, Finding, Severity

_WINDOWS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 47}
"""zlib's `wbits` for each supported encoding."""


@dataclass(frozen=True, kw_only=True)
class Body:
    """`content` is None if the file omits it, and `missing` gives the reason. `declared` is the Content-Length in bytes."""

    content: bytes | None
    missing: str = ""
    declared: int | None = None
    is_cut: bool = False
    findings: tuple[Finding, ...] = ()


def body_of(request: Mapping[str, Any], headers: Mapping[str, str], *, folder: Path, limit: int) -> Body:
    """The body of a HAR's `request`. `headers` have names in lower case. At most `limit` + 1 bytes are decompressed."""
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
        is_json = raw.lstrip().startswith((b"{", b"[", b'"'))
        return Body(content=raw) if is_json else _decoded(raw, encoding, limit)
    if b"\xef\xbf\xbd" in raw and declared not in (None, len(raw)):
        return Body(content=None, missing="it was binary, but the file stores it as text", declared=declared)
    return Body(content=raw, declared=declared, is_cut=declared is not None and declared > len(raw))


def _raw(data: Mapping[str, Any], folder: Path) -> bytes | None:
    """The bytes in the file; None if it has none. ValueError with the reason if they cannot be read."""
    text = data.get("text")
    if isinstance(text, str) and text:
        if "base64" in (data.get("encoding"), data.get("_encoding")):
            try:
                return base64.b64decode(text, validate=True)
            except binascii.Error as error:
                raise ValueError("it is marked as base64 but is not base64") from error
        return _as_bytes(text)
    name = data.get("_file")
    if isinstance(name, str) and name:
        path = folder / name
        if path.resolve().parent != folder.resolve() or not path.is_file():
            raise ValueError(f"it is in the file {name[:100]}, which is not in the folder of the HAR")
        return path.read_bytes()
    return None


def _as_bytes(text: str) -> bytes:
    """The text as UTF-8, or as Latin-1 if it is compressed data, which some tools write one byte per character."""
    if text[:2] in ("\x1f\x8b", "\x78\x9c", "\x78\x01", "\x78\xda") and max(text) < "\u0100":
        return text.encode("latin-1")
    return text.encode("utf-8", "surrogatepass")


def _why_missing(data: Mapping[str, Any]) -> str:
    if data.get("params"):
        return "the file contains only its form fields"
    return "the browser omitted it, as it does for some sendBeacon requests"


def _decoded(raw: bytes, encoding: str, limit: int) -> Body:
    window = _WINDOWS.get(encoding)
    if window is None:
        return Body(content=None, missing=f"it is compressed with {encoding[:40]}, which is not supported")
    decompressor = zlib.decompressobj(window)
    try:
        content = decompressor.decompress(raw, limit + 1)
    except zlib.error:
        return Body(content=None, missing=f"it is marked as compressed with {encoding}, but cannot be decompressed")
    return Body(
        content=content, is_cut=not decompressor.eof and len(content) <= limit, findings=(_compressed(encoding),)
    )


def _compressed(encoding: str) -> Finding:
    return Finding(
        code="lenient-value",
        severity=Severity.WARNING,
        message=f"the body is compressed with {encoding}; the protocol only defines plain JSON",
        hint="Send plain JSON without Content-Encoding.",
        evidence=Evidence(event=None, pointer="", value=encoding, allowed="no Content-Encoding"),
    )
