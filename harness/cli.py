"""The command line: parses, calls, exits."""

import asyncio
import io
import json
import secrets
import shlex
import sys
from dataclasses import replace
from functools import partial
from importlib.metadata import version as package_version
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from fakewww.app import SITE
from harness import doctor as doctors
from harness import reports, selection
from harness.artifacts import Keep, make_folder
from harness.check.command import check
from harness.ending import COULD_NOT_RUN, INTERRUPTED, PASSED, finish, script
from harness.entrance import Entrance, read_entrance, without_secrets
from harness.errors import HarnessError, UsageError, one_of
from harness.fleet import Wish
from harness.init.command import init
from harness.kinds import BROWSERS, CHANNELS
from harness.loop import on_loop
from harness.merge import merge
from harness.mutate.command import mutate
from harness.programs import wanted_browser
from harness.progress import Progress, complain, print_jobs, say
from harness.protocols import get as get_protocol
from harness.rejudge import judge_recordings
from harness.remote import check_collector
from harness.runner import Options, Outcome, suitable_workers
from harness.runner import run as run_jobs
from harness.sabotage.memory import explain as explanation
from harness.sabotage.run import Amount, proved
from harness.scenario_schema import scenario_schema
from harness.serve import serve as serve_until_stopped
from harness.switches import SWITCHES, read_switches
from harness.target import Target, built_in, read_target
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


_SWITCHES = ", ".join(f"{name}={'|'.join(switch.one_of) or 'N'} ({switch.about})" for name, switch in SWITCHES.items())

CHOOSE, BROWSER, REPORT, RUNNING, PROVING = "Which scenarios", "Browser", "Reports", "How to run", "How good it is"
DOORS = "Ways into another store"


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
    target_file: Annotated[
        Path | None,
        typer.Option(
            "--target",
            metavar="FILE",
            help="The store under test. Default: the built-in one. 'harness init URL' writes a first one.",
            rich_help_panel=RUNNING,
        ),
    ] = None,
    tracker: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Serve this script in place of the built-in tracker.", rich_help_panel=RUNNING
        ),
    ] = None,
    collector: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="A collector that runs (harness serve): what a back end sends it meanwhile belongs to the journey.",
            rich_help_panel=RUNNING,
        ),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(metavar="NAME:PASSWORD", help="For a target behind a password.", rich_help_panel=DOORS),
    ] = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Sent with every request, to any host; may be repeated.", rich_help_panel=DOORS
        ),
    ] = None,
    cookie: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="A cookie of the target's; may be repeated.", rich_help_panel=DOORS),
    ] = None,
    storage_state: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Cookies and storage, as Playwright saves them.", rich_help_panel=DOORS),
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
    browser: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"{', '.join(BROWSERS)}. Default: chromium, or what --browser-path is.",
            rich_help_panel=BROWSER,
        ),
    ] = None,
    channel: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"One build: {', '.join(CHANNELS)}.", rich_help_panel=BROWSER),
    ] = None,
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
            help=f"{reports.HELP} Default: text.",
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
    [dim]harness run --target shop.yaml[/]           on another store; with --name it shows what matched
    """
    specs = report or ["text"]
    reports.check(specs)
    if min_score and sabotage is Amount.off:
        raise UsageError("--min-score: there is no score with --sabotage off")
    wanted_browser(browser, channel)
    switches = read_switches(store or ())
    target, protocol = read_target(target_file) if target_file else built_in(), get_protocol()
    entrance = read_entrance(user=user, headers=header or (), cookies=cookie or (), storage_state=storage_state)
    if target.is_built_in and entrance != Entrance():
        raise UsageError("--user, --header, --cookie and --storage-state open another store; name it with --target")
    if not target.is_built_in and switches:
        raise UsageError(
            "--store sets switches of the built-in store; how another one is, its target says under 'store'"
        )
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
        workers=_workers(workers, target, collector),
        timeout=timeout,
        strict=strict,
        fail_fast=fail_fast,
        browser=browser,
        channel=channel,
        browser_path=browser_path,
        headed=headed,
        slow_mo_ms=slow_mo,
        artifacts=make_folder(artifacts),
        keep_all=keep is Keep.all,
        collector=check_collector(collector) if collector else None,
        entrance=entrance,
        script_name=str(tracker) if tracker else "the built-in tracker",
        tell=say if name and not target.is_built_in else None,
    )
    reports.make_folders(specs)
    outcomes: list[Outcome] = []
    with Progress(len(jobs)) as progress:
        done = partial(_done, progress, outcomes)
        result = on_loop(run_jobs(jobs, target=target, protocol=protocol, options=options, on_done=done))
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


report_app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(report_app, name="report", help="Make other reports of reports.")
report_app.command()(merge)
app.command()(init)


@app.command()
def judge(
    recording_files: Annotated[
        list[Path], typer.Argument(metavar="RECORDING…", help="Files that 'run --artifacts' wrote.")
    ],
    scenario: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judge by this scenario, not by the one in the recording.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    report: Annotated[list[str] | None, typer.Option(metavar="FORMAT[=PATH]", help=reports.HELP)] = None,
) -> None:
    """Give the verdict once more, from recordings; no browser."""
    specs = report or ["text"]
    reports.check(specs)
    reports.make_folders(specs)
    result = judge_recordings(recording_files, scenario=scenario, strict=strict)
    finish(replace(result, command=shlex.join(["harness", *sys.argv[1:]])), specs)


@app.command()
def schema(
    target_file: Annotated[
        Path | None,
        typer.Option("--target", metavar="FILE", help="The store whose actions it knows. Default: the built-in one."),
    ] = None,
) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check them."""
    target = read_target(target_file) if target_file else built_in()
    reports.print_utf8(json.dumps(scenario_schema(target, get_protocol()), indent=2, ensure_ascii=False) + "\n")


@app.command()
def doctor(
    install: Annotated[bool, typer.Option("--install", help="Install what is missing: a browser.")] = False,
    browser: Annotated[
        str | None, typer.Option(metavar="NAME", help=f"{', '.join(BROWSERS)}. Default: chromium.")
    ] = None,
    channel: Annotated[str | None, typer.Option(metavar="NAME", help=f"One build: {', '.join(CHANNELS)}.")] = None,
    browser_path: Annotated[Path | None, typer.Option(metavar="FILE", help="Look at this browser.")] = None,
) -> None:
    """Is everything here that a run needs, and which browsers are?"""
    wish = Wish(name=browser, channel=channel, path=browser_path)
    raise typer.Exit(doctors.run(install=install, wish=wish, console=Console()))


def _site_and_token(text: str) -> tuple[str, str]:
    site, _, token = text.partition("=")
    if not site or not token:
        raise UsageError(f'--token "{text}" should be SITE=TOKEN')
    return site, token


def _command(context: typer.Context, seed: int) -> str:
    """The line that repeats this run."""
    command, *rest = without_secrets(sys.argv[1:])
    source = context.get_parameter_source("seed")
    chosen = [] if source and source.name == "COMMANDLINE" else ["--seed", str(seed)]
    return shlex.join(["harness", command, *chosen, *rest])


def _workers(asked: int | None, target: Target, collector: str | None) -> int:
    """Journeys at the same time: one alone where nobody could tell to which of them an entry or a document belongs."""
    apart = "--collector" if collector else "the target's ledger" if target.ledger and not target.is_built_in else ""
    if apart and asked is not None and asked > 1:
        raise UsageError(f"--workers {asked}: with {apart} there can be one journey at a time")
    if apart or not target.is_built_in:
        return asked or 1
    return asked or suitable_workers()
