"""Run the command line as a user does: another process, what it printed, how it ended."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> Any:
        """What a command with `--report json` printed."""
        return json.loads(self.out)


def harness(*arguments: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> Ended:
    """`python -m harness ARGUMENTS…`; some minutes at most, on the busiest machine."""
    return ended([sys.executable, "-m", "harness", *map(str, arguments)], cwd=cwd, env=env)


def ended(command: list[str], *, cwd: Path, env: dict[str, str] | None = None) -> Ended:
    """Any command, to its end."""
    ran = subprocess.run(command, cwd=cwd, env=env, capture_output=True, timeout=400, check=False, encoding="utf-8")
    return Ended(ran.returncode, ran.stdout, ran.stderr)
