"""Formatting that the reports for people share: counts, durations, shortened values, the headline, the commands."""

import json
from typing import Any

from harness.results import RunResult

LONGEST_MESSAGE = 2000
LONGEST_VALUE = 300


def counted(number: int, word: str) -> str:
    """`1 event`, `1,200 events`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def times(number: int) -> str:
    """`once`, `twice`, `12 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def seconds(duration_s: float) -> str:
    """`0.42 s`, `6.2 s`, `3 min 20 s`: with more digits for shorter times."""
    if duration_s < 1:
        return f"{duration_s:.2f} s"
    if duration_s < 99.95:
        return f"{duration_s:.1f} s"
    minutes, rest = divmod(round(duration_s), 60)
    return f"{minutes:,} min {rest} s"


def cut(text: str, limit: int = LONGEST_MESSAGE) -> str:
    """The text, shortened to `limit` characters with a note on the rest."""
    return text if len(text) <= limit else f"{text[:limit]}… ({counted(len(text) - limit, 'more character')})"


def shown(value: Any, limit: int = LONGEST_VALUE) -> str:
    """A value as JSON on one line, so that `2` and `"2"` differ; shortened if it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=_jsonable)
    except (ValueError, RecursionError):
        text = "(nested too deeply to show)"
    return cut(text, limit)


def headline(result: RunResult) -> str:
    """The outcome in a few words. A scenario that did not run never counts as passed."""
    scenarios, passed, failed, not_run = (result.totals[key] for key in ("scenarios", "passed", "failed", "not_run"))
    rest = f", {not_run:,} not run" if not_run else ""
    if failed:
        return f"{failed:,} of {counted(scenarios, result.unit)} failed{rest}"
    if passed:
        return f"{f'{passed:,} of ' if not_run else ''}{counted(scenarios, result.unit)} passed{rest}"
    return f"nothing ran{rest}"


def commands(result: RunResult) -> list[tuple[str, str]]:
    """The commands that repeat the run and its failed scenarios, each with a label."""
    found = [("repeat", result.command)] if result.command else []
    is_run = result.command.split()[:2] == ["harness", "run"]
    if is_run and result.totals["failed"] and "--last-failed" not in result.command.split():
        found.append(("only failed", f"{result.command} --last-failed"))
    return found


def _jsonable(value: Any) -> Any:
    return dict(value) if hasattr(value, "keys") else str(value)


def browser(result: RunResult) -> str:
    """The browser's name, version and build; empty if no browser ran."""
    about = result.browser
    return ", ".join(filter(None, (f"{about.get('name', '')} {about.get('version', '')}".strip(), about.get("build"))))
