"""How a command ends: its reports are written, and its exit status is the verdict's."""

from pathlib import Path
from typing import NoReturn

import typer

from fakewww.app import TRACKER
from harness import reports
from harness.console import complain, say
from harness.errors import COULD_NOT_RUN, FOUND, INTERRUPTED, PASSED, HarnessError
from harness.results import RunResult
from harness.scenario.yaml_source import read_file


def finish(result: RunResult, specs: list[str], *, min_score: float = 0) -> NoReturn:
    """Write every report, whatever becomes of the others, and exit by the verdict and the score."""
    trouble = False
    for spec in specs:
        try:
            path = reports.write(spec, result)
        except HarnessError as error:
            complain(error)
            trouble = True
            continue
        if path is not None:
            say(f"report: {path.resolve()}")
    if any("interrupted" in note for note in result.notes):
        raise typer.Exit(INTERRUPTED)
    if trouble or all(scenario.verdict == "not-run" for scenario in result.scenarios):
        raise typer.Exit(COULD_NOT_RUN)
    if result.mutation_score is not None and result.mutation_score.score < min_score:
        say(f"sabotage: {result.mutation_score.score:.1f} % was noticed; --min-score asks for {min_score:g} %")
        raise typer.Exit(FOUND)
    raise typer.Exit(PASSED if result.verdict == "pass" else FOUND)


def script(path: Path | None) -> bytes:
    """The tracker's source: of a file, or the built-in one."""
    if path is None:
        return TRACKER.read_bytes()
    return read_file(path, "tracker script").encode()
