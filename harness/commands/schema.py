"""The command `harness schema`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.protocol import get as get_protocol
from harness.scenario.json_schema import scenario_schema
from harness.scenario.target import built_in, read_target


def schema(
    target_file: Annotated[
        Path | None,
        typer.Option("--target", metavar="FILE", help="The store whose actions it knows. Default: the built-in one."),
    ] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them."""
    target = read_target(target_file) if target_file else built_in()
    reports.print_utf8(json.dumps(scenario_schema(target, get_protocol()), indent=2, ensure_ascii=False) + "\n")
