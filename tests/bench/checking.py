"""Measure speed and memory of `harness check` on a large journal. Linux only.

`python tests/bench/checking.py --mb 1000` checks a small and a large file with the beacons of a real journey, repeated with other
visit ids. The exit status is 1 if there is a finding, or if the memory grows with the file.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT)]

from harness.events import Beacon  # noqa: E402
from harness.recording.beacon_json import beacon_to_json  # noqa: E402
from harness.recording.ndjson import read as read_recording  # noqa: E402

SMALL_MB = 10
MAX_GROWTH = 1.5
"""The maximal ratio of the memory for the large file to the memory for the small one."""

_MB = 1_000_000
_SAMPLE_S = 0.05
_JOURNEY = ROOT / "scenarios" / "smoke" / "buy-as-guest.yaml"
_LATER = 4_000_000_000.0
"""The arrival time of every beacon, later than all their timestamps."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """Seconds of a check, and peak bytes of its process and of the child processes."""

    size: int
    beacons: int
    seconds: float
    own: int
    others: int

    @property
    def memory(self) -> int:
        return self.own + self.others


def main() -> int:
    """Measure and print. Return 1 if a check failed."""
    parser = argparse.ArgumentParser(prog="checking.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mb", type=int, default=1000, help="the large file, in megabytes; default: 1000")
    parser.add_argument("--workers", type=int, help="processes; default: one for each processor")
    given = parser.parse_args()
    wrong = measure(given.mb, workers=given.workers)
    for line in wrong:
        _print(f"broken: {line}")
    return 1 if wrong else 0


def measure(megabytes: int, *, workers: int | None = None) -> list[str]:
    """Check a small and a large file and print the figures. Return the failures."""
    with tempfile.TemporaryDirectory() as folder:
        beacons = _recorded(Path(folder))
        small, large = (_check(Path(folder), beacons, size, workers) for size in (SMALL_MB, megabytes))
    for use in (small, large):
        _print(
            f"{use.size / _MB:>6.0f} MB, {use.beacons:>9,} beacons: {use.size / _MB / use.seconds:.1f} MB/s; peak memory "
            f"{use.own / _MB:.0f} MB and {use.others / _MB:.0f} MB in child processes"
        )
    growth = large.memory / small.memory
    _print(f"{f'memory, {megabytes} MB / {SMALL_MB} MB':<34}{growth:.2f}   (at most {MAX_GROWTH})")
    return [f"memory grew to {growth:.2f} times"] if growth > MAX_GROWTH else []


def _recorded(folder: Path) -> list[Beacon]:
    """Record the beacons of a journey through the built-in store."""
    _harness("run", str(_JOURNEY), "--report", "json", "--artifacts", str(folder), "--keep", "all")
    (file,) = folder.glob("*.ndjson")
    beacons = [record for record in read_recording(file).records if isinstance(record, Beacon)]
    file.unlink()
    return [replace(beacon, time=_LATER) for beacon in beacons if beacon.method == "POST"]


def _check(folder: Path, beacons: list[Beacon], megabytes: int, workers: int | None) -> Use:
    path, report = folder / "journal.ndjson", folder / "report.json"
    count = _write(path, beacons, megabytes * _MB)
    command = [sys.executable, "-m", "harness", "check", str(path), "--strict", "--report", f"json={report}"]
    began = time.monotonic()
    with subprocess.Popen(
        command + (["--workers", str(workers)] if workers else []), cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        peaks: dict[int, int] = {}
        while process.poll() is None:
            for pid in _family(process.pid):
                with suppress(FileNotFoundError, ProcessLookupError):
                    peaks[pid] = max(peaks.get(pid, 0), _peak(pid))
            time.sleep(_SAMPLE_S)
        errors = process.stderr.read() if process.stderr else ""
    if process.returncode:
        sys.exit(
            f"check ended with {process.returncode}: {errors}{report.read_text() if report.exists() else ''}"[:5000]
        )
    own = peaks.pop(process.pid)
    use = Use(
        size=path.stat().st_size, beacons=count, seconds=time.monotonic() - began, own=own, others=sum(peaks.values())
    )
    path.unlink()
    return use


def _write(path: Path, beacons: list[Beacon], size: int) -> int:
    """Write a journal of about this size, the journey with one visit after the other. Return the number of beacons."""
    lines = [(json.dumps(beacon_to_json(beacon)) + "\n").encode() for beacon in beacons]
    visit, order = _names(beacons)
    written = turn = 0
    with path.open("wb") as file:
        file.write(b'{"format": "harness-journal", "version": 1, "protocol": "jirafe"}\n')
        while written < size:
            new = b"".join(lines).replace(visit, visit + b"%d" % turn).replace(order, order + b"%d" % turn)
            written += file.write(new)
            turn += 1
    return turn * len(lines)


def _names(beacons: list[Beacon]) -> tuple[bytes, bytes]:
    """The visit id and the order number of the journey."""
    bodies = [json.loads(beacon.body) for beacon in beacons]
    orders = (event["order"]["num"] for body in bodies for event in body["data"] if "order" in event)
    return bodies[0]["visit"]["id"].encode(), next(orders).encode()


def _harness(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "harness", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"harness {arguments[0]} ended with {done.returncode}: {done.stdout}{done.stderr}")


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    with suppress(FileNotFoundError, ProcessLookupError):
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield from _family(int(child))


def _peak(pid: int) -> int:
    """The peak resident memory of a process, in bytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")), 0)


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
