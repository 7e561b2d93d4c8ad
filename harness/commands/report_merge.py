"""The command `harness report merge`: merge the JSON reports of several machines."""

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Annotated

import typer

from harness import reports
from harness.commands import options as shared
from harness.commands.console import print_error
from harness.commands.exit_status import finish
from harness.errors import COULD_NOT_RUN, UsageError
from harness.reports.formatting import counted
from harness.reports.json_reader import read_report
from harness.results import RunResult, ScenarioResult
from harness.runner.jobs import INTERRUPTED

_OF_ONE_PART = ("--shard", "--report")
"""Options that differ between the parts of one run."""

_SHARD = re.compile(r"--shard[ =](\d{1,4})/(\d{1,4})(?!\S)")


def merge(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE…", help="JSON reports, written by '--report json=FILE'.")
    ],
    report: shared.Report = None,
    debug: shared.Debug = False,
) -> None:
    """Merge the JSON reports of one run's parts, or convert one JSON report.

    [dim]harness report merge part-*.json --report junit=all.xml[/]

    The parts have the same seed and no scenario in common.

    Exit status: as for one run; 2 if a part is missing or was interrupted.
    """
    specs = report or ["text"]
    reports.check(specs)
    parts = read_parts(files)
    merged = merged_result(parts)
    reports.make_folders(specs)
    gaps = list(gaps_in(parts))
    for gap in gaps:
        print_error(UsageError(gap))
    try:
        finish(merged, specs)
    except typer.Exit as ended:
        raise typer.Exit(COULD_NOT_RUN if gaps else ended.exit_code) from ended


Part = tuple[Path, RunResult]
"""A report and its file."""


def read_parts(files: Iterable[Path]) -> list[Part]:
    """The reports in these files. FileError if one is not a report, UsageError if two are not parts of one run."""
    parts = [(path, read_report(path)) for path in files]
    for path, count in Counter(path.resolve() for path, _result in parts).items():
        if count > 1:
            raise UsageError(f"{path} is given {count} times")
    _check_alike(parts)
    _check_disjoint(parts)
    return parts


def merged_result(parts: Sequence[Part]) -> RunResult:
    """All scenarios, in the order of their files; the order of the parts does not matter."""
    results = [result for _path, result in parts]
    first = results[0]
    scenarios = [scenario for result in results for scenario in result.scenarios]
    return RunResult(
        seed=first.seed,
        command=_command(results),
        duration_s=round(sum(result.duration_s for result in results), 3),
        browser=first.browser,
        scenarios=tuple(sorted(scenarios, key=_order)),
        notes=tuple(_notes(parts)),
        unit=first.unit,
        documents=sum(result.totals["documents"] for result in results),
    )


def gaps_in(parts: Sequence[Part]) -> Iterator[str]:
    """Reasons why the merged verdict is incomplete."""
    shards = {path: shard for path, result in parts if (shard := _shard(result.command))}
    for count in sorted({count for _number, count in shards.values()}):
        there = {number for number, of in shards.values() if of == count}
        missing = [f"{number}/{count}" for number in range(1, count + 1) if number not in there]
        if missing:
            yield f"there is no report of shard {', '.join(missing)}; its scenarios are not part of this verdict"
    for path, result in parts:
        unfinished = sum(scenario.reason == INTERRUPTED for scenario in result.scenarios)
        if unfinished:
            yield f"{path}: this run was interrupted; {unfinished} of its scenarios did not finish"


def _check_alike(parts: Sequence[Part]) -> None:
    (first, one), *others = parts
    for path, other in others:
        if one.unit != other.unit:
            raise UsageError(f"{first} contains {one.unit}s, {path} contains {other.unit}s; merge reports of one kind")
        if one.seed != other.seed:
            raise UsageError(
                f"{first} has the seed {one.seed}, {path} the seed {other.seed}; merge the parts of one run"
            )


def _check_disjoint(parts: Sequence[Part]) -> None:
    seen: dict[tuple[str, str], Path] = {}
    for path, result in parts:
        for scenario in result.scenarios:
            before = seen.setdefault((scenario.file, scenario.name), path)
            if before is not path:
                raise UsageError(
                    f'"{scenario.name}" ({scenario.file}) is in {before} and in {path}; merge each part of a run once'
                )


def _order(scenario: ScenarioResult) -> tuple[tuple[str, ...], list[str | int]]:
    """Sort key: the file, then the name with numbers in numeric order."""
    words = re.split(r"(\d+)", scenario.name)
    return PurePath(scenario.file).parts, [int(word) if number % 2 else word for number, word in enumerate(words)]


def _command(results: Sequence[RunResult]) -> str:
    """The command of the complete run; empty if the parts disagree."""
    commands = {_common_command(result.command) for result in results}
    return commands.pop() if len(commands) == 1 else ""


def _common_command(command: str) -> str:
    """The command without the options of one part; empty if it cannot be parsed."""
    try:
        words, kept = iter(shlex.split(command)), []
    except ValueError:
        return ""
    for word in words:
        if word in _OF_ONE_PART:
            next(words, None)
        elif not word.startswith(tuple(f"{option}=" for option in _OF_ONE_PART)):
            kept.append(word)
    return shlex.join(kept)


def _shard(command: str) -> tuple[int, int] | None:
    """I and N of `--shard I/N`."""
    match = _SHARD.search(command)
    return (int(match[1]), int(match[2])) if match else None


def _notes(parts: Sequence[Part]) -> Iterator[str]:
    yield f"merged from {counted(len(parts), 'report')}: {', '.join(str(path) for path, _result in parts)}"
    browsers = dict.fromkeys(" ".join(result.browser.values()) for _path, result in parts)
    if len(browsers) > 1:
        yield f"the parts ran in different browsers: {', '.join(filter(None, browsers))}"
    yield from gaps_in(parts)
    yield from dict.fromkeys(note for _path, result in parts for note in result.notes)
