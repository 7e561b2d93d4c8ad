"""The command `harness report merge`: the reports of several machines as one."""

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import Annotated

import typer

from harness import reports
from harness.commands import options as shared
from harness.commands.console import complain
from harness.commands.exit_status import finish
from harness.errors import COULD_NOT_RUN, UsageError
from harness.reports.formatting import counted
from harness.reports.json_reader import read_report
from harness.results import RunResult, ScenarioResult
from harness.runner.runner import INTERRUPTED

_OF_ONE_PART = ("--shard", "--report")
"""Options in which the parts of one run differ."""

_SHARD = re.compile(r"--shard[ =](\d{1,4})/(\d{1,4})(?!\S)")


def merge(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Reports that '--report json=FILE' wrote.")],
    report: Annotated[list[str] | None, typer.Option(metavar="FORMAT[=PATH]", help=reports.HELP)] = None,
    debug: shared.Debug = False,
) -> None:
    """Make one report of those of several machines, and end as one run would have.

    [dim]harness report merge part-*.json --report junit=all.xml[/]

    The parts of a run have one seed, and no scenario in common. Where one is missing, or was cut short, that is said, and the
    exit status is 2.
    """
    specs = report or ["text"]
    reports.check(specs)
    parts = read_parts(files)
    merged = merged_result(parts)
    reports.make_folders(specs)
    gaps = list(gaps_in(parts))
    for gap in gaps:
        complain(UsageError(gap))
    try:
        finish(merged, specs)
    except typer.Exit as ended:
        raise typer.Exit(COULD_NOT_RUN if gaps else ended.exit_code) from None


Part = tuple[Path, RunResult]
"""A report, and the file that it was read from."""


def read_parts(files: Iterable[Path]) -> list[Part]:
    """The reports in these files. FileError for one that is no report, UsageError where two do not belong together."""
    parts = [(path, read_report(path)) for path in files]
    for path, count in Counter(path.resolve() for path, _result in parts).items():
        if count > 1:
            raise UsageError(f"{path} is given {count} times")
    _check_alike(parts)
    _check_disjoint(parts)
    return parts


def merged_result(parts: Sequence[Part]) -> RunResult:
    """All scenarios of the parts, in the order of their files, whatever the order of the parts."""
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
    """What keeps the merged verdict from being that of the whole run."""
    shards = {path: shard for path, result in parts if (shard := _shard(result.command))}
    for count in sorted({count for _number, count in shards.values()}):
        there = {number for number, of in shards.values() if of == count}
        missing = [f"{number}/{count}" for number in range(1, count + 1) if number not in there]
        if missing:
            yield f"there is no report of shard {', '.join(missing)}; what ran on it is not in this verdict"
    for path, result in parts:
        cut_short = sum(scenario.reason == INTERRUPTED for scenario in result.scenarios)
        if cut_short:
            yield f"{path}: this run was interrupted, and {cut_short} of its scenarios did not run to the end"


def _check_alike(parts: Sequence[Part]) -> None:
    (first, one), *others = parts
    for path, other in others:
        if one.unit != other.unit:
            raise UsageError(f"{first} is about {one.unit}s, {path} about {other.unit}s; merge reports of one kind")
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
    """By file, and in it by name, whose numbers count as such."""
    words = re.split(r"(\d+)", scenario.name)
    return PurePath(scenario.file).parts, [int(word) if number % 2 else word for number, word in enumerate(words)]


def _command(results: Sequence[RunResult]) -> str:
    """The command of the whole run, where the parts agree on it."""
    commands = {_whole(result.command) for result in results}
    return commands.pop() if len(commands) == 1 else ""


def _whole(command: str) -> str:
    """The command without what makes it that of one part; empty where it cannot be taken apart."""
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
    yield f"merged of {counted(len(parts), 'report')}: {', '.join(str(path) for path, _result in parts)}"
    browsers = dict.fromkeys(" ".join(result.browser.values()) for _path, result in parts)
    if len(browsers) > 1:
        yield f"not all parts had the same browser: {', '.join(filter(None, browsers))}"
    yield from gaps_in(parts)
