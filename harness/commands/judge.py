"""The command `harness judge`: its options, and what they mean."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.commands.exit_status import finish
from harness.judge.replay import judge_recordings


def judge(
    recording_files: Annotated[
        list[Path], typer.Argument(metavar="RECORDING…", help="Files that 'run --artifacts' wrote.")
    ],
    scenario: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judge by this scenario, not by the one in the recording.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    report: Annotated[list[str] | None, typer.Option(metavar="FORMAT[=PATH]", help=reports.HELP)] = None,
) -> None:
    """Give the verdict once more, from recordings; no browser."""
    specs = report or ["text"]
    reports.check(specs)
    reports.make_folders(specs)
    result = judge_recordings(recording_files, scenario=scenario, strict=strict)
    finish(replace(result, command=shlex.join(["harness", *sys.argv[1:]])), specs)
