"""The command `harness run`: its options and their meaning."""

import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import typer

from harness import reports
from harness.browser.access import Access, read_access, without_secrets
from harness.browser.discovery import resolve_browser_name
from harness.capture.remote_collector import parse_collector_url
from harness.commands import options as shared
from harness.commands.console import print_status
from harness.commands.event_loop import run_in_loop
from harness.commands.exit_status import finish, tracker_source
from harness.commands.options import REPORT, RUNNING, SCENARIOS, flag, option
from harness.commands.progress import Progress, print_jobs
from harness.errors import UsageError
from harness.mutation.recordings.after_run import MutantSelection, with_mutation_score
from harness.protocol import TrackerProtocol
from harness.protocol import get as get_protocol
from harness.results import RunResult
from harness.runner import selection
from harness.runner.artifacts import Keep, make_folder
from harness.runner.jobs import Job, Options, Outcome, suitable_workers
from harness.runner.runner import run as run_jobs
from harness.scenario.store_options import read_store_options
from harness.scenario.target import Target, built_in, read_target

_TAG_HELP = "Only scenarios with this tag. Repeat it for scenarios with any of several tags."
_NAME_HELP = "Only scenarios whose name contains this text. Repeat it for any of several texts."
_LAST_FAILED_HELP = "Only scenarios that failed or did not run in the last run in this folder."
_SHARD_HELP = (
    "Split the scenarios into N parts and run part I; the split is always the same. "
    "'harness report merge' merges the reports."
)
_MUTANTS_HELP = (
    "After a pass, change copies of the recordings in ways that imitate tracker faults (mutants), and count those that the "
    "scenarios detect: a sample, all, or off. 'harness explain' suggests lines for undetected ones."
)


def run(
    context: typer.Context,
    paths: shared.ScenarioPaths = None,
    tag: Annotated[shared.Texts, option(SCENARIOS, None, _TAG_HELP)] = None,
    name: Annotated[shared.Texts, option(SCENARIOS, None, _NAME_HELP)] = None,
    last_failed: Annotated[bool, flag(SCENARIOS, "--last-failed", _LAST_FAILED_HELP)] = False,
    shard: Annotated[str | None, option(SCENARIOS, "I/N", _SHARD_HELP)] = None,
    repeat: Annotated[int, option(SCENARIOS, "N", "Run each scenario N times.", min=1)] = 1,
    list_only: Annotated[bool, flag(SCENARIOS, "--list", "List the scenarios and exit.")] = False,
    dry_run: Annotated[bool, flag(SCENARIOS, "--dry-run", "Check the scenario files and exit.")] = False,
    target_file: shared.TargetFile = None,
    tracker: shared.Tracker = None,
    collector: shared.Collector = None,
    store: shared.StoreSettings = None,
    user: shared.User = None,
    header: shared.Header = None,
    cookie: shared.Cookie = None,
    storage_state: shared.StorageState = None,
    workers: shared.Workers = None,
    seed: shared.Seed = 0,
    timeout: shared.EventTimeout = 3.0,
    fail_fast: Annotated[bool, flag(RUNNING, "--fail-fast", "Start no scenario after the first failure.")] = False,
    strict: shared.Strict = False,
    mutants: Annotated[MutantSelection, option(REPORT, None, _MUTANTS_HELP)] = MutantSelection.sample,
    min_score: shared.MinScore = 0,
    browser: shared.Browser = None,
    channel: shared.BrowserChannel = None,
    browser_path: shared.BrowserPath = None,
    headed: shared.Headed = False,
    slow_mo: shared.SlowMo = 0,
    report: shared.Report = None,
    artifacts: shared.Artifacts = None,
    keep: shared.KeepArtifacts = Keep.failed,
    debug: shared.Debug = False,
) -> None:
    """Run scenarios in a real browser and check every request of the tracker.

    [dim]harness run[/]                              all scenarios, in the built-in store
    [dim]harness run --tag smoke --report html[/]    some scenarios, with an HTML report
    [dim]harness run --tracker my-tracker.js[/]      your own tracker script
    [dim]harness run --target shop.yaml[/]           another store

    With both --target and --name, harness run also prints each element and page
    fact of the target that it finds.

    Exit status: 0 if a scenario passes and none fails, even if others could not
    run; 1 if one fails or the mutation score is too low; 2 if no scenario ran or
    a report could not be written; 130 after Ctrl-C.
    """
    specs = report or ["text"]
    reports.check(specs)
    if min_score and mutants is MutantSelection.off:
        raise UsageError("--min-score: with --mutants off there is no mutation score")
    resolve_browser_name(browser, channel)
    settings = read_store_options(store or ())
    target, protocol = read_target(target_file) if target_file else built_in(), get_protocol()
    access = read_access(user=user, headers=header or (), cookies=cookie or (), storage_state=storage_state)
    _check_target_options(target, access, settings)
    scenarios = selection.read_all(paths or selection.default_paths(), target=target, protocol=protocol)
    jobs = selection.choose(
        scenarios, tags=tag or (), names=name or (), last_failed=last_failed, shard=shard, repeat=repeat
    )
    if list_only or dry_run:
        print_jobs(jobs, checked=dry_run)
        return
    options = Options(
        script=tracker_source(tracker),
        store=settings,
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
        log=print_status if name and not target.is_built_in else None,
    )
    reports.make_folders(specs)
    result = _run_and_score(jobs, target, protocol, options, mutants)
    finish(replace(result, command=_command(context, seed)), specs, min_score=min_score)


def _check_target_options(target: Target, access: Access, settings: Mapping[str, str]) -> None:
    """UsageError for options that do not apply to this target."""
    if target.is_built_in and access != Access():
        raise UsageError(
            "--user, --header, --cookie and --storage-state apply to an external store; name it with --target"
        )
    if not target.is_built_in and settings:
        raise UsageError(
            "--store sets options of the built-in store; describe another store under 'store' in its target"
        )


def _run_and_score(
    jobs: list[Job], target: Target, protocol: TrackerProtocol, options: Options, mutants: MutantSelection
) -> RunResult:
    outcomes: list[Outcome] = []
    with Progress(len(jobs)) as progress:

        def on_done(outcome: Outcome) -> None:
            outcomes.append(outcome)
            progress.done(outcome)

        result = run_in_loop(run_jobs(jobs, target=target, protocol=protocol, options=options, on_done=on_done))
    selection.remember(result)
    return with_mutation_score(result, outcomes, jobs, target=target, protocol=protocol, selection=mutants)


def _command(context: typer.Context, seed: int) -> str:
    """The command line that repeats this run."""
    command, *rest = without_secrets(sys.argv[1:])
    source = context.get_parameter_source("seed")
    seed_option = [] if source and source.name == "COMMANDLINE" else ["--seed", str(seed)]
    return shlex.join(["harness", command, *seed_option, *rest])


def _workers(requested: int | None, target: Target, collector: str | None) -> int:
    """Number of concurrent scenarios: 1 if ledger entries or documents could belong to any of several scenarios."""
    shared_source = "--collector" if collector else ""
    if not shared_source and target.ledger and not target.is_built_in:
        shared_source = "the target's ledger"
    if shared_source and requested is not None and requested > 1:
        raise UsageError(f"--workers {requested}: with {shared_source}, only one scenario can run at a time")
    if shared_source or not target.is_built_in:
        return requested or 1
    return requested or suitable_workers()
