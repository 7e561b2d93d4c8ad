"""What the last run here let pass, for `harness explain`."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from harness.errors import UsageError
from harness.results import MutantResult

MEMORY: Final = Path(".harness") / "survivors.json"
"""Where a run leaves, in the folder that it is started in, which of its sabotaged copies would have passed."""


def remember(undetected: Sequence[MutantResult]) -> None:
    """Leave them for `explain`, the first under number 1. A folder that cannot be written to is no reason to fail."""
    with suppress(OSError):
        MEMORY.parent.mkdir(exist_ok=True)
        MEMORY.write_text(json.dumps([asdict(trial) for trial in undetected]), encoding="utf-8")


def explain(number: int) -> str:
    """What was done to a survivor of the last run, and the line to write so that it is noticed. UsageError where it is none."""
    undetected = _remembered()
    if not 1 <= number <= len(undetected):
        there_are = f"there are 1 to {len(undetected)}" if undetected else "nothing passed, or no run was proved"
        raise UsageError(f"explain {number}: no such survivor of the last run here; {there_are}")
    trial = undetected[number - 1]
    lines = [f"{trial.scenario} ({trial.file}:{trial.line}, step {trial.step})", f"  {trial.what}", ""]
    if trial.advice:
        lines += [f"Write at {trial.where}:", "", *(f"    {line}" for line in trial.advice.splitlines())]
        lines += ["", "With this the recording still passes, and the sabotaged copy of it fails."]
    else:
        lines.append(f"Nothing to write: {trial.where}.")
    return "\n".join(lines)


def _remembered() -> list[MutantResult]:
    try:
        told = json.loads(MEMORY.read_text(encoding="utf-8"))
        return [MutantResult(**item) for item in told]
    except OSError:
        raise UsageError(f"explain: no run was made in this folder before (there is no {MEMORY})") from None
    except (ValueError, TypeError, RecursionError):
        raise UsageError(f"explain: {MEMORY} holds no survivors; delete it and run once more") from None
