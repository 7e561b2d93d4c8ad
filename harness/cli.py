"""The command line: parses, calls, exits."""

import asyncio
import io
import json
import secrets
import shlex
import sys
from dataclasses import replace
from enum import Enum
from functools import partial
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from fakewww.app import SITE
from harness import doctor as doctors
from harness import reports, selection
from harness.check.command import check
from harness.ending import COULD_NOT_RUN, INTERRUPTED, PASSED, finish, script
from harness.errors import HarnessError, UsageError, one_of
from harness.mutate.command import mutate
from harness.progress import Progress, complain, print_jobs, say
from harness.protocols import get as get_protocol
from harness.rejudge import judge_recordings
from harness.runner import Options, Outcome, suitable_workers
from harness.runner import run as run_jobs
from harness.sabotage.memory import explain as explanation
from harness.sabotage.run import Amount, proved
from harness.scenario_schema import scenario_schema
from harness.serve import serve as serve_until_stopped
from harness.switches import SWITCHES, read_switches
from harness.target import built_in
from harness.verify.command import verify

app = typer.Typer(
    name="harness",
    help="Shoppers walk through a store in a real browser; everything its tracker sends is held against what must have been sent.",
    epilog="Exit status: 0 pass, 1 findings, 2 could not run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


class Keep(Enum):
    """Whose artifacts `harness run --artifacts` keeps."""

    failed = "failed"
    all = "all"


_SWITCHES = ", ".join(f"{name}={'|'.join(switch.one_of) or 'N'} ({switch.about})" for name, switch in SWITCHES.items())

CHOOSE, BROWSER, REPORT, RUNNING, PROVING = "Which scenarios", "Browser", "Reports", "How to run", "How good it is"


def main() -> NoReturn:
    """The command `harness`. What could not run is one line on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except HarnessError as error:
        complain(error)
        sys.exit(COULD_NOT_RUN)
    except ExceptionGroup as group:
        complain(one_of(group))
        sys.exit(COULD_NOT_RUN)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        say("interrupted")
        sys.exit(INTERRUPTED)
    sys.exit(PASSED)


def _path(text: str) -> Path:
    if not text:
        raise UsageError("an empty path; give the path of a file or folder, or leave it out")
    return Path(text)


@app.callback(invoke_without_command=True)
def harness(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"harness {package_version('tracker-harness')}")  # noqa: T201
        raise typer.Exit


@app.command()
def run(
    context: typer.Context,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            parser=_path,
            metavar="PATHS",
            help="Scenario files or folders. Default: scenarios/ here, else those of the package.",
            show_default=False,
        ),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(help="Only scenarios with this tag; may be repeated.", rich_help_panel=CHOOSE)
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="Only scenarios with this in their name; may be repeated.", rich_help_panel=CHOOSE),
    ] = None,
    last_failed: Annotated[
        bool,
        typer.Option(
            "--last-failed", help="Only those that failed or did not run the last time here.", rich_help_panel=CHOOSE
        ),
    ] = False,
    shard: Annotated[
        str | None,
        typer.Option(metavar="I/N", help="The I-th of N parts, stable from run to run.", rich_help_panel=CHOOSE),
    ] = None,
    repeat: Annotated[int, typer.Option(min=1, metavar="N", help="Each scenario N times.", rich_help_panel=CHOOSE)] = 1,
    list_only: Annotated[
        bool, typer.Option("--list", help="Print the scenarios and stop.", rich_help_panel=CHOOSE)
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the files; start nothing.", rich_help_panel=CHOOSE)
    ] = False,
    tracker: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Serve this script in place of the built-in tracker.", rich_help_panel=RUNNING
        ),
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help=f"Switch of the built-in store, for scenarios that do not set it: {_SWITCHES}; may be repeated.",
            rich_help_panel=RUNNING,
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Journeys at the same time. Default: what suits the machine.",
            rich_help_panel=RUNNING,
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Shoppers, pictures and order numbers; the same seed gives the same.",
            rich_help_panel=RUNNING,
        ),
    ] = 0,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1,
            max=3600,
            metavar="SECONDS",
            help="How long a scenario waits, in all, for events that are due.",
            rich_help_panel=RUNNING,
        ),
    ] = 3.0,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Start no more scenarios once one has failed.", rich_help_panel=RUNNING)
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.", rich_help_panel=RUNNING)] = False,
    sabotage: Annotated[
        Amount,
        typer.Option(
            help="After a pass, judge broken copies of it: a sample, or all. What passes, the scenarios would not notice.",
            rich_help_panel=PROVING,
        ),
    ] = Amount.summary,
    min_score: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help="Fail where less of the broken copies is noticed.",
            rich_help_panel=PROVING,
        ),
    ] = 0,
    browser_path: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The browser's program. Default: the best that is here.", rich_help_panel=BROWSER
        ),
    ] = None,
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.", rich_help_panel=BROWSER)] = False,
    slow_mo: Annotated[
        float,
        typer.Option(
            min=0,
            max=60_000,
            metavar="MS",
            help="Wait this long before each action, to watch.",
            rich_help_panel=BROWSER,
        ),
    ] = 0,
    report: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=PATH]",
            help="text, json, junit or html; may be repeated. Default: text.",
            rich_help_panel=REPORT,
        ),
    ] = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(
            parser=_path,
            metavar="DIR",
            help="Screenshots, traces and recordings of what failed.",
            rich_help_panel=REPORT,
        ),
    ] = None,
    keep: Annotated[Keep, typer.Option(help="Whose artifacts to keep.", rich_help_panel=REPORT)] = Keep.failed,
) -> None:
    """Run scenarios in a real browser and say whether the tracker did its work.

    [dim]harness run[/]                              all scenarios, on the built-in store
    [dim]harness run --tag smoke --report html[/]    some of them, with a page to look at
    [dim]harness run --tracker my-tracker.js[/]      against your own tracker script
    """
    specs = report or ["text"]
    reports.check(specs)
    if min_score and sabotage is Amount.off:
        raise UsageError("--min-score: there is no score with --sabotage off")
    switches = read_switches(store or ())
    target, protocol = built_in(), get_protocol()
    scenarios = selection.read_all(paths or selection.default_paths(), target=target, protocol=protocol)
    jobs = selection.choose(
        scenarios, tags=tag or (), names=name or (), last_failed=last_failed, shard=shard, repeat=repeat
    )
    if list_only or dry_run:
        print_jobs(jobs, checked=dry_run)
        return
    options = Options(
        script=script(tracker),
        store=switches,
        seed=seed,
        workers=workers or suitable_workers(),
        timeout=timeout,
        strict=strict,
        fail_fast=fail_fast,
        browser_path=browser_path,
        headed=headed,
        slow_mo_ms=slow_mo,
        artifacts=_folder(artifacts),
        keep_all=keep is Keep.all,
    )
    reports.make_folders(specs)
    outcomes: list[Outcome] = []
    with Progress(len(jobs)) as progress:
        done = partial(_done, progress, outcomes)
        result = asyncio.run(run_jobs(jobs, target=target, protocol=protocol, options=options, on_done=done))
    selection.remember(result)
    result = proved(result, outcomes, jobs, target=target, protocol=protocol, amount=sabotage)
    finish(replace(result, command=_command(context, seed)), specs, min_score=min_score)


@app.command()
def explain(
    number: Annotated[int, typer.Argument(metavar="N", help="Its number in the report of the last run here.")],
) -> None:
    """What to write in a scenario so that it notices what the last run would have let pass."""
    print(explanation(number))  # noqa: T201


def _done(progress: Progress, outcomes: list[Outcome], outcome: Outcome) -> None:
    outcomes.append(outcome)
    progress.done(outcome)


@app.command()
def serve(
    store_port: Annotated[int, typer.Option(min=0, max=65535, help="The store's port; 0 is any free one.")] = 8000,
    collector_port: Annotated[
        int, typer.Option(min=0, max=65535, help="The collector's port; 0 is any free one.")
    ] = 8001,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    journal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep what arrives in this SQLite file. Default: in memory.")
    ] = None,
    tracker: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Serve this script in place of the built-in tracker.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Pictures and order numbers.")] = 0,
    token: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SITE=TOKEN", help="A token that may write to this site; may be repeated. Default: any may."
        ),
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help=f"Switch of the built-in store: {_SWITCHES}; may be repeated."),
    ] = None,
) -> None:
    """Serve the built-in store and a collector, until Ctrl-C.

    Each beacon, and each document of a shop's back end, is a line, with what is wrong with it; of more than 100 in a second
    the others are counted.
    """
    tokens = [_site_and_token(text) for text in token or ()]
    switches = read_switches(store or ())
    if tokens and SITE not in dict(tokens) and switches.get("backend", "off") != "off":
        tokens.append((SITE, secrets.token_hex()))  # the store's own back end may always write
    asyncio.run(
        serve_until_stopped(
            protocol=get_protocol().with_tokens(tokens),
            script=script(tracker),
            host=host,
            store_port=store_port,
            collector_port=collector_port,
            journal_path=journal,
            seed=seed,
            switches=switches,
            token=dict(tokens).get(SITE, "any"),
            say=lambda line: print(line, flush=True),  # noqa: T201
        )
    )


app.command()(check)


app.command()(verify)


app.command()(mutate)


@app.command()
def judge(
    recording_files: Annotated[
        list[Path], typer.Argument(metavar="RECORDING…", help="Files that 'run --artifacts' wrote.")
    ],
    scenario: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judge by this scenario, not by the one in the recording.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    report: Annotated[
        list[str] | None, typer.Option(metavar="FORMAT[=PATH]", help="text, json, junit or html; may be repeated.")
    ] = None,
) -> None:
    """Give the verdict once more, from recordings; no browser."""
    specs = report or ["text"]
    reports.check(specs)
    reports.make_folders(specs)
    result = judge_recordings(recording_files, scenario=scenario, strict=strict)
    finish(replace(result, command=shlex.join(["harness", *sys.argv[1:]])), specs)


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them."""
    reports.print_utf8(json.dumps(scenario_schema(built_in(), get_protocol()), indent=2, ensure_ascii=False) + "\n")


@app.command()
def doctor(
    install: Annotated[bool, typer.Option("--install", help="Install what is missing: a browser.")] = False,
    browser_path: Annotated[Path | None, typer.Option(metavar="FILE", help="Look at this browser.")] = None,
) -> None:
    """Is everything here that a run needs?"""
    raise typer.Exit(doctors.run(install=install, browser_path=browser_path, console=Console()))


def _site_and_token(text: str) -> tuple[str, str]:
    site, _, token = text.partition("=")
    if not site or not token:
        raise UsageError(f'--token "{text}" should be SITE=TOKEN')
    return site, token


def _folder(path: Path | None) -> Path | None:
    if path is not None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--artifacts {path}: no folder can be made there: {error.strerror}") from None
    return path


def _command(context: typer.Context, seed: int) -> str:
    """The line that repeats this run."""
    command, *rest = sys.argv[1:]
    source = context.get_parameter_source("seed")
    chosen = [] if source and source.name == "COMMANDLINE" else ["--seed", str(seed)]
    return shlex.join(["harness", command, *chosen, *rest])
