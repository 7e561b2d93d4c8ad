"""Measure the speed of the harness: `make bench`. Ratios of alternating measurements in one run; medians of several rounds.

Baselines: the same journeys on bare Playwright (bare.py) and as tests for pytest-playwright (handwritten/), and a bare handler for
the collector and `harness serve`. A missed target is no error: exit status 1 means that a measured run failed.
"""

import argparse
import asyncio
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(HERE)]

from bare import bare_suite, is_plain, pages_in  # noqa: E402
from blocking import blocked  # noqa: E402
from checking import measure as measure_check  # noqa: E402
from collecting import CONNECTIONS, bare_rate, collector_rate  # noqa: E402
from costs import measure, rows  # noqa: E402
from endurance import bare, endure, most, serve_app  # noqa: E402
from processor import adopt_orphans, spent  # noqa: E402

from harness.browser.discovery import ENVIRONMENT, find_browser  # noqa: E402
from harness.browser.launch import driver  # noqa: E402
from harness.mutation.recordings.scoring import make_subject, rare_garbage_collection, recording_mutants  # noqa: E402
from harness.protocol import get as get_protocol  # noqa: E402
from harness.recording.records import LedgerRead  # noqa: E402
from harness.runner import selection  # noqa: E402
from harness.runner.jobs import Job, Options, Outcome  # noqa: E402
from harness.runner.runner import run  # noqa: E402
from harness.scenario.target import Target, built_in  # noqa: E402

HANDWRITTEN = HERE / "handwritten"
_TRACKER = ROOT / "fakewww" / "static" / "jirafe_api.js"
PARTS = ("suite", "handwritten", "collector", "documents", "load", "clock", "mutation", "costs", "check", "tracker")
_HARNESS_RUN = (sys.executable, "-m", "harness", "run", "--mutants", "off")
_PYTEST = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "ignore", "--rootdir", str(ROOT))
MAX_OF_BARE = 1.5
MAX_OF_HANDWRITTEN = 0.6
MUTANTS, MAX_FOR_MUTANTS_S = 500, 2.0
_SHOPPERS, MAX_BLOCKED_MS = 40, 5.0
_DOCUMENTS = 4000
_RATE, _SECONDS = 2000, 30
_CHECKED_MB = 1000
_BUSY = 0.5
"""The load for each core above which the machine counts as busy."""


def main() -> int:
    """Measure and print. Return 1 if a measured run failed."""
    given = _options()
    adopt_orphans()
    bench = Bench(jobs=_jobs(given.paths), target=built_in(), rounds=given.rounds, workers=given.workers)
    bench.print_machine()
    for part in PARTS:
        if part in given.only:
            getattr(bench, part)()
    for line in bench.broken:
        _print(f"broken: {line}")
    return 1 if bench.broken else 0


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Seconds including browser start, seconds of processor time, and the number of pages shown."""

    seconds: float
    processor: float
    pages: int = 0


@dataclass(kw_only=True)
class Bench:
    """The parts of the benchmark. `broken` collects the runs that failed."""

    jobs: Sequence[Job]
    target: Target
    rounds: int
    workers: Sequence[int]
    broken: list[str] = field(default_factory=list)
    browser: str = field(default_factory=lambda: asyncio.run(_browser()))

    @cached_property
    def plain(self) -> list[Job]:
        """The journeys that bare Playwright can run."""
        return [job for job in self.jobs if is_plain(job.scenario, self.target)]

    def print_machine(self) -> None:
        cores, load = os.cpu_count() or 1, os.getloadavg()[0]
        _print(
            f"{cores} cores, load {load:.1f} at the start; {len(self.jobs)} journeys; medians of {self.rounds} rounds"
        )
        if load > _BUSY * cores:
            _print("The machine is busy: compare ratios, not seconds.")

    def suite(self) -> None:
        """Compare the harness and bare Playwright, for several numbers of workers."""
        _print(f"\n{len(self.plain)} journeys: seconds, and seconds of processor time")
        _print("workers   harness      bare     ratio      processor      bare     ratio")
        harness: dict[int, list[Timing]] = {number: [] for number in self.workers}
        bare: dict[int, list[Timing]] = {number: [] for number in self.workers}
        for number, harness_first in self._turns():
            turns = [(harness[number], self._harness), (bare[number], self._bare)]
            for timings, measure_one in turns if harness_first else reversed(turns):
                timings.append(measure_one(number))
        for number in self.workers:
            ours, theirs = harness[number], bare[number]
            _print(
                f"{number:>7}{_columns(_seconds(ours), _seconds(theirs))}     {_columns(_processor(ours), _processor(theirs))}"
            )
        best = min(self.workers, key=lambda number: _seconds(harness[number]))
        least = min(self.workers, key=lambda number: _seconds(bare[number]))
        _print(f"best: the harness with {best} workers, bare with {least}")
        _print_ratio("harness / bare, best of each", _seconds(harness[best]) / _seconds(bare[least]), MAX_OF_BARE)
        _print_ratio("  the same in processor time", _processor(harness[best]) / _processor(bare[least]))
        self._compare_pages([timing for number in self.workers for timing in (*harness[number], *bare[number])])

    def handwritten(self) -> None:
        """Compare the commands `harness run` and `pytest` on the handwritten journeys.

        Without the mutation score, which pytest does not have; the part `mutation` measures it.
        """
        files = {Path(job.scenario.file).stem.replace("-", "_"): job.scenario.file for job in self.jobs}
        names = re.findall(
            r"^def test_(\w+)", (HANDWRITTEN / "test_journeys.py").read_text(encoding="utf-8"), re.MULTILINE
        )
        both = [name for name in files if name in names]
        ours: list[Timing] = []
        theirs: list[Timing] = []
        commands = [
            (ours, [*_HARNESS_RUN, *(str(Path(files[name]).resolve()) for name in both)]),
            (theirs, [*_PYTEST, *(f"{HANDWRITTEN / 'test_journeys.py'}::test_{name}" for name in both)]),
        ]
        for turn in range(self.rounds):
            for timings, command in commands if turn % 2 else reversed(commands):
                timings.append(_timed(partial(self._command, command)))
        _print(f"\n{len(both)} journeys as commands: harness and handwritten; then in processor time")
        _print(
            f"seconds{_columns(_seconds(ours), _seconds(theirs))}     {_columns(_processor(ours), _processor(theirs))}"
        )
        _print_ratio("harness / handwritten", _seconds(ours) / _seconds(theirs), MAX_OF_HANDWRITTEN)

    def collector(self) -> None:
        """Measure the requests per second of the collector."""
        pairs = [(asyncio.run(collector_rate()), asyncio.run(bare_rate())) for _ in range(max(3, self.rounds))]
        ours, theirs = (median(rates) for rates in zip(*pairs, strict=True))
        _print(
            f"\nValid payloads per second over {CONNECTIONS} persistent connections: collector {ours:.0f}, bare handler {theirs:.0f}"
        )
        _print_ratio("collector / bare handler", ours / theirs)

    def documents(self) -> None:
        """Measure the documents per second of `harness serve --journal`, and the processor time of each."""
        pairs = [(asyncio.run(_served()), asyncio.run(most(bare(), _DOCUMENTS))) for _ in range(max(3, self.rounds))]
        (ours, our_cost), (theirs, their_cost) = (
            [median(figures) for figures in zip(*rounds, strict=True)] for rounds in zip(*pairs, strict=True)
        )
        _print(
            f"\nDocuments per second over {CONNECTIONS} persistent connections: serve {ours:.0f}, bare handler {theirs:.0f}"
        )
        _print_ratio("serve --journal / bare handler", ours / theirs)
        _print(f"processor time per document: serve {1000 * our_cost:.3f} ms, bare handler {1000 * their_cost:.3f} ms")
        _print_ratio("  bare handler / serve", their_cost / our_cost)

    def load(self) -> None:
        """Check the journal of `harness serve` at a steady rate of documents and after `kill -9`."""
        _print(f"\n{_RATE} documents per second for {_SECONDS} s, then again with kill -9 in the middle")
        self.broken += asyncio.run(endure(_RATE, _SECONDS))

    def clock(self) -> None:
        """Measure the cost of the page clock on bare Playwright."""
        without, with_clock = [], []
        for _ in range(self.rounds):
            without.append(self._bare(1))
            with_clock.append(self._bare(1, clock=True))
        extra = _seconds(with_clock) - _seconds(without)
        each = extra * 1000 / without[0].pages
        _print(f"\nBare with the page clock: {_seconds(with_clock):.2f} s, without: {_seconds(without):.2f} s")
        _print(f"{'with / without':<34}{_seconds(with_clock) / _seconds(without):.2f}   ({each:.0f} ms per page)")

    def mutation(self) -> None:
        """Measure the processor time to create and judge mutants of the suite's recordings."""
        outcomes = asyncio.run(self._run(self.jobs, max(self.workers)))
        scenarios = {job.name: job.scenario for job in self.jobs}
        recorded = [(item.recording, scenarios[item.result.name]) for item in outcomes if item.recording]
        seconds = []
        for turn in range(max(3, self.rounds)):
            subjects = [make_subject(recording, scenario, get_protocol()) for recording, scenario in recorded]
            every = [(item, mutant) for item in subjects for mutant in recording_mutants(item)]
            sample = random.Random(turn).sample(every, min(MUTANTS, len(every)))
            with rare_garbage_collection():
                began = time.process_time()
                for item, mutant in sample:
                    item.new_findings(mutant.recording)
                seconds.append(time.process_time() - began)
        took = median(seconds)
        verdict = "met" if took < MAX_FOR_MUTANTS_S else "not met"
        _print(f"\n{len(sample)} of {len(every)} mutants judged in {took:.2f} s of one core")
        _print(f"{'seconds for 500 mutants':<34}{took:.2f}   target: under {MAX_FOR_MUTANTS_S:g}, {verdict}")

    def costs(self) -> None:
        """Measure the parts of a run."""
        costs = asyncio.run(measure(self.jobs, self.target, _harness_options(1)))
        _print("\nTime per scenario with one worker                           ms     calls")
        for name, milliseconds, calls in rows(costs):
            _print(f"{name:<52}{milliseconds:>11.1f}{calls:>10.1f}")

    def check(self) -> None:
        """Measure speed and memory of `harness check` on a large journal."""
        _print("\nharness check of a small and a large journal")
        self.broken += measure_check(_CHECKED_MB)

    def tracker(self) -> None:
        """Measure how long the built-in tracker blocks the main thread of a page."""
        _print(f"\nMilliseconds of the tracker's longest task while it loads; medians of {_SHOPPERS} shoppers")
        for name, pages in zip(
            ("first page", "next page"), asyncio.run(blocked(_TRACKER.read_text(), shoppers=_SHOPPERS)), strict=True
        ):
            longest, processor, together = (
                median(getattr(page, each) for page in pages) for each in ("longest", "processor", "together")
            )
            verdict = "met" if longest < MAX_BLOCKED_MS else "not met"
            _print(f"{name:<34}{longest:.1f}   target: under {MAX_BLOCKED_MS:g}, {verdict}")
            _print(f"{'':<34}processor time {processor:.1f}; sum of all tasks {together:.1f}")

    def _turns(self) -> list[tuple[int, bool]]:
        """Numbers of workers, and whether the harness is first."""
        return [
            (number, bool((turn + place) % 2))
            for turn in range(self.rounds)
            for place, number in enumerate(self.workers)
        ]

    def _harness(self, workers: int) -> Timing:
        return _timed(lambda: _pages(asyncio.run(self._run(self.plain, workers))))

    def _bare(self, workers: int, *, clock: bool = False) -> Timing:
        return _timed(lambda: asyncio.run(bare_suite(self.plain, self.target, workers=workers, clock=clock)))

    async def _run(self, jobs: Sequence[Job], workers: int) -> list[Outcome]:
        """Run the jobs and note the failed ones."""
        outcomes: list[Outcome] = []
        options = _harness_options(workers)
        result = await run(jobs, target=self.target, protocol=get_protocol(), options=options, on_done=outcomes.append)
        for scenario in result.scenarios:
            if scenario.verdict != "pass":
                reason = "; ".join(finding.message for finding in scenario.findings) or scenario.reason
                self.broken.append(f"{scenario.name}: {scenario.verdict}: {reason}")
        return outcomes

    def _compare_pages(self, timings: Sequence[Timing]) -> None:
        counts = sorted({timing.pages for timing in timings})
        if len(counts) > 1:
            self.broken.append(f"the rounds differ: {counts} pages were shown")

    def _command(self, command: Sequence[str]) -> int:
        """Run a command in an empty folder."""
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        environment = {**os.environ, "PYTHONPATH": path, ENVIRONMENT: self.browser}
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            self.broken.append(f"{' '.join(command[:4])} … exits with {done.returncode}:\n{done.stdout}{done.stderr}")
        return 0


async def _served() -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as folder:
        return await most(serve_app("--journal", Path(folder) / "journal"), _DOCUMENTS)


def _harness_options(workers: int) -> Options:
    return Options(script=_TRACKER.read_bytes(), workers=workers)


def _jobs(paths: Sequence[Path]) -> list[Job]:
    scenarios = selection.read_all(paths, target=built_in(), protocol=get_protocol())
    return [Job(scenario=scenario, name=scenario.name) for scenario in scenarios]


async def _browser() -> str:
    async with driver() as playwright:
        return str(find_browser(playwright).path)


def _pages(outcomes: Iterable[Outcome]) -> int:
    """The number of pages that the stores of these runs showed."""
    records = [record for item in outcomes if item.recording for record in item.recording.records]
    return sum(pages_in(record.entries) for record in records if isinstance(record, LedgerRead))


def _timed(suite: Callable[[], int]) -> Timing:
    processor, began = spent(), time.perf_counter()
    pages = suite()
    seconds = time.perf_counter() - began
    return Timing(seconds=seconds, processor=spent() - processor, pages=pages)


def _seconds(timings: Sequence[Timing]) -> float:
    return median(timing.seconds for timing in timings)


def _processor(timings: Sequence[Timing]) -> float:
    return median(timing.processor for timing in timings)


def _columns(ours: float, theirs: float) -> str:
    return f"{ours:>10.2f}{theirs:>10.2f}{ours / theirs:>10.2f}"


def _print_ratio(label: str, ratio: float, target: float | None = None) -> None:
    verdict = "" if target is None else f"   target: at most {target}, {'met' if ratio <= target else 'not met'}"
    _print(f"{label:<34}{ratio:.2f}{verdict}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "paths", nargs="*", type=Path, default=[ROOT / "scenarios"], help="scenarios; default: all shipped ones"
    )
    parser.add_argument("--rounds", type=int, default=3, help="default: 3")
    parser.add_argument(
        "--workers", type=int, nargs="+", default=[1, 2, 3, 4, 6], metavar="N", help="default: 1 2 3 4 6"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="default: all parts")
    return parser.parse_args()


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
