"""`harness init` on errors: one line, exit status 2, and no file is changed."""

from pathlib import Path

import pytest
from support.command import call

RECORDING = '{"title": "T", "steps": [{"type": "navigate", "url": "https://shop.test/fakewww/index.html"}]}'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "buy.json", "--output", "there.yaml"], "there.yaml exists and is not overwritten"),
        (["http://127.0.0.1:1/", "--output", "there.yaml"], "there.yaml exists and is not overwritten"),
        (["--from", "none.json"], "none.json"),
        (["--from", "buy.json", "--output", "no/such/folder.yaml"], "cannot be written: No such file or directory"),
        (["http://127.0.0.1:1/", "--from", "buy.json"], "give either the URL of a store, or a recording with --from"),
        (["--from", "buy.json", "--output", "x" * 300], "cannot be written: File name too long"),
        (["--from", "buy.json", "--consent", "Yes"], "--consent: only for the URL of a store"),
        ([], "give either the URL of a store, or a recording with --from"),
    ],
)
def test_an_error_is_one_line_and_changes_no_file(arguments: list[str], words: str, tmp_path: Path) -> None:
    (tmp_path / "there.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "buy.json").write_text(RECORDING, encoding="utf-8")
    ended = call("init", *arguments, cwd=tmp_path)
    assert ended.status == 2
    assert words in ended.err
    assert len(ended.err.splitlines()) == 1
    assert (tmp_path / "there.yaml").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 2
