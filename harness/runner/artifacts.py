"""The files that a run leaves of its scenarios: recordings, screenshots, traces."""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from harness.errors import UsageError
from harness.recording import ndjson as recordings
from harness.recording.records import Recording
from harness.results import ScenarioResult

_LONGEST = 120
"""How long a file's name may be before its endings, in bytes."""


class Keep(Enum):
    """Whose artifacts `--artifacts` keeps."""

    failed = "failed"
    all = "all"


@dataclass(frozen=True, kw_only=True)
class Artifacts:
    """Where one scenario's files go: `stem` is their common beginning. `keep_all` keeps those of a scenario that passed, too."""

    stem: Path
    keep_all: bool = False

    @property
    def trace(self) -> Path:
        return self._file("trace.zip")

    def sort_out(self, result: ScenarioResult, recording: Recording) -> None:
        """Write recording and screenshots, or take the trace away again where nothing is to be kept. UsageError if it cannot."""
        try:
            if not self.keep_all and result.verdict != "fail":
                self.trace.unlink(missing_ok=True)
                return
            recordings.write(recording, self._file("ndjson"))
            for step in result.steps:
                if step.screenshot:
                    self._file(f"step-{step.number}.png").write_bytes(step.screenshot)
        except OSError as error:
            raise UsageError(f"--artifacts: {self.stem.parent} cannot be written to: {error.strerror}") from None

    def _file(self, ending: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}.{ending}")


def make_folder(path: Path | None) -> Path | None:
    """The folder for artifacts, made where it is not there. UsageError where none can be."""
    if path is not None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--artifacts {path}: no folder can be made there: {error.strerror}") from None
    return path


def file_stems(names: list[str]) -> dict[str, str]:
    """For each name the beginning of a file's name: alike, short, and no two the same."""
    stems: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^\w-]+", "-", name).strip("-").encode()[:_LONGEST].decode(errors="ignore") or "scenario"
        taken = {stem.lower() for stem in stems.values()}
        stems[name] = next(stem for stem in _numbered(plain, len(names)) if stem.lower() not in taken)
    return stems


def _numbered(stem: str, count: int) -> list[str]:
    return [stem, *(f"{stem}-{number}" for number in range(2, count + 2))]
