"""The body of a request in a capture: where each tool keeps it, and which alterations can be undone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from harness.commands.check.body_encodings import (
    dechunk,
    decode_base64,
    decompress,
    fix_charset,
    is_json,
    looks_compressed,
    text_to_bytes,
    unquote_json,
)
from harness.findings import Evidence, Finding, Severity

_CUT_MARKS: Final = (b"...", "…".encode(), b"[truncated]", b"(truncated)", b"<truncated>")


@dataclass(frozen=True, kw_only=True)
class Body:
    """`content` is None if the file omits it, and `missing` gives the reason. `declared` is the Content-Length in bytes."""

    content: bytes | None
    missing: str = ""
    declared: int | None = None
    is_cut: bool = False
    findings: tuple[Finding, ...] = ()


def body_of(
    request: Mapping[str, Any], headers: Mapping[str, str], *, folder: Path, limit: int, is_accepted: bool = False
) -> Body:
    """The body of a HAR's `request`. `headers` have names in lower case. At most `limit` + 1 bytes are decompressed.

    `is_accepted` is true if the collector's answer proves that it received the body completely.
    """
    declared = int(headers["content-length"]) if headers.get("content-length", "").isdigit() else None
    try:
        raw = _raw(request, folder)
    except ValueError as error:
        return Body(content=None, missing=str(error), declared=declared)
    if raw is None:
        bodiless = str(request.get("method")).upper() in ("GET", "HEAD", "OPTIONS") or declared == 0
        return Body(content=b"") if bodiless else Body(content=None, missing=_why_missing(request), declared=declared)
    if not raw.startswith(b"{"):
        unchunked = dechunk(raw)
        raw, declared = (raw, declared) if unchunked is None else (unchunked, None)
    encoding = headers.get("content-encoding", "").strip().lower() or looks_compressed(raw)
    if encoding not in ("", "identity") and not raw.lstrip().startswith((b"{", b"[", b'"')):
        return _decoded(raw, encoding, limit)
    if encoding not in ("", "identity"):
        declared = None
    body = _completed(_restored(raw, request, declared), _sizes(request, declared), is_accepted=is_accepted)
    return replace(body, findings=(*body.findings, _split())) if _is_split(request) and body.content else body


def _raw(request: Mapping[str, Any], folder: Path) -> bytes | None:
    """The bytes in the file; None if it has none. ValueError with the reason if they cannot be read."""
    data = request.get("postData")
    places = [data, request.get("_content"), data.get("_content") if isinstance(data, Mapping) else None]
    for place in places:
        if isinstance(place, Mapping) and (raw := _stored(place)) is not None:
            return raw
    if not isinstance(data, Mapping):
        return data.encode("utf-8", "surrogatepass") if isinstance(data, str) and data else None
    name = data.get("_file")
    if isinstance(name, str) and name:
        path = folder / name
        if path.resolve().parent != folder.resolve() or not path.is_file():
            raise ValueError(f"it is in the file {name[:100]}, which is not in the folder of the HAR")
        return path.read_bytes()
    return _joined(data.get("params"))


def _stored(place: Mapping[str, Any]) -> bytes | None:
    """The text of a `postData` or `_content`, as bytes."""
    text = place.get("text")
    if isinstance(text, dict | list) and text:
        return json.dumps(text).encode()
    if not isinstance(text, str) or not text:
        return None
    if "base64" in (place.get("encoding"), place.get("_encoding")):
        decoded = decode_base64(text)
        if decoded is None:
            raise ValueError("it is marked as base64 but is not base64")
        return decoded
    return text_to_bytes(text)


def _joined(params: Any) -> bytes | None:
    """JSON that a tool split into form fields, put together again; None if the fields are no JSON in any way."""
    fields = [field for field in params if isinstance(field, Mapping)] if isinstance(params, list) else []
    if not fields:
        return None
    pairs = [(str(field.get("name", "")), str(field.get("value") or "")) for field in fields]
    sparse = "&".join(f"{name}={value}" if value else name for name, value in pairs)
    for text in (sparse, "&".join(f"{name}={value}" for name, value in pairs)):
        if text.lstrip().startswith("{") and is_json(text.encode("utf-8", "surrogatepass")):
            return text.encode("utf-8", "surrogatepass")
    return None


def _is_split(request: Mapping[str, Any]) -> bool:
    """Whether the file contains the body only as several form fields."""
    data = request.get("postData")
    if not isinstance(data, Mapping) or data.get("text") or data.get("_file") or request.get("_content"):
        return False
    params = data.get("params")
    return isinstance(params, list) and len(params) > 1


def _why_missing(request: Mapping[str, Any]) -> str:
    data, status = request.get("postData"), request.get("_requestBodyStatus")
    if isinstance(status, str) and status:
        return f"the tool left it out ({status[:60]})"
    params = data.get("params") if isinstance(data, Mapping) else None
    if isinstance(params, list) and params:
        names = [str(field.get("name", ""))[:30] for field in params if isinstance(field, Mapping)]
        return f"the file contains only its {len(names)} form fields, which are no JSON: {', '.join(names[:5])}"
    return "the browser omitted it, as it does for some sendBeacon requests"


def _sizes(request: Mapping[str, Any], declared: int | None) -> tuple[int | None, int | None]:
    """The Content-Length, and the size that the tool recorded."""
    size = request.get("bodySize")
    return declared, size if isinstance(size, int) and size > 0 else None


def _restored(raw: bytes, request: Mapping[str, Any], declared: int | None) -> Body:
    """The body without alterations of its text by the tool, where the sizes prove them."""
    sizes = [size for size in _sizes(request, declared) if size is not None]
    if b"\xef\xbf\xbd" in raw and declared not in (None, len(raw)):
        return Body(content=None, missing="it was binary, but the file stores it as text", declared=declared)
    fixed = fix_charset(raw)
    if fixed is not None and declared == len(fixed):
        return Body(content=fixed, declared=declared)
    inner = unquote_json(raw)
    if inner is not None and len(raw) not in sizes:
        findings = () if len(inner) in sizes else (_quoted(),)
        return Body(content=inner, findings=findings)
    plain = None if raw.lstrip()[:1] in (b"{", b"[") else decode_base64(raw.decode("utf-8", "replace"))
    if plain is not None and len(plain) in sizes and len(raw) not in sizes and is_json(plain):
        return Body(content=plain)
    return Body(content=raw, declared=declared)


def _completed(body: Body, sizes: tuple[int | None, int | None], *, is_accepted: bool) -> Body:
    """The body, marked as cut or as missing if a part of it is not in the file."""
    raw, (declared, recorded) = body.content or b"", sizes
    full = max((size for size in (declared, recorded) if size), default=0)
    if not raw or not (full > len(raw) or raw.rstrip().lower().endswith(_CUT_MARKS)) or is_json(raw):
        return body
    if declared and declared > len(raw) and not is_accepted:
        return replace(body, is_cut=True)
    part = f"the first {len(raw)} of its {full} bytes" if full > len(raw) else f"its first {len(raw)} bytes"
    return Body(content=None, missing=f"the file contains only {part}", declared=declared)


def _decoded(raw: bytes, encoding: str, limit: int) -> Body:
    content, is_complete, problem = decompress(raw, encoding, limit)
    if content is None:
        return Body(content=None, missing=problem)
    return Body(content=content, is_cut=not is_complete and len(content) <= limit, findings=(_compressed(encoding),))


def _compressed(encoding: str) -> Finding:
    return Finding(
        code="lenient-value",
        severity=Severity.WARNING,
        message=f"the body is compressed with {encoding}; the protocol only defines plain JSON",
        hint="Send plain JSON without Content-Encoding.",
        evidence=Evidence(event=None, pointer="", value=encoding, allowed="no Content-Encoding"),
    )


def _quoted() -> Finding:
    return _note(
        "the body in the file is JSON inside a JSON string; it was checked as the inner JSON",
        "Check that the tracker calls JSON.stringify only once; some tools encode the text again.",
    )


def _split() -> Finding:
    return _note(
        "the file contains the body as form fields; they were joined, and the characters & ; + and % may differ",
        "Send the body as text/plain or application/json, which proxies do not split.",
    )


def _note(message: str, hint: str) -> Finding:
    evidence = Evidence(event=None, pointer="")
    return Finding(code="lenient-value", severity=Severity.NOTE, message=message, hint=hint, evidence=evidence)
