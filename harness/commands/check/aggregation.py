"""Fold findings as they come, in memory that does not grow: one of a cause with its count, and a few examples."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from harness.commands.check.models import Counts, Group
from harness.findings import Finding
from harness.judge.judge import MOST_ALSO, kind_of, rank

MOST_CAUSES: Final = 1000
"""How many causes are told apart; what is new after so many is one of its code."""

Kind = tuple[Any, ...]


class Tally:
    """The findings of a file, or of a part of it; those of the parts, merged in order, are those of the whole."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._groups: dict[Kind, Group] = {}

    def add(self, finding: Finding) -> None:
        """One more finding."""
        kind = self._known(kind_of(finding))
        group = self._groups.get(kind)
        if group is None:
            self._groups[kind] = Group(first=finding, count=finding.count)
            return
        group.count += finding.count
        if len(group.also) < MOST_ALSO:
            group.also.append({"place": finding.place, "message": finding.message})

    def merge(self, later: "Tally") -> None:
        """What was found after all that is here; `later` is not to be used any more."""
        self.counts.add(later.counts)
        for exact, theirs in later._groups.items():
            kind = self._known(exact)
            ours = self._groups.get(kind)
            if ours is None:
                self._groups[kind] = theirs
                continue
            also = [{"place": theirs.first.place, "message": theirs.first.message}, *theirs.also]
            ours.count += theirs.count
            ours.also += also[: MOST_ALSO - len(ours.also)]

    def findings(self) -> tuple[Finding, ...]:
        """One for each cause, the most telling first."""
        return tuple(sorted(map(_one, self._groups.values()), key=rank))

    def _known(self, kind: Kind) -> Kind:
        """The kind, or what stands for it where there are too many."""
        return kind if kind in self._groups or len(self._groups) < MOST_CAUSES else kind[:2]


def tally(findings: Iterable[Finding]) -> Tally:
    """The tally of these."""
    made = Tally()
    for finding in findings:
        made.add(finding)
    return made


def _one(group: Group) -> Finding:
    if not group.also:
        return replace(group.first, count=group.count)
    return replace(group.first, count=group.count, also=tuple(group.also))
