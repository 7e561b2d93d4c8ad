"""Which reports there are and where they go."""

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from support.sample_results import failing_run, missing, passing_run, single

from harness.errors import UsageError
from harness.reports import DEFAULT_PATHS, FORMATS, Destination, check, make_folders, parse, write


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_formats_are_these() -> None:
    assert list(FORMATS) == ["text", "json", "junit", "html", "github"]


def test_a_format_alone_goes_to_standard_output() -> None:
    assert parse("json") == Destination(format="json", path=None)


def test_html_alone_goes_to_a_file() -> None:
    assert write("html", passing_run()) == DEFAULT_PATHS["html"]
    assert Path("report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_its_file_and_makes_the_folders(name: str) -> None:
    path = write(f"{name}=out/of/the/way/report", failing_run())
    assert path is not None
    assert path.read_text(encoding="utf-8") == FORMATS[name](failing_run())


def test_a_path_may_hold_an_equals_sign() -> None:
    assert parse("json=a=b.json").path == Path("a=b.json")


def test_an_unknown_format_names_the_closest() -> None:
    with pytest.raises(
        UsageError, match=r'unknown format "jnuit"; allowed: text, json, junit, html, github; did you mean "junit"\?$'
    ):
        parse("jnuit=x.xml")


def test_nothing_close_to_an_unknown_format_is_not_guessed() -> None:
    with pytest.raises(UsageError, match=r"allowed: text, json, junit, html, github$"):
        parse("pdf")


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ("json=", "the file name after the equals sign is missing"),
        ("json=folder", "is a folder"),
        ("json=file/below.json", "is a file"),
    ],
)
def test_a_place_that_cannot_be_written_is_said_before_the_run(spec: str, complaint: str) -> None:
    Path("folder").mkdir()
    Path("file").touch()
    with pytest.raises(UsageError, match=complaint) as error:
        parse(spec)
    assert "\n" not in str(error.value)


def test_a_folder_without_permission_is_said_before_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(UsageError, match="is not writable"):
        parse("json=out/report.json")


def test_checking_creates_nothing(tmp_path: Path) -> None:
    check(["json=new/report.json", "html"])
    assert list(tmp_path.iterdir()) == []


def test_the_folders_of_all_reports_can_be_made_before_the_run(tmp_path: Path) -> None:
    make_folders(["json=a/b/report.json", "text", "junit=c/x.xml"])
    assert (tmp_path / "a" / "b").is_dir()
    assert (tmp_path / "c").is_dir()


@pytest.mark.parametrize(
    "specs",
    [
        ["json=a", "html=a"],
        ["html", "html"],
        ["html", "json=report.html"],
        ["json=a", "text", "junit=./b/../a"],
        ["json=a", "json=link"],
    ],
    ids=" ".join,
)
def test_two_reports_in_one_file_are_refused(specs: list[str]) -> None:
    Path("link").symlink_to("a")
    with pytest.raises(UsageError, match=f"--report: {specs[0]} and {specs[-1]} have the same destination, the file "):
        check(specs)


def test_two_reports_on_standard_output_are_refused() -> None:
    with pytest.raises(
        UsageError, match=r"--report: text and json have the same destination, standard output; give one a file"
    ):
        check(["text", "html", "json"])


def test_reports_in_different_places_are_fine() -> None:
    check(["text", "html", "json=a", "junit=b"])


def test_a_name_that_is_too_long_is_said_before_the_run() -> None:
    with pytest.raises(UsageError, match=r"is not writable: File name too long$"):
        check([f"json={'a' * 300}"])


@pytest.mark.parametrize("name", ["json", "junit"])
def test_machines_get_utf8_whatever_the_terminals_encoding(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = standard_output(monkeypatch, "ascii")
    write(name, single(missing("visit", message="“Möwe” 🐦")))
    assert "“Möwe” 🐦" in written.getvalue().decode("utf-8").replace('\\"', '"')


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_the_text_report_fits_the_terminals_encoding(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = standard_output(monkeypatch, encoding)
    write("text", single(missing("visit", message="тумблер 🐦 \ud800")))
    text = written.getvalue().decode(encoding)
    assert ("тумблер 🐦" in text) is (encoding == "utf-8")
    assert "\\ud800" in text


def standard_output(monkeypatch: pytest.MonkeyPatch, encoding: str) -> io.BytesIO:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding, write_through=True))
    return written


@pytest.mark.parametrize("name", ["text", "json", "html", "junit"])
def test_each_report_contains_the_notes_that_limit_the_verdict(name: str) -> None:
    note = "cart events are not checked: this store has no ledger"
    text = FORMATS[name](replace(failing_run(), notes=(note,)))
    assert note in " ".join(text.split())
