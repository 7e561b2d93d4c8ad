"""Subset matching: compare a JSON value with a pattern and list the differences."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

WRAPPER: Final = "$wrapper"
"""The key of scenarios, and the first part of a pointer, for the wrapper around an event."""

CENT: Final = 0.005
"""The tolerance of `{$about: number}`: half a cent in both directions."""

_PLAIN: Final = frozenset({str, int, float, bool, list, type(None)})
_PLAIN_NUMBER: Final = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")


class Missing:
    """The type of `MISSING`."""

    def __repr__(self) -> str:
        return "nothing"

    def __reduce__(self) -> str:
        return "MISSING"  # pickled by name, so that it stays the one object in other processes


MISSING: Final = Missing()
"""The side of a difference that has no value; prints as `nothing`."""


@dataclass(frozen=True)
class Difference:
    """One difference between a value and a pattern, at a JSON pointer.

    `expected` is the pattern, or `MISSING` for a surplus list item; `got` is the value, or `MISSING`.
    """

    pointer: str
    expected: Any
    got: Any

    @classmethod
    def from_json(cls, sides: Mapping[str, Any]) -> "Difference":
        """The difference that `as_json` wrote."""
        return cls(sides["pointer"], sides.get("expected", MISSING), sides.get("got", MISSING))

    def as_json(self) -> dict[str, Any]:
        """`pointer`, `expected` and `got`, without a missing side."""
        sides = {"expected": self.expected, "got": self.got}
        return {"pointer": self.pointer} | {name: side for name, side in sides.items() if side is not MISSING}


def differences(pattern: Any, value: Any) -> tuple[Difference, ...]:
    """All differences of `value` from `pattern`, in the pattern's order; empty if it matches.

    An object matches if each key of the pattern is present and matches; the value may have more keys. A list matches if the
    lengths are equal and each item matches. Scalars compare as text, so `2` matches `"2"` and `true` matches `"true"`; two
    numbers compare by value, and a number also matches its text without leading zeros (`"10.00"`). Only `null` matches
    `null`. A matcher is an object with one key: `{$matches: regex}` (a search in the text of a scalar), `{$about: number}`
    (within half a cent), `{$any: null}` (any value). Check the pattern with `check_pattern` first.
    """
    return tuple(_differences(pattern, value, ""))


def matches(pattern: Any, value: Any) -> bool:
    """Whether `value` matches `pattern`; faster than `differences`."""
    if type(pattern) is str and type(value) is str:
        return pattern == value
    if _is_object(pattern):
        matcher = _matcher(pattern) if len(pattern) == 1 else None
        if matcher is not None:
            return value is not MISSING and matcher(value)
        if _is_object(value):
            return all(matches(expected, value.get(key, MISSING)) for key, expected in pattern.items())
    elif isinstance(pattern, list) and isinstance(value, list):
        return len(pattern) == len(value) and all(map(matches, pattern, value))
    return _same_scalar(pattern, value)


def check_pattern(pattern: Any) -> None:
    """Raise ValueError for an invalid matcher in a pattern, with the closest valid name."""
    if isinstance(pattern, list):
        for item in pattern:
            check_pattern(item)
    if not isinstance(pattern, Mapping):
        return
    for key, argument in pattern.items():
        if isinstance(key, str) and key.startswith("$"):
            _check_matcher(key, argument, alone=len(pattern) == 1)
        else:
            check_pattern(argument)


def text(scalar: Any) -> str:
    """The text of a scalar for comparison and display: `true`, `null`, `2`, `9.99`; a string is unchanged."""
    if scalar is None:
        return "null"
    return str(scalar).lower() if isinstance(scalar, bool) else str(scalar)


def suggest(word: str, allowed: Iterable[str]) -> str:
    """`did you mean "that"?` if one of the allowed words is close, otherwise `allowed: this, that`."""
    words = tuple(allowed)
    near = get_close_matches(word.lower(), words, n=1)
    return f'did you mean "{near[0]}"?' if near else f"allowed: {', '.join(words)}"


def escape(key: object) -> str:
    """An object's key in the form of a JSON pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def is_inside(pointer: str, outer: str) -> bool:
    """Whether a JSON pointer leads to the same place as `outer` or into it."""
    return pointer == outer or pointer.startswith(f"{outer}/")


def _differences(pattern: Any, value: Any, pointer: str) -> Iterator[Difference]:
    if _is_object(pattern):
        matcher = _matcher(pattern)
        if matcher is not None:
            if value is MISSING or not matcher(value):
                yield Difference(pointer, pattern, value)
            return
        if _is_object(value):
            for key, expected in pattern.items():
                yield from _differences(expected, value.get(key, MISSING), f"{pointer}/{escape(key)}")
            return
    elif isinstance(pattern, list) and isinstance(value, list):
        yield from _list_differences(pattern, value, pointer)
        return
    if not _same_scalar(pattern, value):
        yield Difference(pointer, pattern, value)


def _is_object(value: Any) -> bool:
    return type(value) is dict or (type(value) not in _PLAIN and isinstance(value, Mapping))


def _list_differences(pattern: list[Any], value: list[Any], pointer: str) -> Iterator[Difference]:
    for index, expected in enumerate(pattern):
        got = value[index] if index < len(value) else MISSING
        yield from _differences(expected, got, f"{pointer}/{index}")
    for index in range(len(pattern), len(value)):
        yield Difference(f"{pointer}/{index}", MISSING, value[index])


def _same_scalar(expected: Any, got: Any) -> bool:
    if type(expected) is str and type(got) is str:
        return expected == got
    if expected is None or got is None:
        return expected is got
    if not (_is_scalar(expected) and _is_scalar(got)):
        return False
    if text(expected) == text(got):
        return True
    if not _is_number(got):
        return False
    if _is_number(expected):
        return bool(expected == got)
    return isinstance(expected, str) and _PLAIN_NUMBER.fullmatch(expected) is not None and float(expected) == got


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, bool, int, float))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number(value: Any) -> float | None:
    """The numeric value of a scalar or its text; None if it is not a finite number."""
    if not _is_number(value) and not (isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _about(argument: Any, value: Any) -> bool:
    expected, got = _number(argument), _number(value)
    return expected is not None and got is not None and math.isclose(expected, got, rel_tol=1e-12, abs_tol=CENT + 1e-9)


def _contains(argument: Any, value: Any) -> bool:
    return _is_scalar(value) and re.search(argument, text(value)) is not None


_MATCHERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "$matches": _contains,
    "$about": _about,
    "$any": lambda _argument, _value: True,
}


def _matcher(pattern: Mapping[Any, Any]) -> Callable[[Any], bool] | None:
    if len(pattern) != 1:
        return None
    ((key, argument),) = pattern.items()
    test = _MATCHERS.get(key)
    return None if test is None else lambda value: test(argument, value)


def _check_matcher(name: str, argument: Any, *, alone: bool) -> None:
    if name not in _MATCHERS:
        raise ValueError(f'no such matcher "{name}"; {suggest(name, _MATCHERS)}')
    if not alone:
        raise ValueError(f'"{name}" must be the only key of its object')
    if name == "$about" and _number(argument) is None:
        raise ValueError(f'"$about" needs a number, not {argument!r}')
    if name == "$any" and argument not in (None, ""):
        raise ValueError(f'"$any" must have no value, not {argument!r}')
    if name == "$matches":
        _check_regex(argument)


def _check_regex(argument: Any) -> None:
    if not isinstance(argument, str):
        raise ValueError(f'"$matches" needs a regular expression, not {argument!r}')
    try:
        re.compile(argument)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f'"$matches" has an invalid regular expression {argument!r}: {error}') from error
