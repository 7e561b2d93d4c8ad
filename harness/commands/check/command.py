"""The command `harness check FILE…`."""

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
            help="HAR files (.har), journals, recordings or requests (.ndjson), lists of URLs (.txt), "
            "single bodies (.json); - reads standard input.",
        ),
    ],
    collector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            help="Another collector of the HAR's beacons, HOST or HOST:PORT, in addition to the production ones; may be repeated.",
        ),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="The address to which single bodies were sent. Default: the tracker's address."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Number of processes. Default: one for each processor.", show_default=False
        ),
    ] = None,
    strict: shared.Strict = False,
    report: shared.Report = None,
    debug: shared.Debug = False,
) -> None:
    """Check captured traffic without a browser: HAR files, journals, recordings, requests, URLs, or a single body.

    [dim]harness check shop.har[/]                  a capture of a browser's tools, of Playwright or of a proxy
    [dim]harness check journal.ndjson[/]            the journal of 'harness serve'
    [dim]harness check urls.txt[/]                  one URL a line
    [dim]curl … | harness check -[/]                one body

    Each request is checked as in 'harness run', except for checks that need the journey or the store.
    """
    specs = report or ["text"]
    reports.check(specs)
    reports.make_folders(specs)
    options = CheckOptions(strict=strict, collectors=tuple(collector or ()), url=url, workers=workers)
    with FileProgress() as progress:
        checked = check_files(files, options, on_read=progress.update)
    _end(replace(checked, result=replace(checked.result, command=shlex.join(["harness", *sys.argv[1:]]))), specs)


def _end(checked: Checked, specs: Sequence[str]) -> None:
    """Write the reports of the readable files. Exit with 2 if any file could not be read."""
    for error in checked.errors:
        print_error(error)
    if len(checked.errors) == len(checked.result.scenarios):
        raise typer.Exit(COULD_NOT_RUN)
    try:
        finish(checked.result, list(specs))
    except typer.Exit as ended:
        raise typer.Exit(COULD_NOT_RUN if checked.errors else ended.exit_code) from ended
