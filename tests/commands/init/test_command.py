"""`harness init` where nothing can be made: one line, exit status 2, and no file is touched."""

import sys
from pathlib import Path

import pytest

from harness.commands.app import main

RECORDING = '{"title": "T", "steps": [{"type": "navigate", "url": "https://shop.test/fakewww/index.html"}]}'


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--from", "buy.json", "--output", "there.yaml"], "there.yaml is there already, and is not overwritten"),
        (["http://127.0.0.1:1/", "--output", "there.yaml"], "there.yaml is there already, and is not overwritten"),
        (["--from", "none.json"], "none.json"),
        (["--from", "buy.json", "--output", "no/such/folder.yaml"], "cannot be written: No such file or directory"),
        (["http://127.0.0.1:1/", "--from", "buy.json"], "one of them"),
        ([], "give a store's address, or a recording with --from"),
    ],
)
def test_what_cannot_be_made_is_one_line(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "there.yaml").write_text("mine", encoding="utf-8")
    (tmp_path / "buy.json").write_text(RECORDING, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["harness", "init", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert (tmp_path / "there.yaml").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 2
