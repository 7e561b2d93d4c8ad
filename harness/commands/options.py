"""Command-line options that several commands share, each declared once."""

from pathlib import Path
from typing import Annotated, Any

import typer

from harness import reports
from harness.browser.channels import CHANNELS
from harness.browser_names import BROWSERS
from harness.commands.console import log_to_stderr
from harness.errors import UsageError
from harness.runner.artifacts import Keep
from harness.scenario.store_options import STORE_OPTIONS, StoreOption

SCENARIOS, STORE, ACCESS, RUNNING = "Choose scenarios", "Store and tracker", "Access to the store", "Run"
BROWSER, REPORT = "Browser", "Verdict and reports"
"""Panels of `--help`."""


def path_of(text: str) -> Path:
    """A path given on the command line. UsageError if it is empty."""
    if not text:
        raise UsageError("an empty path; give the path of a file or folder, or omit it")
    return Path(text)


def option(panel: str, metavar: str | None, help: str, *names: str, **settings: Any) -> Any:
    """An option in this panel of `--help`."""
    return typer.Option(*names, metavar=metavar, help=help, rich_help_panel=panel, **settings)


def flag(panel: str, name: str, help: str) -> Any:
    """An option without a value."""
    return typer.Option(name, help=help, rich_help_panel=panel)


def _values(setting: StoreOption) -> str:
    """The values of a store option; with spaces if there are many, so that a narrow terminal shows all of them."""
    words = "|".join(setting.one_of) or "N"
    return words if len(words) <= 40 else f"({' | '.join(setting.one_of)})"


Files = list[Path] | None
Texts = list[str] | None

_PATHS_HELP = "Scenario files or folders. Default: the folder ./scenarios if it exists, else the shipped scenarios."
ScenarioPaths = Annotated[Files, typer.Argument(parser=path_of, metavar="PATHS", help=_PATHS_HELP, show_default=False)]
_URL_HELP = "First page of the store, such as https://shop.example/."
StoreUrl = Annotated[str | None, typer.Argument(metavar="[URL]", help=_URL_HELP, show_default=False)]

_TARGET_HELP = "Target file that describes the store ('harness init URL' writes one). Default: the built-in store."
TargetFile = Annotated[Path | None, option(STORE, "FILE", _TARGET_HELP, "--target")]
Tracker = Annotated[Path | None, option(STORE, "FILE", "Tracker script. Default: the built-in one.")]
_COLLECTOR_HELP = (
    "URL of a collector that 'harness serve' runs. Documents that your store's back end sends to it are checked, too."
)
Collector = Annotated[str | None, option(STORE, "URL", _COLLECTOR_HELP)]
_SETTINGS_HELP = "Option of the built-in store; may be repeated. The `store` of a scenario takes precedence."
_EACH_SETTING = (f"{name}={_values(each)}: {each.about}" for name, each in STORE_OPTIONS.items())
StoreSettings = Annotated[Texts, option(STORE, "KEY=VALUE", "\n\n".join((_SETTINGS_HELP, *_EACH_SETTING)))]
ConsentButton = Annotated[str | None, option(STORE, "TEXT", "Text of the consent banner's button to press.")]
PageTimeout = Annotated[float, option(STORE, "SECONDS", "Time limit for loading a page.", min=0.1, max=3600)]

User = Annotated[str | None, option(ACCESS, "NAME:PASSWORD", "User name and password for HTTP basic authentication.")]
_HEADER_HELP = "Header to send with every request, to any host; may be repeated."
Header = Annotated[Texts, option(ACCESS, "NAME=VALUE", _HEADER_HELP)]
Cookie = Annotated[Texts, option(ACCESS, "NAME=VALUE", "Cookie to set for the store; may be repeated.")]
_STATE_HELP = "Cookies and local storage, saved by Playwright (storage state)."
StorageState = Annotated[Path | None, option(ACCESS, "FILE", _STATE_HELP)]

_WORKERS_HELP = "Number of scenarios that run at the same time. Default: depends on the number of processors."
Workers = Annotated[int | None, option(RUNNING, "N", _WORKERS_HELP, min=1, show_default=False)]
_SEED_HELP = "Seed of all random choices: shoppers, product images, order numbers. The same seed repeats them."
Seed = Annotated[int, option(RUNNING, "N", _SEED_HELP)]
_TIMEOUT_HELP = "Longest total time that a scenario waits for expected events, in seconds."
EventTimeout = Annotated[float, option(RUNNING, "SECONDS", _TIMEOUT_HELP, min=0.1, max=3600)]

_BROWSER_HELP = f"{', '.join(BROWSERS)}. Default: the browser of --browser-path, else chromium."
Browser = Annotated[str | None, option(BROWSER, "NAME", _BROWSER_HELP)]
BrowserChannel = Annotated[str | None, option(BROWSER, "NAME", f"Build of the browser: {', '.join(CHANNELS)}.")]
_PATH_HELP = "Executable of the browser. Default: the best installed one."
BrowserPath = Annotated[Path | None, option(BROWSER, "FILE", _PATH_HELP)]
Headed = Annotated[bool, flag(BROWSER, "--headed", "Show the browser window.")]
SlowMo = Annotated[float, option(BROWSER, "MS", "Pause before each action, in milliseconds.", min=0, max=60000)]

Strict = Annotated[bool, flag(REPORT, "--strict", "Fail on warnings, too.")]
_SCORE_HELP = "Fail if the mutation score is lower: the percentage of mutants that were detected."
MinScore = Annotated[float, option(REPORT, "PERCENT", _SCORE_HELP, min=0, max=100)]
_REPORT_HELP = f"{reports.HELP} Without PATH, html is written to report.html and the other formats to standard output. Default: text."
Report = Annotated[Texts, option(REPORT, "FORMAT[=PATH]", _REPORT_HELP)]
_ARTIFACTS_HELP = "Folder for recordings, traces and screenshots."
Artifacts = Annotated[Path | None, option(REPORT, "DIR", _ARTIFACTS_HELP, parser=path_of)]
KeepArtifacts = Annotated[Keep, option(REPORT, None, "Keep artifacts of failed scenarios only, or of all scenarios.")]

_DEBUG_HELP = "Print a log of all steps; for an error, also print its traceback and causes."
Debug = Annotated[bool, typer.Option("--debug", is_eager=True, callback=log_to_stderr, help=_DEBUG_HELP)]
