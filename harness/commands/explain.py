"""The command `harness explain`."""

from typing import Annotated

import typer

from harness.mutation.recordings.last_run import explain as explanation


def explain(
    number: Annotated[
        int, typer.Argument(metavar="N", help="Number of the undetected mutant in the report of the last run.")
    ],
) -> None:
    """Suggest the scenario line that detects an undetected mutant of the last run.

    After a passing run, 'harness run' judges mutants: copies of its recordings with one fault each. The report numbers the
    mutants that no expectation detects. Start this command in the folder of the run. After a failed run there are no mutants.

    [dim]harness explain 1[/]
    """
    print(explanation(number))  # noqa: T201
