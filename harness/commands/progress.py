"""What a person at a terminal is told: which scenarios there are, and how a run gets on."""

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

from harness.commands.console import say
from harness.runner.runner import Job, Outcome


class Progress:
    """A bar on a terminal, a line for each scenario elsewhere; on stderr, so that reports stay clean."""

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
            say(f"[{self._count}/{self._total}] {outcome.result.verdict}  {outcome.result.name}")


class Reading:
    """A bar on a terminal for each file that is read, in bytes; nothing elsewhere. On stderr."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        name = TextColumn("{task.description}", markup=False)
        columns = (name, BarColumn(), DownloadColumn(), TimeRemainingColumn())
        self._bar = Bar(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Reading":
        self._bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._bar.stop()

    def update(self, name: str, read: int, size: int) -> None:
        """So many bytes of a file have been read."""
        if name not in self._tasks:
            self._tasks[name] = self._bar.add_task(name, total=size)
        self._bar.update(self._tasks[name], completed=read)


def print_jobs(jobs: Sequence[Job], *, checked: bool) -> None:
    """On stdout, a line for each; `checked` adds that nothing was wrong with them."""
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    for job in jobs:
        tags = f"  [{', '.join(job.scenario.tags)}]" if job.scenario.tags else ""
        incompatible = f"  not run: {job.scenario.incompatible}" if job.scenario.incompatible else ""
        console.print(f"{job.scenario.file}  {job.name}{tags}{incompatible}", markup=False)
    if checked:
        console.print(f"{len(jobs)} scenario{'s' * (len(jobs) != 1)}: nothing wrong in the files", markup=False)
