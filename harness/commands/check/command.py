"""The command `harness check FILE…`: its options, and how it ends."""

import shlex
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.commands import options as shared
from harness.commands.check.checker import Checked, CheckOptions, check_files
from harness.commands.console import print_error
from harness.commands.exit_status import finish
from harness.commands.progress import FileProgress
from harness.errors import COULD_NOT_RUN


def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="HAR files (.har), exports of a journal or recordings (.ndjson), single bodies (.json); - is standard input.",
        ),
    ],
    collector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            help="A host, or HOST:PORT, that beacons go to in HAR files, besides the production ones; may be repeated.",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The address that single bodies were sent to, such as that of an order. Default: the tracker's address.",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Processes. Default: one for each processor.", show_default=False),
    ] = None,
    strict: shared.Strict = False,
    report: shared.Report = None,
    debug: shared.Debug = False,
) -> None:
    """Check captured traffic, without a browser: HAR files, our NDJSON, or one body.

    [dim]harness check shop.har[/]                  what the browser's tools, or Playwright, have saved
    [dim]harness check journal.ndjson[/]            what a collector of ours has received
    [dim]curl … | harness check -[/]                one body

    Each request of the protocol is judged as by 'run', but for what only the journey or the store could tell.
    """
    specs = report or ["text"]
    reports.check(specs)
    reports.make_folders(specs)
    options = CheckOptions(strict=strict, collectors=tuple(collector or ()), url=url, workers=workers)
    with FileProgress() as progress:
        checked = check_files(files, options, on_read=progress.update)
    _end(replace(checked, result=replace(checked.result, command=shlex.join(["harness", *sys.argv[1:]]))), specs)


def _end(checked: Checked, specs: Sequence[str]) -> None:
    """Write the reports on what could be read; a file that could not be read makes it 2, whatever the others say."""
    for error in checked.errors:
        print_error(error)
    if len(checked.errors) == len(checked.result.scenarios):
        raise typer.Exit(COULD_NOT_RUN)
    try:
        finish(checked.result, list(specs))
    except typer.Exit as ended:
        raise typer.Exit(COULD_NOT_RUN if checked.errors else ended.exit_code) from ended
