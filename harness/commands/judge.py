"""The command `harness judge`: its options and their meaning."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.commands import options as shared
from harness.commands.exit_status import finish
from harness.judge.replay import judge_recordings


def judge(
    recording_files: Annotated[
        list[Path],
        typer.Argument(metavar="RECORDING…", help="Recordings (.ndjson) that 'harness run --artifacts' wrote."),
    ],
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Scenario to judge by, instead of the one stored in the recording."),
    ] = None,
    strict: shared.Strict = False,
    report: shared.Report = None,
    debug: shared.Debug = False,
) -> None:
    """Check the recordings of earlier runs again, without a browser.

    Use it after a change to a scenario's expectations, or to analyse a recording
    from CI.

    [dim]harness judge artifacts/*.ndjson[/]
    [dim]harness judge buy.ndjson --scenario buy.yaml[/]

    Exit status: 0 if all recordings pass, 1 if one fails, 2 if a file cannot be
    read.
    """
    specs = report or ["text"]
    reports.check(specs)
    reports.make_folders(specs)
    result = judge_recordings(recording_files, scenario=scenario, strict=strict)
    finish(replace(result, command=shlex.join(["harness", *sys.argv[1:]])), specs)
