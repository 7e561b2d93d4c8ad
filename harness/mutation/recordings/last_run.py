"""The undetected mutants of the last run in this folder, for `harness explain`."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from harness.errors import UsageError
from harness.results import MutantResult, Suggestion

FILE: Final = Path(".harness") / "undetected.json"
"""The file, in the current folder, with the undetected mutants of the last run."""


def remember(undetected: Sequence[MutantResult]) -> None:
    """Write the mutants for `explain`, the first under number 1. A read-only folder is no error."""
    with suppress(OSError):
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps([asdict(mutant) for mutant in undetected]), encoding="utf-8")


def explain(number: int) -> str:
    """Describe an undetected mutant of the last run and the line that detects it. Raises UsageError."""
    undetected = _read()
    if not 1 <= number <= len(undetected):
        valid = f"valid numbers are 1 to {len(undetected)}"
        numbers = valid if undetected else "the last run has no undetected mutants"
        raise UsageError(f"explain {number}: no undetected mutant has this number; {numbers}")
    mutant = undetected[number - 1]
    lines = [f"{mutant.scenario} ({mutant.file}:{mutant.line}, step {mutant.step})", f"  {mutant.description}", ""]
    suggestion = mutant.suggestion
    if suggestion.line:
        lines += [f"Add at {suggestion.where}:", "", *(f"    {line}" for line in suggestion.line.splitlines())]
        lines += ["", "With this line the recording still passes, and the mutant fails."]
    else:
        lines.append(f"No line detects it: {suggestion.where}.")
    return "\n".join(lines)


def _read() -> list[MutantResult]:
    try:
        items = json.loads(FILE.read_text(encoding="utf-8"))
        return [MutantResult(**{**item, "suggestion": Suggestion(**item["suggestion"])}) for item in items]
    except OSError as error:
        raise UsageError(f"explain: start `harness run` in this folder first ({FILE} is missing)") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UsageError(f"explain: {FILE} is damaged; delete it and start `harness run` again") from error
