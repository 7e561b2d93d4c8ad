"""The reports on a run: a registry of formats, and how a report gets to its file or to standard output."""

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
"""What a command says of its option `--report`."""

_TOGETHER = {"text", "github"}
"""Two reports in lines, which can stand in one output."""

DEFAULT_PATHS = {"html": Path("report.html")}


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A report that was asked for: its format, and its file, None for standard output."""

    format: str
    path: Path | None


def parse(spec: str) -> Destination:
    """Read `FORMAT` or `FORMAT=PATH`; UsageError for an unknown format or a file that cannot be written."""
    name, equals, place = spec.partition("=")
    if name not in FORMATS:
        raise UsageError(_no_such_format(name))
    if equals and not place:
        raise UsageError(
            f"--report {spec}: a file name is missing after the equals sign, such as {name}=out/report.{name}"
        )
    path = Path(place) if place else DEFAULT_PATHS.get(name)
    if path is not None:
        try:
            _check_writable(spec, path)
        except OSError as error:
            raise UsageError(f"--report {spec}: {path} cannot be written to: {error.strerror}") from None
    return Destination(format=name, path=path)


def check(specs: Sequence[str]) -> None:
    """UsageError where one of the reports cannot be, or two of them would go to one place. Nothing is made yet."""
    taken: dict[str, list[str]] = {}
    for spec in specs:
        path = parse(spec).path
        others = taken.setdefault(os.path.realpath(path) if path else "", [])
        for other in others:
            if path or {other, spec} != _TOGETHER:
                where = f"the file {path}" if path else "standard output; give one a file, such as json=out/report.json"
                raise UsageError(f"--report: {other} and {spec} would both go to {where}")
        others.append(spec)


def make_folders(specs: Sequence[str]) -> None:
    """Make the folders of the reports, before a run that would be for nothing without them. UsageError where none can be made."""
    for spec in specs:
        path = parse(spec).path
        if path is not None:
            _make_folder(spec, path)


def write(spec: str, result: RunResult) -> Path | None:
    """Write a report where `spec` says; the file's path, None for standard output. UsageError where it cannot be written."""
    destination = parse(spec)
    if destination.path is None and destination.format == "text":
        text.print_to(text.terminal(), result)
    else:
        save(spec, FORMATS[destination.format](result))
    if destination.format == "github":
        github.append_summary(result)
    return destination.path


def save(spec: str, report: str) -> Path | None:
    """Write a report that is made already where `spec` says, as `write` does."""
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
    return f'--report: no such format "{name}", there are {", ".join(FORMATS)}{guess}'


def _check_writable(spec: str, path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"--report {spec}: {path} is a folder; name a file in it, such as {path / 'report'}")
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    if not folder.is_dir():
        raise UsageError(f"--report {spec}: {folder} is a file, so no report can be written below it")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"--report {spec}: {path if path.exists() else folder} cannot be written to")


def _make_folder(spec: str, path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--report {spec}: no folder {path.parent} can be made: {error.strerror}") from None


def _to_file(spec: str, path: Path, report: str) -> None:
    try:
        path.write_bytes(_utf8(report))
    except OSError as error:
        raise UsageError(f"--report {spec}: {path} cannot be written: {error.strerror}") from None


def print_utf8(report: str) -> None:
    """To standard output for machines, which read UTF-8 whatever encoding the terminal has."""
    binary = getattr(sys.stdout, "buffer", None)
    if binary is None:
        sys.stdout.write(report)
        return
    sys.stdout.flush()
    binary.write(_utf8(report))
    binary.flush()


def _utf8(report: str) -> bytes:
    return report.encode("utf-8", "replace")
