"""The report for GitHub Actions: annotations on the scenarios' lines, and a job summary."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from pathlib import Path

from harness.errors import UsageError
from harness.findings import Severity
from harness.reports.formatting import commands, counted, cut, headline, seconds, times
from harness.reports.grouping import Cause, Sighting, fold
from harness.results import RunResult, ScenarioResult

SUMMARY, WORKSPACE = "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"
"""Environment variables: the file of the job summary, and the folder of the checkout."""

MOST_SHOWN = 10
"""The number of annotations of one level that GitHub shows for a step of a job."""

_MOST_CAUSES = 30
_MOST_PLACES = 5
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|#~])")
_AT_LINE = re.compile(r"(?P<file>.+):(?P<line>\d+)")


def render(result: RunResult) -> str:
    """Workflow commands, one a line, as many as GitHub shows: first one for each cause, then its other places.

    The last line is the verdict, for readers of the log.
    """
    causes = fold(result)
    sightings = [cause.first for cause in causes]
    sightings += [sighting for cause in causes for sighting in cause.sightings[1:]]
    left = dict.fromkeys(_LEVELS.values(), MOST_SHOWN)
    lines = []
    for level, line in (*map(_annotation, sightings), *map(_not_run, result.scenarios)):
        if line and left[level]:
            left[level] -= 1
            lines.append(line)
    return "\n".join([*lines, f"{result.verdict.upper()}  {headline(result)}; {_counts(result)}", ""])


def append_summary(result: RunResult, *, environment: Mapping[str, str] = os.environ) -> None:
    """Append the summary to the job summary, if the environment names its file. UsageError if it cannot be written."""
    place = environment.get(SUMMARY)
    if not place:
        return
    try:
        with Path(place).open("a", encoding="utf-8", errors="replace") as file:
            file.write(summary(result))
    except OSError as error:
        raise UsageError(f"--report github: {SUMMARY} is {place}, which cannot be written: {error.strerror}") from error


def summary(result: RunResult) -> str:
    """The run in Markdown: the verdict, the findings by likely cause, and the command that repeats it."""
    causes = fold(result)
    mark = "✅" if result.verdict == "pass" else "❌"
    parts = [f"## {mark} {_plain(headline(result))}", _plain(_counts(result))]
    parts += [_cause(number, cause, result.unit) for number, cause in enumerate(causes[:_MOST_CAUSES], start=1)]
    if len(causes) > _MOST_CAUSES:
        parts.append(f"and {counted(len(causes) - _MOST_CAUSES, 'more cause')}")
    parts += [f"- not run: {_plain(each.name)}: {_plain(each.reason or '')}" for each in _not_run_scenarios(result)]
    parts += [_plain(note) for note in result.notes]
    parts += [f"{label}: {_code(command)}" for label, command in commands(result)]
    return "\n\n".join(parts) + "\n\n"


def _annotation(sighting: Sighting) -> tuple[str, str]:
    """The level and the workflow command of a finding."""
    finding, scenario = sighting.finding, sighting.scenario
    frequency = f" ({times(finding.count)})" if finding.count > 1 else ""
    hint = f"\nhint: {finding.hint}" if finding.hint else ""
    message = f"{cut(finding.message)}{frequency}{hint}\nin: {scenario.name}"
    level = _LEVELS[finding.severity]
    return level, _command(level, _place(sighting.where, scenario.file), title=finding.code, message=message)


def _not_run(scenario: ScenarioResult) -> tuple[str, str]:
    if scenario.verdict != "not-run":
        return "warning", ""
    message = f"{scenario.name} did not run: {scenario.reason or 'no reason given'}"
    return "warning", _command("warning", _place(scenario.file, scenario.file), title="not run", message=message)


def _command(level: str, place: Mapping[str, str], *, title: str, message: str) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": title}.items())
    return f"::{level} {properties}::{_data(message)}"


def _place(where: str, file: str) -> dict[str, str]:
    """The file in the checkout, and the line if it is known; empty for a page."""
    match = _AT_LINE.fullmatch(where)
    if match and "://" not in where:
        return {"file": _in_checkout(match["file"]), "line": match["line"]}
    return {} if "://" in file or not file else {"file": _in_checkout(file)}


def _in_checkout(file: str) -> str:
    """The path relative to the checkout, as GitHub requires; unchanged for a file outside it."""
    folder = os.environ.get(WORKSPACE)
    if folder and Path(file).absolute().is_relative_to(folder):
        return Path(file).absolute().relative_to(folder).as_posix()
    return Path(file).as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _counts(result: RunResult) -> str:
    totals = result.totals
    kinds = [kind for kind in ("event", "document", "error", "warning") if totals[f"{kind}s"] or kind != "document"]
    counts = ", ".join(counted(totals[f"{kind}s"], kind) for kind in kinds)
    return f"{counts} in {seconds(result.duration_s)} (seed {result.seed})"


def _cause(number: int, cause: Cause, unit: str) -> str:
    finding = cause.finding
    frequency = f"{times(cause.count)} in {counted(cause.scenarios, unit)}"
    lines = [
        f"### {number}. {_plain(cut(finding.message))}",
        "",
        f"{cause.severity} {_code(finding.code)}, {frequency}",
        "",
    ]
    lines += _places(cause.sightings)
    return "\n".join([*lines, *(["", f"> {_plain(finding.hint)}"] if finding.hint else [])])


def _places(sightings: Iterable[Sighting]) -> Iterator[str]:
    found = list(sightings)
    for sighting in found[:_MOST_PLACES]:
        yield f"- {_code(sighting.where)} {_plain(sighting.scenario.name)}"
    if len(found) > _MOST_PLACES:
        yield f"- and {len(found) - _MOST_PLACES:,} more"


def _not_run_scenarios(result: RunResult) -> list[ScenarioResult]:
    return [scenario for scenario in result.scenarios if scenario.verdict == "not-run"]


def _plain(text: str) -> str:
    """Text on one line with Markdown's characters escaped."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    return f"<code>{escape(' '.join(text.split()))}</code>"
