"""Run the command line, in this process or in another one."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from harness.commands.app import main

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        """The report that a command with `--report json` printed."""
        return json.loads(self.out)


def call(*arguments: str | Path, cwd: Path = ROOT, encoding: str = "utf-8", scored: bool = False) -> Ended:
    """`harness ARGUMENTS…` in this process; `encoding` is that of the terminal. `run` scores no mutants unless `scored`."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
    argv = ["harness", *(map(str, arguments) if scored else _without_score(arguments))]
    wide = patch.dict("os.environ", {"COLUMNS": "500"})
    with chdir(cwd), patch("sys.argv", argv), wide, redirect_stdout(out), redirect_stderr(err), _unchanged_log():
        try:
            main()
        except SystemExit as end:
            status = end.code
    assert isinstance(status, int)
    return Ended(status, *(stream.buffer.getvalue().decode() for stream in (out, err)))  # type: ignore[attr-defined]


@contextmanager
def _unchanged_log() -> Iterator[None]:
    """Undo `--debug`."""
    log = logging.getLogger("harness")
    handlers, level = list(log.handlers), log.level
    try:
        yield
    finally:
        log.handlers[:] = handlers
        log.setLevel(level)


def harness(*arguments: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> Ended:
    """`python -m harness ARGUMENTS…` in a process of its own. `run` scores no mutants without `--mutants`."""
    return ended([sys.executable, "-m", "harness", *_without_score(arguments)], cwd=cwd, env=env)


def _without_score(arguments: Sequence[str | Path]) -> list[str]:
    """The score takes a second after each run that passes."""
    texts = [str(each) for each in arguments]
    is_scored = texts[0] != "run" or "--mutants" in texts or "--min-score" in texts
    return texts if is_scored else [*texts, "--mutants", "off"]


def ended(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> Ended:
    """Any command, run to its end; at most some minutes, on a busy machine."""
    ran = subprocess.run(command, cwd=cwd, env=env, capture_output=True, timeout=400, check=False, encoding="utf-8")
    return Ended(ran.returncode, ran.stdout, ran.stderr)
