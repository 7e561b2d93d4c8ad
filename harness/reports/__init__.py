"""Reports of a run: the registry of formats, and writing a report to a file or to standard output."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from harness.errors import UsageError
from harness.reports import github, html, junit, text
from harness.reports import json_report as json
from harness.results import RunResult

Report = Callable[[RunResult], str]

FORMATS: dict[str, Report] = {
    "text": text.render,
    "json": json.render,
    "junit": junit.render,
    "html": html.render,
    "github": github.render,
}
HELP = "text, json, junit, html or github; may be repeated."
"""The help text of the option `--report`."""

_TOGETHER = {"text", "github"}
"""Two formats made of lines, which may share standard output."""

DEFAULT_PATHS = {"html": Path("report.html")}


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A requested report: its format and its file, None for standard output."""

    format: str
    path: Path | None


def parse(spec: str) -> Destination:
    """Read `FORMAT` or `FORMAT=PATH`; UsageError for an unknown format or a file that cannot be written."""
    name, equals, place = spec.partition("=")
    if name not in FORMATS:
        raise UsageError(_no_such_format(name))
    if equals and not place:
        raise UsageError(
            f"--report {spec}: the file name after the equals sign is missing; write {name}=out/report.{name}, for example"
        )
    path = Path(place) if place else DEFAULT_PATHS.get(name)
    if path is not None:
        try:
            _check_writable(spec, path)
        except OSError as error:
            raise UsageError(f"--report {spec}: {path} is not writable: {error.strerror}") from error
    return Destination(format=name, path=path)


def check(specs: Sequence[str]) -> None:
    """Check all specifications without writing anything. UsageError if one is invalid or two have the same destination."""
    taken: dict[str, list[str]] = {}
    for spec in specs:
        path = parse(spec).path
        others = taken.setdefault(os.path.realpath(path) if path else "", [])
        for other in others:
            if path or {other, spec} != _TOGETHER:
                output = "standard output; give one a file, for example json=out/report.json"
                where = f"the file {path}" if path else output
                raise UsageError(f"--report: {other} and {spec} have the same destination, {where}")
        others.append(spec)


def make_folders(specs: Sequence[str]) -> None:
    """Create the folders of the reports before a run, so that no run is wasted. UsageError if one cannot be created."""
    for spec in specs:
        path = parse(spec).path
        if path is not None:
            _make_folder(spec, path)


def write(spec: str, result: RunResult) -> Path | None:
    """Write the report that `spec` names. Return its path, None for standard output. UsageError if it cannot be written."""
    destination = parse(spec)
    if destination.path is None and destination.format == "text":
        text.print_to(text.terminal(), result)
    else:
        save(spec, FORMATS[destination.format](result))
    if destination.format == "github":
        github.append_summary(result)
    return destination.path


def save(spec: str, report: str) -> Path | None:
    """Write a rendered report to the destination in `spec`, with the result and errors of `write`."""
    path = parse(spec).path
    if path is None:
        print_utf8(report)
    else:
        _make_folder(spec, path)
        _to_file(spec, path, report)
    return path


def _no_such_format(name: str) -> str:
    close = get_close_matches(name.lower(), FORMATS, n=1)
    guess = f'; did you mean "{close[0]}"?' if close else ""
    return f'--report: unknown format "{name}"; allowed: {", ".join(FORMATS)}{guess}'


def _check_writable(spec: str, path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"--report {spec}: {path} is a folder; name a file in it, for example {path / 'report'}")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        raise UsageError(f"--report {spec}: {folder} is a file, so no report can be written under it")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"--report {spec}: {path if path.exists() else folder} is not writable")


def _make_folder(spec: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--report {spec}: the folder {path.parent} cannot be created: {error.strerror}") from error


def _to_file(spec: str, path: Path, report: str) -> None:
    try:
        path.write_bytes(_utf8(report))
    except OSError as error:
        raise UsageError(f"--report {spec}: {path} cannot be written: {error.strerror}") from error


def print_utf8(report: str) -> None:
    """Print a report for programs: UTF-8, whatever the terminal's encoding."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(report)
        return
    sys.stdout.flush()
    binary.write(_utf8(report))
    binary.flush()


def _utf8(report: str) -> bytes:
    return report.encode("utf-8", "replace")
