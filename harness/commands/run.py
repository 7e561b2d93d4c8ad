"""The command `harness run`: its options, and what they mean."""

import shlex
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.browser.access import Access, read_access, without_secrets
from harness.browser.channels import CHANNELS
from harness.browser_names import BROWSERS
from harness.browser.discovery import resolve_browser_name
from harness.capture.remote_collector import parse_collector_url
from harness.commands.console import say
from harness.commands.event_loop import on_loop
from harness.commands.exit_status import finish, script
from harness.commands.options import BROWSER, REPORT, RUNNING, BrowserPath, Headed, Patience, Report, SlowMo, Workers
from harness.commands.progress import Progress, print_jobs
from harness.errors import UsageError
from harness.mutation.recordings.after_run import MutantSelection, with_mutation_score
from harness.protocol import get as get_protocol
from harness.runner import selection
from harness.runner.artifacts import Keep, make_folder
from harness.runner.runner import Options, Outcome, suitable_workers
from harness.runner.runner import run as run_jobs
from harness.scenario.store_options import IN_HELP, read_switches
from harness.scenario.target import Target, built_in, read_target

CHOOSE, PROVING = "Which scenarios", "How good it is"
DOORS = "Ways into another store"


def _path(text: str) -> Path:
    if not text:
        raise UsageError("an empty path; give the path of a file or folder, or leave it out")
    return Path(text)


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
            help=f"Switch of the built-in store, for scenarios that do not set it: {IN_HELP}; may be repeated.",
            rich_help_panel=RUNNING,
        ),
    ] = None,
    workers: Workers = None,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N",
            help="Shoppers, pictures and order numbers; the same seed gives the same.",
            rich_help_panel=RUNNING,
        ),
    ] = 0,
    timeout: Patience = 3.0,
    fail_fast: Annotated[
        bool, typer.Option("--fail-fast", help="Start no more scenarios once one has failed.", rich_help_panel=RUNNING)
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.", rich_help_panel=RUNNING)] = False,
    mutation: Annotated[
        MutantSelection,
        typer.Option(
            help="After a pass, judge broken copies of it: a sample, or all. What passes, the scenarios would not notice.",
            rich_help_panel=PROVING,
        ),
    ] = MutantSelection.summary,
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
    browser_path: BrowserPath = None,
    headed: Headed = False,
    slow_mo: SlowMo = 0,
    report: Report = None,
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
    if min_score and mutation is MutantSelection.off:
        raise UsageError("--min-score: there is no score with --sabotage off")
    resolve_browser_name(browser, channel)
    switches = read_switches(store or ())
    target, protocol = read_target(target_file) if target_file else built_in(), get_protocol()
    access = read_access(user=user, headers=header or (), cookies=cookie or (), storage_state=storage_state)
    if target.is_built_in and access != Access():
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
        collector=parse_collector_url(collector) if collector else None,
        access=access,
        script_name=str(tracker) if tracker else "the built-in tracker",
        tell=say if name and not target.is_built_in else None,
    )
    reports.make_folders(specs)
    outcomes: list[Outcome] = []
    with Progress(len(jobs)) as progress:
        done = partial(_done, progress, outcomes)
        result = on_loop(run_jobs(jobs, target=target, protocol=protocol, options=options, on_done=done))
    selection.remember(result)
    result = with_mutation_score(result, outcomes, jobs, target=target, protocol=protocol, amount=mutation)
    finish(replace(result, command=_command(context, seed)), specs, min_score=min_score)


def _done(progress: Progress, outcomes: list[Outcome], outcome: Outcome) -> None:
    outcomes.append(outcome)
    progress.done(outcome)


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
