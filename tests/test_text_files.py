"""Reading text files, and quoting text in messages."""

from pathlib import Path

import pytest

from harness.errors import FileError
from harness.text_files import quote, read_file


def test_quoted_text_is_one_line_and_cut() -> None:
    assert quote("a\nb\x1b") == '"a\\nb\\x1b"'
    assert quote("x" * 100) == f'"{"x" * 59}…"'


def test_a_missing_file_is_reported_with_a_similar_name(tmp_path: Path) -> None:
    (tmp_path / "buy.yaml").write_text("", encoding="utf-8")
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "bye.yaml", "scenario")
    wrong, right = tmp_path / "bye.yaml", tmp_path / "buy.yaml"
    assert str(caught.value) == f'{wrong}: no such file or folder; did you mean "{right}"?'


def test_a_missing_file_in_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file or folder; expected a scenario"):
        read_file(tmp_path / "none" / "buy.yaml", "scenario")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="this is a folder; expected a target"):
        read_file(tmp_path, "target")


def test_a_file_with_a_byte_order_mark_is_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\xef\xbb\xbfa: b\n")
    assert read_file(tmp_path / "a", "scenario") == "a: b\n"


@pytest.mark.parametrize(
    ("data", "line"), [("a: b".encode("utf-16"), 1), (b"a: b\nc: \xe9\n", 2), (b"\x89PNG\r\n\x1a\n", 1)]
)
def test_a_file_in_another_encoding_is_reported_with_the_line(tmp_path: Path, data: bytes, line: int) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    with pytest.raises(FileError) as caught:
        read_file(tmp_path / "a.yaml", "scenario")
    assert str(caught.value) == f"{tmp_path / 'a.yaml'}:{line}: not UTF-8; save the scenario as UTF-8 text"


def test_an_invalid_file_name_is_reported() -> None:
    with pytest.raises(FileError, match="cannot be read"):
        read_file(Path("a\0b"), "scenario")
