"""The closest match for a misspelt field or value: typing errors, other cases, abbreviations."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from harness.protocols.jirafe.schemas import Schema

_MAX_LENGTH = 60
_MAX_UNKNOWN = 40
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def closest(word: object, known: Iterable[object], *, at_least: float = 0.75) -> str | None:
    """The known name that is most similar to `word`, or None. Only strings are similar."""
    if not isinstance(word, str) or len(word) > _MAX_LENGTH:
        return None
    scores = {name: similarity(word, name) for name in known if isinstance(name, str)}
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] >= at_least else None


@lru_cache(maxsize=4096)
def similarity(word: str, known: str) -> float:
    """From 0 (nothing in common) to 1 (equal except for case and underscores)."""
    short, long = _words(word), _words(known)
    ratio = SequenceMatcher(None, "".join(short), "".join(long)).ratio()
    return 0.9 + ratio / 10 if _abbreviates(short, long) or ratio == 1 else 0.9 * ratio


def misspelt(body: Mapping[str, Any], schema: Schema) -> dict[str, str]:
    """The known fields that are absent from an object, each with the unknown field that was probably meant.

    A name that only adds words to a known one (`customer_id`, `customer`) is a different field, unless the known one is
    required.
    """
    known = schema.get("properties", {})
    unknown = [name for name in body if name not in known and len(name) <= _MAX_LENGTH][:_MAX_UNKNOWN]
    if not unknown:
        return {}
    required = [name for name in known if name in schema.get("required", ()) and name not in body]
    optional = [name for name in known if name not in body and name not in required]
    pairs = _paired(required, unknown)
    return pairs | _paired(optional, [name for name in unknown if name not in pairs.values()], extensions=False)


def _paired(absent: list[str], unknown: list[str], *, extensions: bool = True) -> dict[str, str]:
    scores = {
        (known, name): similarity(name, known)
        for known in absent
        for name in unknown
        if extensions or not _extends(_words(name), _words(known))
    }
    pairs: dict[str, str] = {}
    for (known, name), score in sorted(scores.items(), key=lambda item: -item[1]):
        if score >= 0.75 and known not in pairs and name not in pairs.values():
            pairs[known] = name
    return pairs


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)] or [name.lower()]


def _extends(words: list[str], known: list[str]) -> bool:
    return len(words) > len(known) and known in (words[: len(known)], words[-len(known) :])


def _abbreviates(words: list[str], known: list[str]) -> bool:
    """`qty` for quantity, `sku` for sku_code, `ua` for user_agent; also longer names: `number` and `order_num` for num."""
    short, long = "".join(words), "".join(known)
    initials = "".join(word[0] for word in known)
    if set(words) <= set(known) or (len(known) > 1 and short == initials):
        return True
    if len(long) >= 3 and (short.startswith(long) or _extends(words, known)):
        return True
    return len(short) >= max(3, len(long) / 3) and short[0] == long[0] and _is_subsequence(short, long)


def _is_subsequence(short: str, long: str) -> bool:
    rest = iter(long)
    return all(letter in rest for letter in short)
