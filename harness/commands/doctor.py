"""The command `harness doctor`: its options, and what they mean."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from harness.browser.channels import CHANNELS
from harness.browser_names import BROWSERS
from harness.browser.pool import LaunchOptions
from harness.commands import doctor_checks as doctors


def doctor(
    install: Annotated[bool, typer.Option("--install", help="Install what is missing: a browser.")] = False,
    browser: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"{', '.join(BROWSERS)}. Default: chromium.")
    ] = None,
    channel: Annotated[str | None, typer.Option(metavar="NAME", help=f"One build: {', '.join(CHANNELS)}.")] = None,
    browser_path: Annotated[Path | None, typer.Option(metavar="FILE", help="Look at this browser.")] = None,
) -> None:
    """Is everything here that a run needs, and which browsers are?"""
    wish = LaunchOptions(name=browser, channel=channel, path=browser_path)
    raise typer.Exit(doctors.run(install=install, wish=wish, console=Console()))
