"""The command `harness mutate`."""

import random
import time
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from harness import reports
from harness.commands import options as shared
from harness.commands.console import print_status
from harness.commands.event_loop import run_in_loop
from harness.commands.exit_status import tracker_source
from harness.commands.options import REPORT
from harness.commands.progress import Progress
from harness.errors import COULD_NOT_RUN, FAILED, PASSED, UsageError
from harness.json_matching import suggest
from harness.mutation.model import TrackerMutant, protocol_mutations
from harness.mutation.recordings.after_run import MutantSelection, with_mutation_score
from harness.mutation.trackers.report import TrackerScore, as_json, as_list, as_text
from harness.mutation.trackers.scheduler import MutantOutcome, MutationRun, run_mutants, run_twice_if_incomplete
from harness.protocol import TrackerProtocol
from harness.protocol import get as get_protocol
from harness.results import RunResult
from harness.runner import selection
from harness.runner.jobs import Job, Options, Outcome, suitable_workers
from harness.scenario.model import Scenario
from harness.scenario.target import Target, built_in

MUTANTS = "Choose mutants"
_FORMATS = ("text", "json")


def mutate(
    paths: shared.ScenarioPaths = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            help="Only mutants whose name contains this. Repeat it for any of several texts.", rich_help_panel=MUTANTS
        ),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Only N mutants, chosen by the seed.", rich_help_panel=MUTANTS),
    ] = None,
    list_only: Annotated[
        bool, typer.Option("--list", help="List the mutants and exit.", rich_help_panel=MUTANTS)
    ] = False,
    tracker: shared.Tracker = None,
    workers: shared.Workers = None,
    seed: shared.Seed = 0,
    timeout: shared.EventTimeout = 1.0,
    strict: shared.Strict = False,
    min_score: shared.MinScore = 100,
    browser_path: shared.BrowserPath = None,
    headed: shared.Headed = False,
    report: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=PATH]", help="text or json; may be repeated. Default: text.", rich_help_panel=REPORT
        ),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Also report each detected mutant.", rich_help_panel=REPORT)
    ] = False,
    debug: shared.Debug = False,
) -> None:
    """Break the tracker in many small ways, run the scenarios in a real browser, and report which defects they detect.

    First, the scenarios run with the healthy tracker. Then they run with each mutant until one of them fails.

    [dim]harness mutate[/]                               all mutants, against all scenarios
    [dim]harness mutate my-scenarios --sample 10[/]      ten mutants, against your own scenarios
    [dim]harness mutate --tracker my-tracker.js[/]       mutants of your own tracker script
    """
    specs = _check_reports(report or ["text"])
    target, protocol = built_in(), get_protocol()
    mutants = _choose(protocol_mutations(protocol.name).of_trackers, names=name or (), sample=sample, seed=seed)
    if list_only:
        typer.echo(as_list(mutants), nl=False)
        return
    scenarios = selection.read_all(paths or selection.default_paths(), target=target, protocol=protocol)
    options = Options(
        script=tracker_source(tracker),
        seed=seed,
        workers=workers or suitable_workers(),
        timeout=timeout,
        strict=strict,
        browser_path=browser_path,
        headed=headed,
    )
    began = time.monotonic()
    outcomes, healthy = run_in_loop(_run(mutants, scenarios, target=target, protocol=protocol, options=options))
    score = TrackerScore(
        outcomes=outcomes,
        tracker=str(tracker) if tracker else options.script_name,
        scenarios=healthy.totals["passed"],
        duration_s=time.monotonic() - began,
        seed=seed,
        recordings=healthy.mutation_score,
    )
    _write_reports(score, specs, verbose=verbose)
    raise typer.Exit(PASSED if score.percent >= min_score else FAILED)


def _choose(
    mutants: Sequence[TrackerMutant], *, names: Sequence[str], sample: int | None, seed: int
) -> Sequence[TrackerMutant]:
    """Select mutants by name and sample size. Raises UsageError if no mutant has such a name."""
    chosen = [mutant for mutant in mutants if not names or any(name.lower() in mutant.name for name in names)]
    if not chosen:
        unknown = " ".join(names)
        known = [mutant.name for mutant in mutants]
        raise UsageError(f"--name {unknown}: no mutant has this name; {suggest(unknown, known)}")
    if sample is not None and sample < len(chosen):
        return random.Random(seed).sample(chosen, sample)
    return chosen


async def _run(
    mutants: Sequence[TrackerMutant],
    scenarios: Sequence[Scenario],
    *,
    target: Target,
    protocol: TrackerProtocol,
    options: Options,
) -> tuple[list[MutantOutcome], RunResult]:
    """Run the healthy tracker and then the mutants. Return the outcomes and the healthy run with its mutation score."""
    healthy = await _run_healthy(scenarios, target=target, protocol=protocol, options=options)
    passed = {result.name: result for result in healthy.scenarios if result.verdict == "pass"}
    run = MutationRun(
        scenarios=[scenario for scenario in scenarios if scenario.name in passed],
        healthy=passed,
        target=target,
        protocol=protocol,
        options=options,
    )
    print_status(f"{len(mutants)} mutants ...")
    outcomes = await run_mutants(mutants, run, on_detected=lambda each: print_status(f"detected  {each.mutant.name}"))
    return outcomes, healthy


async def _run_healthy(
    scenarios: Sequence[Scenario], *, target: Target, protocol: TrackerProtocol, options: Options
) -> RunResult:
    """Run the scenarios with the unchanged tracker. If one fails, report it and exit."""
    print_status(f"{len(scenarios)} scenarios with the healthy tracker ...")
    jobs = [Job(scenario=scenario, name=scenario.name) for scenario in scenarios]
    outcomes: list[Outcome] = []
    with Progress(len(jobs)) as progress:

        def on_done(outcome: Outcome) -> None:
            progress.done(outcome)
            outcomes.append(outcome)

        result = await run_twice_if_incomplete(jobs, target=target, protocol=protocol, options=options, on_done=on_done)
    for item in result.scenarios:
        if item.verdict == "not-run":
            print_status(f"not run: {item.file}: {item.reason}")
    if result.verdict != "pass":
        _refuse(result)
    sample = MutantSelection.sample
    return with_mutation_score(result, outcomes, jobs, target=target, protocol=protocol, selection=sample)


def _refuse(healthy: RunResult) -> NoReturn:
    """Exit, because scenarios that fail with the healthy tracker cannot detect mutants."""
    reports.write("text", healthy)
    failed = [result for result in healthy.scenarios if result.verdict == "fail"]
    count = f"{len(failed)} of {len(healthy.scenarios)}"
    print_status(f"no mutants were run: {count} scenarios fail with the healthy tracker")
    raise typer.Exit(FAILED if failed else COULD_NOT_RUN)


def _write_reports(score: TrackerScore, specs: Sequence[str], *, verbose: bool) -> None:
    for spec in specs:
        is_text = reports.parse(spec).format == "text"
        path = reports.save(spec, as_text(score, verbose=verbose) if is_text else as_json(score))
        if path is not None:
            print_status(f"report: {path.resolve()}")


def _check_reports(specs: list[str]) -> list[str]:
    reports.check(specs)
    for spec in specs:
        if reports.parse(spec).format not in _FORMATS:
            raise UsageError(f"--report {spec}: mutate supports the formats {' and '.join(_FORMATS)}")
    reports.make_folders(specs)
    return specs
