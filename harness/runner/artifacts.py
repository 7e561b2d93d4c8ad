"""The files about the scenarios of a run: recordings, screenshots and traces."""

import re
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from harness.errors import UsageError
from harness.recording import ndjson as recordings
from harness.recording.records import Recording
from harness.results import ScenarioResult

_LONGEST = 120
"""The greatest length of a file name without its suffixes, in bytes."""


class Keep(Enum):
    """The scenarios whose artifacts `--artifacts` keeps."""

    failed = "failed"
    all = "all"


@dataclass(frozen=True, kw_only=True)
class Artifacts:
    """The files of one scenario; `stem` is the common start of their paths. `keep_all` also keeps those of a passed scenario."""

    stem: Path
    keep_all: bool = False

    @property
    def trace(self) -> Path:
        return self._file("trace.zip")

    def save(self, result: ScenarioResult, recording: Recording) -> None:
        """Write the recording and the screenshots, or delete the trace if nothing is kept. UsageError if writing fails."""
        try:
            if not self.keep_all and result.verdict != "fail":
                self.trace.unlink(missing_ok=True)
                return
            recordings.write(recording, self._file("ndjson"))
            for step in result.steps:
                if step.screenshot:
                    self._file(f"step-{step.number}.png").write_bytes(step.screenshot)
        except OSError as error:
            raise UsageError(f"--artifacts: {self.stem.parent} cannot write: {error.strerror}") from error

    def _file(self, ending: str) -> Path:
        return self.stem.with_name(f"{self.stem.name}.{ending}")


def make_folder(path: Path | None) -> Path | None:
    """The folder for artifacts; create it if it does not exist. UsageError if that fails."""
    if path is not None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"--artifacts {path}: cannot create the folder: {error.strerror}") from error
    return path


def file_stems(names: list[str]) -> dict[str, str]:
    """A short and unique file name without suffix for each name."""
    stems: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^\w-]+", "-", name).strip("-").encode()[:_LONGEST].decode(errors="ignore") or "scenario"
        taken = {stem.lower() for stem in stems.values()}
        numbered = (plain, *(f"{plain}-{number}" for number in range(2, len(names) + 2)))
        stems[name] = next(stem for stem in numbered if stem.lower() not in taken)
    return stems
