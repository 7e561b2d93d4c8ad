"""The command `harness explain`."""

from typing import Annotated

import typer

from harness.mutation.recordings.last_run import explain as explanation


def explain(
    number: Annotated[int, typer.Argument(metavar="N", help="Its number in the report of the last run here.")],
) -> None:
    """What to write in a scenario so that it notices what the last run would have let pass."""
    print(explanation(number))  # noqa: T201
