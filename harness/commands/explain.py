"""The command `harness explain`."""

from typing import Annotated

import typer

from harness.commands import options as shared
from harness.mutation.recordings.last_run import explain as explanation


def explain(
    number: Annotated[
        int, typer.Argument(metavar="N", help="Number of the undetected mutant in the report of the last run.")
    ],
    debug: shared.Debug = False,
) -> None:
    """Suggest a scenario line that catches a mutant (a deliberately broken tracker) that the last run missed.

    A passing 'harness run' also judges mutants: copies of its recordings with one
    fault each. Its report numbers the mutants that no expectation detects.
    A failed run has no mutants. Start this command in the same folder as the run.

    [dim]harness explain 1[/]

    Exit status: 0, or 2 if the last run has no mutant with this number.
    """
    print(explanation(number))  # noqa: T201
