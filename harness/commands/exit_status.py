"""End a command: write its reports and choose the exit status."""

from pathlib import Path
from typing import NoReturn

import typer

from harness import reports
from harness.commands.console import print_error, print_status
from harness.errors import COULD_NOT_RUN, FAILED, INTERRUPTED, PASSED, HarnessError
from harness.results import RunResult
from harness.runner.builtin_store import TRACKER
from harness.text_files import read_file


def finish(result: RunResult, specs: list[str], *, min_score: float = 0) -> NoReturn:
    """Write all reports, even if one fails, and exit by verdict and mutation score."""
    failed = False
    for spec in specs:
        try:
            path = reports.write(spec, result)
        except HarnessError as error:
            print_error(error)
            failed = True
            continue
        if path is not None:
            print_status(f"report: {path.resolve()}")
    if result.interrupted:
        raise typer.Exit(INTERRUPTED)
    if failed or all(scenario.verdict == "not-run" for scenario in result.scenarios):
        raise typer.Exit(COULD_NOT_RUN)
    if result.mutation_score is not None and result.mutation_score.score < min_score:
        print_status(f"mutation score: {result.mutation_score.score:.1f} % is below --min-score {min_score:g} %")
        raise typer.Exit(FAILED)
    raise typer.Exit(PASSED if result.verdict == "pass" else FAILED)


def tracker_source(path: Path | None) -> bytes:
    """The tracker script in this file, or the built-in one."""
    if path is None:
        return TRACKER.read_bytes()
    return read_file(path, "tracker script").encode()
