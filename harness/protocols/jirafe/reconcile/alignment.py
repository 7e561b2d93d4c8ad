"""Align two sequences that should be equal."""

from collections.abc import Hashable, Iterator, Sequence
from itertools import groupby, zip_longest
from typing import TypeAlias, TypeVar

T = TypeVar("T", bound=Hashable)

Pair: TypeAlias = tuple[int | None, int | None]


def align(one: Sequence[T], other: Sequence[T]) -> Iterator[Pair]:
    """Pairs of indexes, in order; None for an element without a partner.

    Pair as many equal elements as possible, later ones first. Between two such pairs, pair the remaining elements from the
    end. If the sequences differ, a run of equal values in `other` belongs to one element of `one`.
    """
    if list(one) == list(other):
        yield from ((index, index) for index in range(len(one)))
        return
    runs = [list(run) for _value, run in groupby(range(len(other)), key=other.__getitem__)]
    ends = [*_common(one, [other[run[0]] for run in runs]), (len(one), len(runs))]
    start, begin = 0, 0
    for stop, end in ends:
        left, right = range(start, stop), range(begin, end)
        for index, run in reversed(list(zip_longest(reversed(left), reversed(right)))):
            yield from [(index, number) for number in runs[run]] if run is not None else [(index, None)]
        if stop < len(one):
            yield from [(stop, number) for number in runs[end]]
        start, begin = stop + 1, end + 1


def _common(one: Sequence[T], other: Sequence[T]) -> list[tuple[int, int]]:
    """The longest common subsequence as pairs of indexes, the last one of several."""
    lengths = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for row, value in enumerate(one, start=1):
        for column, candidate in enumerate(other, start=1):
            best = max(lengths[row - 1][column], lengths[row][column - 1])
            lengths[row][column] = lengths[row - 1][column - 1] + 1 if value == candidate else best
    pairs, row, column = [], len(one), len(other)
    while row and column:
        if one[row - 1] == other[column - 1]:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif lengths[row - 1][column] >= lengths[row][column - 1]:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]
