"""The command `harness mutate`: its options, and what they mean."""

import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from fakewww.app import TRACKER
from harness import reports
from harness.commands.event_loop import on_loop
from harness.commands.exit_status import script
from harness.commands.options import REPORT, RUNNING, BrowserPath, Headed, Patience, Workers
from harness.commands.progress import Progress
from harness.console import say
from harness.errors import COULD_NOT_RUN, FOUND, PASSED, UsageError
from harness.json_matching import suggest
from harness.mutation.recordings.after_run import MutantSelection, with_mutation_score
from harness.mutation.trackers.mutant import BrokenTracker, Mutant, break_tracker, fitting
from harness.mutation.trackers.report import Score, as_json, as_text, listed
from harness.mutation.trackers.scheduler import MutantOutcome, MutationRun, fates, walk
from harness.protocol import TrackerProtocol
from harness.protocol import get as get_protocol
from harness.results import RunResult
from harness.runner import selection
from harness.runner.runner import Job, Options, Outcome, suitable_workers
from harness.scenario.parser import Scenario
from harness.scenario.target import Target, built_in

CHOOSE = "Which mutants and scenarios"
_FORMATS = ("text", "json")


def mutate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATHS",
            help="Scenario files or folders. Default: scenarios/ here, else those of the package.",
            show_default=False,
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="Only mutants with this in their name; may be repeated.", rich_help_panel=CHOOSE),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Only so many mutants, chosen by the seed.", rich_help_panel=CHOOSE),
    ] = None,
    list_only: Annotated[
        bool, typer.Option("--list", help="Print the mutants and stop.", rich_help_panel=CHOOSE)
    ] = False,
    tracker: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Break this script in place of the built-in tracker, by what is wrapped around it only.",
            rich_help_panel=RUNNING,
        ),
    ] = None,
    workers: Workers = None,
    seed: Annotated[
        int, typer.Option(metavar="N", help="Shoppers, order numbers, and the sample.", rich_help_panel=RUNNING)
    ] = 0,
    timeout: Patience = 1.0,
    strict: Annotated[
        bool, typer.Option("--strict", help="Warnings fail a scenario, too.", rich_help_panel=RUNNING)
    ] = False,
    min_score: Annotated[
        float,
        typer.Option(
            min=0, max=100, metavar="PERCENT", help="Fail where less of the mutants is caught.", rich_help_panel=RUNNING
        ),
    ] = 100,
    browser_path: BrowserPath = None,
    headed: Headed = False,
    report: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FORMAT[=PATH]", help="text or json; may be repeated. Default: text.", rich_help_panel=REPORT
        ),
    ] = None,
    verbose: Annotated[
        bool,
        typer.Option("-v", "--verbose", help="Say of every mutant which finding caught it.", rich_help_panel=REPORT),
    ] = False,
) -> None:
    """Break the tracker in many small ways and see whether the scenarios notice, in a real browser.

    First the scenarios run once with the healthy tracker; then each broken one tries them until one fails.

    [dim]harness mutate[/]                               all mutants, against all scenarios
    [dim]harness mutate my-scenarios --sample 10[/]      some, against scenarios of your own
    [dim]harness mutate --tracker my-tracker.js[/]       your own tracker script, broken on its way to the network
    """
    specs = _checked(report or ["text"])
    target, protocol = built_in(), get_protocol()
    trackers, left_out = _trackers(protocol.mutants(), tracker, names=name or (), sample=sample, seed=seed)
    if list_only:
        typer.echo(listed(trackers), nl=False)
        return
    scenarios = selection.read_all(paths or selection.default_paths(), target=target, protocol=protocol)
    options = Options(
        script=script(tracker),
        seed=seed,
        workers=workers or suitable_workers(),
        timeout=timeout,
        strict=strict,
        browser_path=browser_path,
        headed=headed,
    )
    began = time.monotonic()
    found, healthy = on_loop(_fates(trackers, scenarios, target=target, protocol=protocol, options=options))
    score = Score(
        fates=found,
        tracker=_shown(tracker),
        scenarios=healthy.totals["passed"],
        seconds=time.monotonic() - began,
        seed=seed,
        left_out=left_out,
        score=healthy.mutation_score,
    )
    _end(score, specs, min_score=min_score, verbose=verbose)


def _trackers(
    mutants: Sequence[Mutant], tracker: Path | None, *, names: Sequence[str], sample: int | None, seed: int
) -> tuple[list[BrokenTracker], int]:
    """The broken trackers that were asked for, and how many more there would be of the built-in one. UsageError for none."""
    known = fitting(mutants, is_built_in=tracker is None)
    chosen = [mutant for mutant in known if not names or any(name.lower() in mutant.name for name in names)]
    if not chosen:
        asked = " ".join(names)
        raise UsageError(f"--name {asked}: no mutant is left; {suggest(asked, [mutant.name for mutant in known])}")
    if sample is not None and sample < len(chosen):
        chosen = random.Random(seed).sample(chosen, sample)
    source, file = script(tracker).decode(), _shown(tracker)
    return [break_tracker(mutant, source, file=file) for mutant in chosen], len(mutants) - len(known)


async def _fates(
    trackers: Sequence[BrokenTracker],
    scenarios: Sequence[Scenario],
    *,
    target: Target,
    protocol: TrackerProtocol,
    options: Options,
) -> tuple[list[MutantOutcome], RunResult]:
    """What becomes of the broken trackers, and the run of the healthy one, proved by sabotage."""
    healthy = await _healthy(scenarios, target=target, protocol=protocol, options=options)
    seen = {result.name: result for result in healthy.scenarios if result.verdict == "pass"}
    ground = MutationRun(
        scenarios=[scenario for scenario in scenarios if scenario.name in seen],
        seen=seen,
        target=target,
        protocol=protocol,
        options=options,
    )
    say(f"{len(trackers)} broken trackers ...")
    return await fates(trackers, ground, on_caught=lambda fate: say(f"caught  {fate.broken.mutant.name}")), healthy


async def _healthy(
    scenarios: Sequence[Scenario], *, target: Target, protocol: TrackerProtocol, options: Options
) -> RunResult:
    """The scenarios with the tracker as it is; none of them may fail."""
    say(f"{len(scenarios)} scenarios with the healthy tracker ...")
    jobs = [Job(scenario=scenario, name=scenario.name) for scenario in scenarios]
    outcomes: list[Outcome] = []
    with Progress(len(jobs)) as progress:

        def on_done(outcome: Outcome) -> None:
            progress.done(outcome)
            outcomes.append(outcome)

        result = await walk(jobs, target=target, protocol=protocol, options=options, on_done=on_done)
    for item in result.scenarios:
        if item.verdict == "not-run":
            say(f"left out: {item.file}: {item.reason}")
    if result.verdict != "pass":
        _refuse(result)
    return with_mutation_score(result, outcomes, jobs, target=target, protocol=protocol, amount=MutantSelection.summary)


def _refuse(healthy: RunResult) -> NoReturn:
    """Where scenarios fail with the healthy tracker, they tell nothing of a broken one."""
    reports.write("text", healthy)
    failed = [result for result in healthy.scenarios if result.verdict == "fail"]
    say(f"no tracker was broken: with the healthy one {len(failed)} of {len(healthy.scenarios)} scenarios fail already")
    raise typer.Exit(FOUND if failed else COULD_NOT_RUN)


def _end(score: Score, specs: Sequence[str], *, min_score: float, verbose: bool) -> NoReturn:
    for spec in specs:
        is_text = reports.parse(spec).format == "text"
        path = reports.save(spec, as_text(score, verbose=verbose) if is_text else as_json(score))
        if path is not None:
            say(f"report: {path.resolve()}")
    raise typer.Exit(PASSED if score.percent >= min_score else FOUND)


def _checked(specs: list[str]) -> list[str]:
    reports.check(specs)
    for spec in specs:
        if reports.parse(spec).format not in _FORMATS:
            raise UsageError(f"--report {spec}: mutate reports as {' or '.join(_FORMATS)}")
    reports.make_folders(specs)
    return specs


def _shown(tracker: Path | None) -> str:
    """The tracker's file as people write it: from here, where it lies below."""
    path = tracker or TRACKER
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
