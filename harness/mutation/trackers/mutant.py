"""Broken trackers: what one is, and how its script is made of a healthy one's."""

from collections.abc import Sequence
from dataclasses import dataclass

from harness.errors import FileError
from harness.mutation.recordings.mutant import ExpectedFinding


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One way to break a tracker: small, and like something that happens in the field.

    `what` says in words what the tracker does. `edits` change the source of the built-in tracker: a text that stands there
    once, and what stands there instead. Without them `prelude` is JavaScript that runs before any tracker and stands between
    it and the network. `answers` are what a good judge says first. `near` are words of a scenario's file, or types of
    events, where it shows: scenarios with all of them are tried first.
    """

    name: str
    what: str
    expected: tuple[ExpectedFinding, ...]
    edits: tuple[tuple[str, str], ...] = ()
    prelude: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BrokenTracker:
    """A mutant's script, and the place where it was changed: `file:line`, or `around FILE`."""

    mutant: Mutant
    script: bytes
    place: str


def break_tracker(mutant: Mutant, source: str, *, file: str) -> BrokenTracker:
    """The tracker, broken; `file` is its name in messages. FileError where an edit does not fit in exactly one place."""
    if not mutant.edits:
        return BrokenTracker(mutant=mutant, script=f"{mutant.prelude}\n{source}".encode(), place=f"around {file}")
    line = source.partition(mutant.edits[0][0])[0].count("\n") + 1
    for old, new in mutant.edits:
        if (count := source.count(old)) != 1:
            times = "nowhere" if not count else f"{count} times"
            raise FileError(f'{file}: mutant "{mutant.name}" changes what stands there {times}: {old.strip()}')
        source = source.replace(old, new)
    return BrokenTracker(mutant=mutant, script=source.encode(), place=f"{file}:{line}")


def fitting(mutants: Sequence[Mutant], *, is_built_in: bool) -> list[Mutant]:
    """The mutants that can be made of a tracker: edits fit the built-in one only."""
    return [mutant for mutant in mutants if is_built_in or not mutant.edits]
