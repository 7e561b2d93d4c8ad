"""Repeat the shipped scenarios on a loaded machine: every verdict must be pass, every beacon must arrive.

    python tests/bench/gate.py --runs 1000 --workers 4 --load 2

`tally.js` numbers the beacons in the page, independent of the verdict; the journal shows those that arrived. Scenarios with faults
lose beacons on purpose, so only their verdicts count. The exit status is 1 if a verdict was not pass, if a beacon was lost or arrived
twice, or if the time was too short for all runs.
"""

import argparse
import asyncio
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from load import loaded  # noqa: E402

from harness.events import Beacon  # noqa: E402
from harness.protocol import get as get_protocol  # noqa: E402
from harness.recording import ndjson as recordings  # noqa: E402
from harness.recording.records import PageView, Recording  # noqa: E402
from harness.runner import selection  # noqa: E402
from harness.runner.jobs import Job, Options, Outcome  # noqa: E402
from harness.runner.runner import run  # noqa: E402
from harness.scenario.model import Scenario, SetFaults  # noqa: E402
from harness.scenario.target import built_in  # noqa: E402

_SENT = re.compile(r"[?&]sent=(\w+)\.(\d+)$")


def main() -> int:
    """Run the jobs within the time limit. Return 0 if the gate is passed."""
    given = _options()
    jobs = _jobs(given)
    tally = Tally(folder=given.keep, total=len(jobs))
    began = time.monotonic()
    with loaded(given.load), suppress(KeyboardInterrupt):
        asyncio.run(_run(jobs, tally, given))
    return tally.report(time.monotonic() - began, given)


@dataclass
class Tally:
    """The counts of all runs. `folder` receives the recordings of failed ones."""

    folder: Path
    total: int
    runs: int = 0
    flakes: int = 0
    sent: int = 0
    arrived: int = 0
    lost: int = 0
    duplicated: int = 0

    def count(self, outcome: Outcome) -> None:
        """Count one run. Print its failures and keep its recording."""
        self.runs += 1
        count = count_beacons(outcome.recording) if outcome.recording else BeaconCount()
        self.sent += count.sent
        self.arrived += count.arrived
        self.lost += len(count.lost)
        self.duplicated += len(count.duplicated)
        flaked = outcome.result.verdict != "pass"
        self.flakes += flaked
        if flaked or count.lost or count.duplicated:
            self._keep(outcome, count)
        elif self.runs % 50 == 0:
            _print(f"{self.runs} of {self.total} runs, {self.flakes} flakes, {self.lost} beacons lost")

    def _keep(self, outcome: Outcome, count: "BeaconCount") -> None:
        result = outcome.result
        path = self.folder / f"run-{self.runs}.ndjson"
        _print(f"\n{result.verdict.upper()}  {result.name}  ({result.file}), recording: {path}")
        for finding in result.findings:
            times = f" (x{finding.count})" if finding.count > 1 else ""
            _print(
                f"  {finding.severity} {finding.code}, step {finding.step}, {finding.place}{times}: {finding.message}"
            )
        if count.lost or count.duplicated:
            _print(f"  beacons lost: {count.lost or 'none'}; arrived twice: {count.duplicated or 'none'}")
        if outcome.recording:
            recordings.write(outcome.recording, path)
        for step in result.steps:
            if step.screenshot:
                path.with_suffix(f".step-{step.number}.png").write_bytes(step.screenshot)

    def report(self, seconds: float, given: argparse.Namespace) -> int:
        """Print the figures. Return 0 if the gate is passed."""
        _print(
            f"\n{given.workers} workers, {given.load} processes that use a core each, one that uses disk and loopback"
        )
        for name, value in {
            "runs": self.runs,
            "flakes": self.flakes,
            "beacons sent": self.sent,
            "beacons arrived": self.arrived,
            "beacons lost": self.lost,
            "beacons twice": self.duplicated,
            "wall time": f"{seconds:.0f} s",
            "runs per minute": f"{self.runs / seconds * 60:.1f}",
        }.items():
            _print(f"{name:<16}{value:>10}")
        if self.runs < self.total:
            _print(
                f"{self.total - self.runs} of {self.total} runs are missing; the limit is --minutes {given.minutes:g}"
            )
        passed = self.runs >= self.total and self.sent and not (self.flakes or self.lost or self.duplicated)
        _print("gate passed" if passed else "gate failed")
        return 0 if passed else 1


@dataclass(frozen=True, kw_only=True)
class BeaconCount:
    """The beacons of one run: sent and arrived, and the names of the lost and duplicated ones."""

    sent: int = 0
    arrived: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)


def count_beacons(recording: Recording) -> BeaconCount:
    """Compare the numbers of sent beacons in the pages' cookies with the arrived ones, for each cookie jar."""
    counted = [
        item.cookies["sent"] for item in recording.records if isinstance(item, PageView) and "sent" in item.cookies
    ]
    arrived = Counter(
        f"{match[1]}.{match[2]}"
        for item in recording.records
        if isinstance(item, Beacon) and item.method == "POST" and (match := _SENT.search(item.url))
    )
    sent: dict[str, int] = {}
    for jar, _point, number in (name.partition(".") for name in (*counted, *arrived)):
        sent[jar] = max(sent.get(jar, 0), int(number))
    every = [f"{jar}.{number}" for jar, count in sent.items() for number in range(1, count + 1)]
    return BeaconCount(
        sent=len(every),
        arrived=arrived.total(),
        lost=[name for name in every if name not in arrived],
        duplicated=[name for name, times in arrived.items() if times > 1],
    )


async def _run(jobs: Sequence[Job], tally: Tally, given: argparse.Namespace) -> None:
    options = Options(script=given.tracker.read_bytes(), seed=given.seed, workers=given.workers, strict=True)
    target, protocol = built_in(), get_protocol()
    try:
        async with asyncio.timeout(given.minutes * 60):
            await run(jobs, target=target, protocol=protocol, options=options, on_done=tally.count)
    except TimeoutError:
        pass  # the report contains the missing runs


def _jobs(given: argparse.Namespace) -> list[Job]:
    """Complete rounds of the scenarios, with at least the requested number of runs."""
    scenarios = selection.read_all(list(given.paths), target=built_in(), protocol=get_protocol())
    counting = (HERE / "tally.js").read_text(encoding="utf-8").replace("LOSE_EVERY = 0", f"LOSE_EVERY = {given.lose}")
    counted = f"{counting}\n{given.tracker.read_text(encoding='utf-8')}".encode()
    jobs = [
        Job(scenario=scenario, name=scenario.name, script=None if _has_faults(scenario) else counted)
        for scenario in scenarios
    ]
    rounds = range(1, math.ceil(given.runs / len(scenarios)) + 1)
    return [replace(job, name=f"{job.name} ({number})") for number in rounds for job in jobs]


def _has_faults(scenario: Scenario) -> bool:
    return any(isinstance(item, SetFaults) for item in scenario.items)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gate.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("paths", nargs="*", type=Path, default=[ROOT / "scenarios"], help="default: all shipped ones")
    parser.add_argument("--runs", type=int, default=1000, help="minimal number of scenario runs; default: 1000")
    parser.add_argument("--workers", type=int, default=4, help="default: 4")
    parser.add_argument(
        "--load", type=int, default=2, help="processes that use a core each; 0: no load at all; default: 2"
    )
    parser.add_argument("--minutes", type=float, default=120, help="time limit; default: 120")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("gate-flakes"), help="folder for recordings of failed runs")
    parser.add_argument(
        "--tracker", type=Path, default=ROOT / "fakewww" / "static" / "jirafe_api.js", help="default: the built-in one"
    )
    parser.add_argument(
        "--lose", type=int, default=0, metavar="N", help="lose every N-th beacon, so that the gate must fail"
    )
    return parser.parse_args()


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
