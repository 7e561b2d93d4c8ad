"""A file that cannot be checked is one line with its place, the allowed types and a remedy; other files are checked."""

import gzip
import io
import json
import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.captures import checked, devtools, fetched, findings, har, ndjson, sent, wrappers
from support.recordings import purchase

from harness.commands import app as cli
from harness.commands.check.checker import CheckOptions, check_files
from harness.errors import UsageError
from harness.recording import ndjson as recording
from harness.results import ScenarioResult

HAR = har([fetched("https://shop.test/"), devtools(wrappers()[0])])
JOURNAL = ndjson(sent())
RECORDING = recording.dumps(purchase())

BAD_HAR = [
    (b"", "empty; allowed: a HAR (.har)"),
    (b" \n\n", "empty; allowed: a HAR (.har)"),
    (b"hello", '1: not a HAR, which is one JSON object with "log"'),
    (b"[]", '1: not a HAR, which is one JSON object with "log"'),
    (b'{"a": 1}', "it contains no request in log.entries"),
    (har([]).encode(), "it contains no request in log.entries"),
    (b'{"log": {"entries": [{}]}}', "entry 1: it has no request"),
    (HAR[:-200].encode(), f"the HAR is truncated after entry 1, at byte {len(HAR) - 200}; export"),
    (HAR[:60].encode(), "the HAR is truncated before its first entry"),
    (HAR.replace('"_initiator"', "oops").encode(), "not JSON after entry 1, near "),
    ((HAR + HAR).encode(), "not JSON after entry 2"),
    (b'{"log": {"entries": [' + b"[" * 1000, "nested more than 200 levels deep before its first entry"),
    (HAR.replace("shop", "sh\xf6p").encode("latin-1"), "not UTF-8 before its first entry"),
    (HAR.encode("utf-16"), "not UTF-8, but UTF-16; save it as UTF-8"),
    (gzip.compress(HAR.encode()), "compressed with gzip; unpack it first, for example with: gunzip "),
    (b"PK\x03\x04...", "a zip archive; unpack it and check"),
]
BAD_NDJSON = [
    (b'{"a": 1}\n{"a": 2}\n', "1: the first line is not the header of a journal"),
    (b'{"url": 5}\n', "1: the first line is not the header of a journal"),
    (b'{"url": "https://shop.test/"}\n{"a": 2}\n', "2: not a request: it has no URL"),
    (b'{"url": "https://shop.test/"}\n[]\n', "2: not a JSON object; each line must be one"),
    (b'{"url": "https://shop.test/"}\n{"url": ', "2: not JSON; each line is one object"),
    (b'{"url": "https://shop.test/"}\n{"url": "\xf6"}', "2: not UTF-8: byte 0xf6"),
    (JOURNAL.partition("\n")[0].encode() + b"\n", "it contains no beacon; nothing was checked"),
    (b'{"format": "harness-journal", "version": 9}\n', "1: version 9 is not supported; this program reads version 1"),
    (b'{"format": "harness-journal", "version": 1, "protocol": "x"}\n', "1: unknown protocol 'x'; allowed"),
    (JOURNAL[:-20].encode(), f"{len(sent()) + 1}: not JSON; each line is one object"),
    ((JOURNAL + "[]\n").encode(), f"{len(sent()) + 2}: not a JSON object"),
    ((JOURNAL + "{}\n").encode(), f"{len(sent()) + 2}: not a beacon"),
    (JOURNAL.replace('"time": ', '"time": null, "t": ').encode(), "2: 'time' cannot be 'None'"),
    (JOURNAL.replace("POST", "P\xf6ST").encode("latin-1"), "2: not UTF-8: byte 0xf6"),
    (RECORDING.rpartition("\n{")[0].encode() + b"\n", "the recording is truncated"),
    (RECORDING.replace('{"record": "dwelt"', '{"record": "x"}\n{"record": "dwelt"', 1).encode(), "the recording had "),
]
BAD = [
    *(("shop.har", content, words) for content, words in BAD_HAR),
    *(("a.ndjson", content, words) for content, words in BAD_NDJSON),
    ("shop.json", b"{\0\1", "not UTF-8 text"),
    ("journal.db", b"SQLite format 3\0", "an SQLite file; export it with 'harness serve --journal "),
    ("shop.html", b"<!doctype html>", "HTML or XML, not JSON; allowed: a HAR (.har)"),
    ("shop.png", b"\x89PNG\r\n", "an image; allowed: a HAR (.har)"),
    ("body.txt", b"{}", "unknown file type .txt; allowed: a HAR (.har)"),
    ("urls.txt", b"https://shop.test/\nshop\n", "2: not a URL: 'shop'; each line is one URL"),
    ("urls.txt", b"# nothing\n", "unknown file type .txt; allowed: a HAR (.har)"),
    ("flows", b"4092:9:websocket;0:~8:response;", "flows of mitmproxy; save them as a HAR with: mitmdump -nr "),
    ("burp.xml", b'<items burpVersion="2026.1">', "items of Burp Suite; export them as a HAR"),
    ("session.saz", b"PK\x03\x04...", "a zip archive; unpack it and check the HAR in it, or export the session"),
    ("body.json", b'{\n  "a": 1,\n}', "3:1: not JSON: Expecting property name"),
    ("body.json", b"{}\n{}", "2:1: not JSON: Extra data; one JSON body is allowed"),
    ("body.json", b'{\n"a": "\xf6"}', "2: not UTF-8: byte 0xf6"),
]


@pytest.mark.parametrize(("name", "content", "words"), BAD, ids=[words[:50] for _, _, words in BAD])
def test_a_bad_file_is_one_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    done = checked(tmp_path, content, name=name)
    (error,) = done.errors
    assert str(error).startswith(f"{tmp_path / name}:")
    assert words in str(error)
    assert "\n" not in str(error)
    assert [file.verdict for file in done.result.scenarios] == ["not-run"]


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    (error,) = check_files([tmp_path / "missing.har"]).errors
    assert "missing.har: no such file; allowed: a HAR (.har)" in str(error)


def test_a_folder_is_one_line_with_an_example_of_its_files(tmp_path: Path) -> None:
    (error,) = check_files([tmp_path]).errors
    assert str(error) == f"{tmp_path}: a folder; name the files in it, for example {tmp_path}/*.har"


def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(JOURNAL,))
    writer.start()
    (file,) = check_files([pipe]).result.scenarios
    writer.join()
    assert (file.verdict, file.events) == ("pass", 15)


# NDJSON and single bodies


def test_a_healthy_journal_has_no_finding(tmp_path: Path) -> None:
    (file,) = checked(tmp_path, JOURNAL, name="a.ndjson", strict=True).result.scenarios
    assert (file.verdict, file.findings, file.events) == ("pass", (), 15)


def test_a_healthy_recording_has_no_finding_although_its_clock_is_ahead(tmp_path: Path) -> None:
    (file,) = checked(tmp_path, RECORDING, name="a.ndjson", strict=True).result.scenarios
    assert (file.verdict, file.findings, file.events) == ("pass", (), 15)


def test_a_finding_in_ndjson_has_its_line(tmp_path: Path) -> None:
    broken = JOURNAL.replace("19.99", "19,99", 1)
    found = findings(tmp_path, broken, name="a.ndjson")
    line = 1 + next(n for n, text in enumerate(broken.splitlines()) if "19,99" in text)
    assert {finding.place for finding in found} == {f"{tmp_path / 'a.ndjson'}:{line}"}


def test_a_beacon_from_the_future_is_reported(tmp_path: Path) -> None:
    late = JOURNAL.replace('"time": 18', '"time": 17')
    assert {finding.code for finding in findings(tmp_path, late, name="a.ndjson")} == {"clock-skew"}


def test_a_single_body_is_checked(tmp_path: Path) -> None:
    wrapper = wrappers()[0]
    assert findings(tmp_path, json.dumps(wrapper), name="body.json") == []
    (finding,) = findings(tmp_path, json.dumps({**wrapper, "site": 1}), name="body.json")
    assert (finding.code, finding.evidence.pointer) == ("schema", "/site")


def test_a_single_document_is_checked_as_the_type_of_its_address(tmp_path: Path) -> None:
    url = "https://events.jirafe.com/v2/1/product"
    found = findings(tmp_path, "{}", name="body.json", url=url)
    assert {finding.evidence.document for finding in found} == {"product"}


def test_an_address_that_accepts_no_body_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(
        UsageError, match=r"--url https://events\.jirafe\.com/x: this address accepts no body; use one of /v1/"
    ):
        checked(tmp_path, "{}", name="body.json", url="https://events.jirafe.com/x")


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(wrappers()[0]).encode())))
    (file,) = check_files([Path("-")], CheckOptions(strict=True)).result.scenarios
    assert (file.name, file.verdict, file.events) == ("standard input", "pass", 2)


# The command


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> object:
    """How `harness check ARGUMENTS…` ends."""
    monkeypatch.setattr(sys, "argv", ["harness", "check", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def files(folder: Path, **contents: str) -> Sequence[Path]:
    for name, content in contents.items():
        (folder / f"{name}.har").write_text(content)
    return [folder / f"{name}.har" for name in contents]


@pytest.mark.parametrize(
    ("contents", "status"),
    [
        ({"good": HAR}, 0),
        ({"silent": har([fetched("https://shop.test/")])}, 1),
        ({"good": HAR, "silent": har([fetched("https://shop.test/")])}, 1),
        ({"good": HAR, "bad": HAR[:-9]}, 2),
        ({"bad": HAR[:-9]}, 2),
    ],
)
def test_the_exit_status_is_that_of_the_worst_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contents: dict[str, str], status: int
) -> None:
    assert command(monkeypatch, *files(tmp_path, **contents), "--report", "json") == status


def test_each_file_is_an_entry_of_the_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = files(tmp_path, good=HAR, bad=HAR[:-9])
    command(monkeypatch, *paths, "--report", "json")
    printed = capsys.readouterr()
    report = json.loads(printed.out)
    assert [(entry["file"], entry["verdict"]) for entry in report["scenarios"]] == [
        (str(paths[0]), "pass"),
        (str(paths[1]), "not-run"),
    ]
    assert report["scenarios"][1]["reason"].startswith("the HAR is truncated after entry ")
    assert printed.err.replace("\n", "").startswith(f"harness: {paths[1]}: the HAR is truncated")


def test_strict_makes_warnings_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = files(
        tmp_path, shop=har([fetched("https://shop.test/other"), fetched("https://shop.test/"), devtools(wrappers()[0])])
    )[0]
    assert [command(monkeypatch, path), command(monkeypatch, path, "--strict")] == [0, 1]


def test_a_result_suggests_the_command_but_no_rerun_of_scenarios(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command(monkeypatch, *files(tmp_path, silent=har([fetched("https://shop.test/")])))
    assert "--last-failed" not in capsys.readouterr().out


def test_a_file_named_twice_is_checked_twice(tmp_path: Path) -> None:
    path = files(tmp_path, good=HAR)[0]
    results: Sequence[ScenarioResult] = check_files([path, path]).result.scenarios
    assert [file.verdict for file in results] == ["pass", "pass"]
