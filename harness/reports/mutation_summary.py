"""The words for what a passing run is worth: the sabotaged copies of it that were noticed, and what it has exercised."""

from collections.abc import Iterator

from harness.reports.formatting import counted
from harness.results import Coverage, MutantResult, MutationScore

MOST_SURVIVORS = 10


def headline(mutation_score: MutationScore) -> str:
    """`Of 640 sabotaged copies of this run 630 would have failed and 3 been warned of; 7 would have passed.`"""
    failed, warned, passed = (mutation_score.count(outcome) for outcome in ("failed", "warned", "passed"))
    noticed = f"{failed:,} would have failed" + (f" and {warned:,} been warned of" if warned else "")
    rest = f"{passed:,} would have passed" if passed else "none would have passed"
    misattributed = f" {counted(len(mutation_score.misattributed), 'copy')} went by another name.".replace(
        "copys", "copies"
    )
    return f"Of {len(mutation_score.trials):,} sabotaged copies of this run {noticed}; {rest}.{misattributed if mutation_score.misattributed else ''}"


def whence(trial: MutantResult) -> str:
    """Where a copy was broken: the scenario's line and step."""
    return f"{trial.file}:{trial.line}, step {trial.step}"


def advice(trial: MutantResult, number: int) -> str:
    """What to do about a survivor."""
    return f"harness explain {number} tells what to write" if trial.advice else f"nothing to write: {trial.where}"


def exercised(coverage: tuple[Coverage, ...]) -> str:
    """`7 of 7 event types, 61 of 65 fields`."""
    return ", ".join(f"{len(item.seen)} of {len(item.seen) + len(item.unseen)} {item.of}" for item in coverage)


def place(event: str, field: str) -> str:
    """An event's field as a table has it: `purchase order.id`, `purchase`, `around the events: visit.id`."""
    name = field.strip("/").replace("/", ".")
    if not event:
        return f"around the events: {name}" if name else "whole requests"
    return f"{event} {name}".strip()


def shown(mutation_score: MutationScore) -> Iterator[tuple[int, MutantResult]]:
    """The survivors that a terminal has room for, each with its number."""
    yield from list(enumerate(mutation_score.undetected, start=1))[:MOST_SURVIVORS]
