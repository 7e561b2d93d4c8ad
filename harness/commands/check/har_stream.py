"""Read the entries of a HAR one at a time, with a limit on nesting."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import ijson

DEEPEST: Final = 200
"""The maximum nesting depth: the parser's memory grows with its square."""

_IN_ENTRIES: Final = 3
"""The nesting depth between two entries: the HAR, its log, and the list."""


class TooDeep(ValueError):
    """More than `DEEPEST` levels."""


def entries(file: BinaryIO) -> Iterator[Any]:
    """The items of `log.entries`. Raises ijson's errors, and TooDeep."""
    keys = ["", "", ""]
    level, inside = 0, False
    building: Any = None
    for event, value in ijson.basic_parse(file, use_float=True):
        if inside and not (level == _IN_ENTRIES and event == "end_array"):
            building = building or ijson.ObjectBuilder()
            building.event(event, value)
        if event in ("start_map", "start_array"):
            level += 1
            inside = inside or (level == _IN_ENTRIES and event == "start_array" and keys[1:] == ["log", "entries"])
            if level > DEEPEST:
                raise TooDeep
        elif event in ("end_map", "end_array"):
            level -= 1
            inside = inside and level >= _IN_ENTRIES
        elif event == "map_key" and level < _IN_ENTRIES:
            keys[level:] = [value, *[""] * (2 - level)]
        if inside and building and level == _IN_ENTRIES:
            yield building.value
            building = None
