"""Bodies as tools store them: in other places, in other encodings, altered, truncated or missing."""

import base64
import gzip
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.captures import Json, checked, codes, devtools, findings, har, wrappers

from harness.commands.check.body_encodings import dechunk, decode_base64, fix_charset, unquote_json
from harness.commands.check.har_bodies import body_of

WRAPPER = wrappers()[0]
BROKEN = {**WRAPPER, "site": 1}
TEXT = json.dumps(BROKEN)
SIZE = len(TEXT)


def with_request(**parts: Any) -> Json:
    """An entry without `postData` whose request has these parts."""
    entry = devtools(None)
    entry["request"] |= {"bodySize": -1, **parts}
    return entry


def with_data(**data: Any) -> Json:
    return with_request(postData=data)


def chunked(text: str, newline: str = "\r\n") -> str:
    first, rest = text[:20], text[20:]
    parts = (f"{len(part):x}{newline}{part}{newline}" for part in (first, rest))
    return "".join(parts) + f"0{newline}{newline}"


SPLIT = json.dumps({**BROKEN, "cookie": "a=b&c"})
IN_BASE64 = base64.b64encode(TEXT.encode()).decode()
READABLE = {
    "in base64": with_data(text=IN_BASE64, encoding="base64"),
    "in base64 of URLs without padding": with_data(text=IN_BASE64.rstrip("=").replace("+", "-"), _encoding="base64"),
    "in base64 without a mark, by its size": with_request(postData={"text": IN_BASE64}, bodySize=SIZE),
    "only as params": with_data(mimeType="application/x-www-form-urlencoded", params=[{"name": TEXT, "value": ""}]),
    "in _content": with_request(
        _content={"text": TEXT, "size": SIZE}, _requestBodyStatus="discarded:not-representable"
    ),
    "in _content as base64": with_request(_content={"text": IN_BASE64, "size": SIZE, "encoding": "base64"}),
    "as an object": with_data(text=BROKEN),
    "as a string without postData": with_request(postData=TEXT),
    "in chunks": devtools(chunked(TEXT), Transfer_Encoding="chunked"),
    "in chunks with other line ends": devtools(chunked(TEXT, "\n"), Transfer_Encoding="chunked"),
    "as a JSON string, by its size": with_request(postData={"text": json.dumps(TEXT)}, bodySize=SIZE),
    "decompressed by the tool": devtools(BROKEN, Content_Encoding="gzip", Content_Length="99"),
    "with a smaller Content-Length": devtools(BROKEN, Content_Length="10"),
    "with a larger Content-Length, but complete": devtools(BROKEN, Content_Length=str(SIZE + 2)),
}


@pytest.mark.parametrize("entry", READABLE.values(), ids=READABLE)
def test_a_body_is_read_wherever_the_tool_stores_it(tmp_path: Path, entry: Json) -> None:
    assert codes(tmp_path, har([entry])) == ["schema"]


def test_form_fields_are_joined_with_a_note(tmp_path: Path) -> None:
    fields = [{"name": SPLIT.partition("=")[0], "value": "b"}, {"name": SPLIT.partition("&")[2], "value": ""}]
    found = findings(tmp_path, har([with_data(params=fields)]))
    assert [(each.code, each.severity) for each in found] == [("schema", "error"), ("lenient-value", "note")]


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda raw: zlib.compress(raw, wbits=-15)),
        ("", gzip.compress),
    ],
    ids=["gzip", "deflate", "deflate without header", "gzip without Content-Encoding"],
)
def test_a_compressed_body_is_read_and_reported(
    tmp_path: Path, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    raw = compress(TEXT.encode())
    headers = {"Content_Encoding": encoding} if encoding else {}
    in_base64 = devtools(base64.b64encode(raw).decode(), **headers)
    in_base64["request"]["postData"]["encoding"] = "base64"
    assert codes(tmp_path, har([in_base64])) == ["schema", "lenient-value"]


@pytest.mark.parametrize(("encoding", "compress"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_a_compressed_body_with_one_byte_per_character_is_read(
    tmp_path: Path, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    entry = devtools(compress(TEXT.encode()).decode("latin-1"), Content_Encoding=encoding)
    assert codes(tmp_path, har([entry])) == ["schema", "lenient-value"]


def test_a_truncated_compressed_body_is_reported(tmp_path: Path) -> None:
    raw = gzip.compress(json.dumps(WRAPPER).encode())[:-20]
    assert "bad-json" in codes(tmp_path, har([devtools(raw.decode("latin-1"), Content_Encoding="gzip")]))


def test_a_small_body_that_decompresses_to_a_large_one_is_too_large(tmp_path: Path) -> None:
    raw = gzip.compress(b" " * 50_000_000)
    assert "too-large" in codes(tmp_path, har([devtools(raw.decode("latin-1"), Content_Encoding="gzip")]))


def test_a_body_in_a_file_next_to_the_har_is_read(tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text(TEXT)
    assert codes(tmp_path, har([with_data(_file="body.json")])) == ["schema"]


CUT = {"Content_Length": str(SIZE)}
MISSING = {
    "none": devtools(None),
    "only its length": devtools(None, Content_Length="300"),
    "empty text": devtools(""),
    "form fields": with_data(params=[{"name": "a", "value": "1"}]),
    "binary as text": devtools("\ufffd\ufffd\ufffd", Content_Length="40"),
    "brotli": devtools("\u001b\u0000", Content_Encoding="br"),
    "not base64": with_data(text="???", encoding="base64"),
    "a file elsewhere": with_data(_file="../../etc/passwd"),
    "not compressed": devtools("abc", Content_Encoding="gzip"),
    "discarded by the tool": with_request(_requestBodyStatus="discarded:too-large"),
    "truncated by the tool": devtools(TEXT[:-10], **CUT),
    "truncated by the tool, by its size": with_request(postData={"text": TEXT[:-10]}, bodySize=SIZE),
    "truncated with a mark": devtools(TEXT[:-10] + "..."),
}


@pytest.mark.parametrize("entry", MISSING.values(), ids=MISSING)
def test_a_missing_body_is_reported_and_the_others_are_checked(tmp_path: Path, entry: Json) -> None:
    found = findings(tmp_path, har([devtools(BROKEN), entry]))
    assert {finding.code for finding in found} == {"schema", "no-body"}
    assert next(f for f in found if f.code == "no-body").place.endswith("entry 2")


def test_form_fields_that_are_no_json_are_named(tmp_path: Path) -> None:
    entry = with_data(params=[{"name": "data", "value": "{}"}, {"name": "v"}])
    found = findings(tmp_path, har([devtools(WRAPPER), entry]))
    assert [each.message for each in found if each.code == "no-body"] == [
        "the file does not contain the body of this request: "
        "the file contains only its 2 form fields, which are no JSON: data, v"
    ]


def test_a_har_in_which_no_beacon_has_a_body_is_an_error(tmp_path: Path) -> None:
    done = checked(tmp_path, har([devtools(None), devtools(None)]))
    assert "none of its 2 beacons has a body" in str(done.errors[0])
    assert done.result.scenarios[0].verdict == "not-run"


def test_an_empty_body_is_not_json(tmp_path: Path) -> None:
    assert codes(tmp_path, har([devtools(None, Content_Length="0")])) == ["bad-json"]


def test_a_body_whose_transfer_was_interrupted_is_reported(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, har([devtools(TEXT[:-10], status=0, **CUT)]))
    assert finding.code == "bad-json"
    assert "ended after" in finding.message


def test_a_json_string_of_unknown_origin_is_checked_with_a_note(tmp_path: Path) -> None:
    entry = with_data(text=json.dumps(json.dumps(WRAPPER)))
    (finding,) = findings(tmp_path, har([entry]))
    assert (finding.code, finding.severity) == ("lenient-value", "note")


def test_a_tracker_that_encodes_twice_is_reported(tmp_path: Path) -> None:
    text = json.dumps(json.dumps(WRAPPER))
    assert codes(tmp_path, har([devtools(text, Content_Length=str(len(text)))])) == ["schema"]


UMLAUT = json.dumps({**WRAPPER, "page": {**WRAPPER["page"], "current_title": "Lämpchen"}}, ensure_ascii=False)
MOJIBAKE = UMLAUT.encode().decode("latin-1")


@pytest.mark.parametrize(
    ("text", "length", "sent"),
    [
        (UMLAUT, len(UMLAUT.encode()), UMLAUT),
        (MOJIBAKE, len(UMLAUT.encode()), UMLAUT),
        (MOJIBAKE, len(MOJIBAKE.encode()), MOJIBAKE),
        (MOJIBAKE, None, MOJIBAKE),
    ],
    ids=["right", "read as Latin-1 by the tool", "sent so by the page", "unknown"],
)
def test_a_wrong_charset_is_undone_if_the_length_proves_it(text: str, length: int | None, sent: str) -> None:
    headers = {} if length is None else {"content-length": str(length)}
    body = body_of({"postData": {"text": text}, "method": "POST"}, headers, folder=Path(), limit=10_000)
    assert body.content == sent.encode()


@given(st.binary(min_size=1), st.lists(st.integers(1, 9), min_size=1))
def test_chunks_are_joined(body: bytes, sizes: list[int]) -> None:
    parts, rest = [], body
    for size in sizes * len(body):
        part, rest = rest[:size], rest[size:]
        parts += [b"%x\r\n%s\r\n" % (len(part), part)] if part else []
    assert dechunk(b"".join(parts) + b"0\r\n\r\n") == body


@given(st.text())
def test_a_wrong_charset_is_recognised(text: str) -> None:
    raw = text.encode("utf-8")
    twice = raw.decode("latin-1").encode("utf-8")
    assert fix_charset(twice) == (None if twice.isascii() else raw)


@given(st.binary())
def test_base64_is_decoded_without_padding(raw: bytes) -> None:
    assert decode_base64(base64.urlsafe_b64encode(raw).decode().rstrip("=")) == raw


@given(st.dictionaries(st.text(), st.integers() | st.text()))
def test_only_an_object_in_a_string_is_unquoted(value: dict[str, Any]) -> None:
    text = json.dumps(value)
    assert unquote_json(json.dumps(text).encode()) == text.encode()
    assert unquote_json(text.encode()) is None
    assert unquote_json(json.dumps(json.dumps(text)).encode()) is None
