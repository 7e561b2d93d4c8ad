"""Recordings in files: they are read as they were written; invalid files cause an error of one line."""

import json
from pathlib import Path

import pytest
from support.recordings import purchase

from harness.capture.journal import MemoryJournal, ndjson
from harness.errors import FileError
from harness.recording.ndjson import dumps, loads, read, write
from harness.recording.recorder import Recorder
from harness.recording.records import ActionFailed, HostRefused, PageError, PageInspected, Recording, StepBegun

LEDGER = '{"record": "ledger", "store": {"name": "Shop", "currency": "EUR"}, "entries": %s}'
HEADER, *LINES = dumps(purchase()).splitlines()


def refused(*lines: str) -> str:
    with pytest.raises(FileError) as caught:
        loads("".join(f"{line}\n" for line in lines), file="a.ndjson")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def changed(line: str, **fields: object) -> str:
    return json.dumps({**json.loads(line), **fields})


def test_a_recording_is_read_as_it_was_written(tmp_path: Path) -> None:
    rest = (
        PageError(url="https://shop.test/", message="\ud800 \u2028 <b>"),
        HostRefused(host="other.test", port=443),
        ActionFailed(message="no such button", place="shop.yaml:3", url="https://shop.test/"),
        PageInspected(url="https://shop.test/", kind="home", how="open it", calls=({"name": "x", "arguments": [1]},)),
    )
    recording = Recording(header=purchase().header, records=(*purchase().records, *rest))
    write(recording, tmp_path / "deep" / "a.ndjson")
    assert read(tmp_path / "deep" / "a.ndjson") == recording


def test_bytes_that_are_not_text_are_read_as_they_were_written() -> None:
    text = dumps(purchase()).replace('"body": ', '"was": ', 1)
    recording = loads(_with_body(text, "/wA="), file="a.ndjson")
    assert loads(dumps(recording), file="a.ndjson") == recording


def _with_body(text: str, body: str) -> str:
    lines = text.splitlines()
    at = next(index for index, line in enumerate(lines) if '"record": "beacon"' in line)
    lines[at] = changed(lines[at], body_base64=body)
    return "\n".join(lines)


def test_a_file_without_its_last_line_is_truncated() -> None:
    assert refused(HEADER, *LINES[:3]) == "a.ndjson:4: the recording is truncated: its last line is missing"


def test_a_file_that_ends_within_a_line_is_truncated() -> None:
    assert refused(HEADER, LINES[0], LINES[1][:20]) == "a.ndjson:3: not a line of a recording: not JSON, or truncated"


def test_a_missing_line_is_detected() -> None:
    assert refused(HEADER, *LINES[1:]).endswith(f"expected {len(LINES) - 1} records, found {len(LINES) - 2}")


def test_an_empty_file_is_no_recording() -> None:
    assert refused("") == "a.ndjson:1: not a line of a recording: not JSON, or truncated"


@pytest.mark.parametrize("version", [2, "1", None])
def test_another_version_is_refused(version: object) -> None:
    assert refused(changed(HEADER, version=version), *LINES) == (
        f"a.ndjson:1: a recording of version {version!r}; this program reads version 1"
    )


def test_an_unknown_kind_of_record_names_the_known_ones() -> None:
    message = refused(HEADER, '{"record": "page"}', *LINES)
    assert message.startswith("a.ndjson:2: unknown kind of record 'page'; known: beacon, step-begun")


def test_a_collectors_journal_is_recognized() -> None:
    assert refused(*ndjson(MemoryJournal(), "jirafe")).startswith("a.ndjson:1: a collector's journal, not a recording")


@pytest.mark.parametrize("line", ['{"a": 1}', '{"record": "step-begun", "number": 1, "at": 1.0}'])
def test_other_ndjson_is_no_recording(line: str) -> None:
    assert refused(line).startswith("a.ndjson:1: not a recording; 'harness run")


@pytest.mark.parametrize("line", ["[]", "1", "null", '"a"'])
def test_a_line_that_is_no_object_is_refused(line: str) -> None:
    assert refused(HEADER, line, *LINES) == "a.ndjson:2: not a line of a recording: not a JSON object"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"record": "step-begun", "number": 1}', "the step-begun has no 'at'"),
        ('{"record": "dwelt", "at": 1.0, "clock": 2.0, "x": 1}', "the dwelt has an unknown field 'x'"),
        ('{"record": "dwelt", "at": "now", "clock": 2.0}', "'at' cannot be 'now'"),
        ('{"record": "dwelt", "at": 1e999, "clock": 2.0}', "'at' cannot be 'inf'"),
        ('{"record": "dwelt", "at": true, "clock": 2.0}', "'at' cannot be 'True'"),
        ('{"record": "dwelt", "at": NaN, "clock": 2.0}', "not a line of a recording: not JSON, or truncated"),
        (LEDGER % "[1]", "the ledger's entry 1 cannot be 1"),
        (LEDGER % "3", "'entries' cannot be '3'"),
        (LEDGER % '[{"kind": "page"}]', 'the ledger\'s entry 1 has no "n"'),
        ('{"record": "ledger", "store": {}, "entries": []}', 'the ledger\'s store has no "name"'),
        ('{"record": "ledger", "entries": []}', "the ledger has no 'store'"),
        ('{"record": "beacon", "number": 1}', "not a beacon: KeyError('body')"),
    ],
)
def test_an_invalid_record_is_described(line: str, words: str) -> None:
    assert refused(HEADER, line, *LINES) == f"a.ndjson:2: {words}"


def test_a_missing_file_is_a_file_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"no such file.*; expected a recording"):
        read(tmp_path / "none.ndjson")


def test_a_recorder_records_the_clock() -> None:
    recorder = Recorder(purchase().header)
    recorder.begin(1)
    recorder.advance_clock(30)
    recorder.end(1)
    begun, advanced, ended = recorder.finish().records
    assert isinstance(begun, StepBegun)
    assert (begun.clock, advanced.clock, ended.clock) == (0.0, 30.0, 30.0)  # type: ignore[union-attr]
