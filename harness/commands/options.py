"""Command-line options that several commands share, each declared once."""

from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.browser.channels import CHANNELS
from harness.browser_names import BROWSERS
from harness.commands.console import log_to_stderr
from harness.errors import UsageError
from harness.runner.artifacts import Keep
from harness.scenario.store_options import STORE_OPTIONS

SCENARIOS, STORE, ACCESS, RUNNING = "Choose scenarios", "Store and tracker", "Access to the store", "Run"
BROWSER, REPORT = "Browser", "Verdict and reports"
"""Panels of `--help`."""


def path_of(text: str) -> Path:
    """A path given on the command line. UsageError if it is empty."""
    if not text:
        raise UsageError("an empty path; give the path of a file or folder, or omit it")
    return Path(text)


ScenarioPaths = Annotated[
    list[Path] | None,
    typer.Argument(
        parser=path_of,
        metavar="PATHS",
        help="Scenario files or folders. Default: the folder ./scenarios if it exists, else the shipped scenarios.",
        show_default=False,
    ),
]
StoreUrl = Annotated[
    str | None,
    typer.Argument(metavar="[URL]", help="First page of the store, such as https://shop.example/.", show_default=False),
]
TargetFile = Annotated[
    Path | None,
    typer.Option(
        "--target",
        metavar="FILE",
        help="Target file that describes the store ('harness init URL' writes one). Default: the built-in store.",
        rich_help_panel=STORE,
    ),
]
Tracker = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Tracker script. Default: the built-in one.", rich_help_panel=STORE),
]
Collector = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="URL of a running collector (harness serve). Documents that a back end sends to it are checked, too.",
        rich_help_panel=STORE,
    ),
]
StoreSettings = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=VALUE",
        help="Option of the built-in store; may be repeated. The `store` of a scenario takes precedence.\n\n"
        + "\n\n".join(f"{name}={'|'.join(option.one_of) or 'N'}: {option.about}" for name, option in STORE_OPTIONS.items()),
        rich_help_panel=STORE,
    ),
]
ConsentButton = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Text of the consent banner's button to press.", rich_help_panel=STORE),
]
PageTimeout = Annotated[
    float,
    typer.Option(min=0.1, max=3600, metavar="SECONDS", help="Time limit for loading a page.", rich_help_panel=STORE),
]
User = Annotated[
    str | None,
    typer.Option(
        metavar="NAME:PASSWORD", help="User name and password for HTTP basic authentication.", rich_help_panel=ACCESS
    ),
]
Header = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=VALUE",
        help="Header to send with every request, to any host; may be repeated.",
        rich_help_panel=ACCESS,
    ),
]
Cookie = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=VALUE", help="Cookie to set for the store; may be repeated.", rich_help_panel=ACCESS),
]
StorageState = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Cookies and local storage, saved by Playwright (storage state).", rich_help_panel=ACCESS
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="N",
        help="Number of scenarios that run at the same time. Default: depends on the number of processors.",
        rich_help_panel=RUNNING,
        show_default=False,
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        metavar="N",
        help="Seed of all random choices: shoppers, product images, order numbers. The same seed repeats them.",
        rich_help_panel=RUNNING,
    ),
]
EventTimeout = Annotated[
    float,
    typer.Option(
        min=0.1,
        max=3600,
        metavar="SECONDS",
        help="Time limit for expected events, as a total for each scenario.",
        rich_help_panel=RUNNING,
    ),
]
Browser = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=f"{', '.join(BROWSERS)}. Default: chromium, or the kind of --browser-path.",
        rich_help_panel=BROWSER,
    ),
]
BrowserChannel = Annotated[
    str | None,
    typer.Option(
        "--channel", metavar="NAME", help=f"Build of the browser: {', '.join(CHANNELS)}.", rich_help_panel=BROWSER
    ),
]
BrowserPath = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Executable of the browser. Default: the best installed one.", rich_help_panel=BROWSER
    ),
]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser window.", rich_help_panel=BROWSER)]
SlowMo = Annotated[
    float,
    typer.Option(
        min=0, max=60000, metavar="MS", help="Pause before each action, in milliseconds.", rich_help_panel=BROWSER
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.", rich_help_panel=REPORT)]
MinScore = Annotated[
    float,
    typer.Option(
        min=0,
        max=100,
        metavar="PERCENT",
        help="Fail if the mutation score is lower: the percentage of mutants that were detected.",
        rich_help_panel=REPORT,
    ),
]
Report = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FORMAT[=PATH]",
        help=f"{reports.HELP} Without PATH: standard output, or report.html. Default: text.",
        rich_help_panel=REPORT,
    ),
]
Artifacts = Annotated[
    Path | None,
    typer.Option(
        parser=path_of, metavar="DIR", help="Folder for recordings, traces and screenshots.", rich_help_panel=REPORT
    ),
]
KeepArtifacts = Annotated[
    Keep, typer.Option("--keep", help="Keep the artifacts of failures only, or of all.", rich_help_panel=REPORT)
]
Debug = Annotated[
    bool,
    typer.Option(
        "--debug",
        is_eager=True,
        callback=log_to_stderr,
        help="Print a log of all steps; for an error, also print its traceback and causes.",
    ),
]
