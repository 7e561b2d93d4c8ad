"""Fold findings as they arrive, in bounded memory: one finding for each cause, with a count and some examples."""

from dataclasses import replace
from typing import Any, Final

from harness.commands.check.models import Counts, Group
from harness.findings import Finding
from harness.judge.judge import MOST_ALSO, kind_of, rank

MAX_CAUSES: Final = 1000
"""The number of distinguished causes; beyond it, findings are grouped by code."""

Kind = tuple[Any, ...]


class Tally:
    """The findings of a file or of a part of it. Parts merged in order equal the file."""

    def __init__(self) -> None:
        self.counts = Counts()
        self._groups: dict[Kind, Group] = {}

    def add(self, finding: Finding) -> None:
        kind = self._known(kind_of(finding))
        group = self._groups.get(kind)
        if group is None:
            self._groups[kind] = Group(first=finding, count=finding.count)
            return
        group.count += finding.count
        if len(group.also) < MOST_ALSO:
            group.also.append({"place": finding.place, "message": finding.message})

    def merge(self, later: "Tally") -> None:
        """Append the findings of a later part, which must not be used afterwards."""
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
        """One finding for each cause, ordered by likely cause."""
        return tuple(sorted(map(_one, self._groups.values()), key=rank))

    def _known(self, kind: Kind) -> Kind:
        """The kind, or only its severity and code if there are too many kinds."""
        return kind if kind in self._groups or len(self._groups) < MAX_CAUSES else kind[:2]


def _one(group: Group) -> Finding:
    if not group.also:
        return replace(group.first, count=group.count)
    return replace(group.first, count=group.count, also=tuple(group.also))
