"""Progress on the terminal, and the list of scenarios."""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from harness.commands.console import print_status
from harness.runner.jobs import Job, Outcome


class Progress:
    """On stderr: a progress bar on a terminal, otherwise a line for each scenario."""

    def __init__(self, total: int) -> None:
        console = Console(stderr=True)
        self._lines = not console.is_terminal
        self._total, self._count = total, 0
        name = TextColumn("{task.description}", markup=False)
        columns = (name, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=self._lines)
        self._task = self._bar.add_task("starting", total=total)

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()

    def done(self, outcome: Outcome) -> None:
        self._count += 1
        self._bar.update(self._task, advance=1, description=outcome.result.name)
        if self._lines:
            print_status(f"[{self._count}/{self._total}] {outcome.result.verdict}  {outcome.result.name}")


class FileProgress:
    """On stderr: a progress bar for each file, in bytes; only on a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        name = TextColumn("{task.description}", markup=False)
        columns = (name, BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "FileProgress":
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()

    def update(self, name: str, read: int, size: int) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=size)
        self._bar.update(self._tasks[name], completed=read)


def print_jobs(jobs: Sequence[Job], *, checked: bool) -> None:
    """Print a line for each scenario on stdout; `checked` adds that all files are valid."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    for job in jobs:
        tags = f"  [{', '.join(job.scenario.tags)}]" if job.scenario.tags else ""
        incompatible = f"  not run: {job.scenario.incompatible}" if job.scenario.incompatible else ""
        console.print(f"{job.scenario.file}  {job.name}{tags}{incompatible}", markup=False)
    if checked:
        console.print(f"{len(jobs)} scenario{'s' * (len(jobs) != 1)}: all files are valid", markup=False)
