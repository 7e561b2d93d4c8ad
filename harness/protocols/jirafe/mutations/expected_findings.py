"""What a good judge says first of a broken tracker, in short."""

from typing import Final

from harness.mutation.recordings.mutant import ExpectedFinding

REPEATED: Final = ("duplicate-event", "unexpected-event", "forbidden-event")
LOST: Final = ("missing-event", "late-event")
WRONG: Final = ("wrong-value", "schema", "missing-field")


def about(event: str, *codes: str) -> tuple[ExpectedFinding, ...]:
    """One of these codes, of an event of this type."""
    return tuple(ExpectedFinding(code=code, event=event) for code in codes)


def at(field: str, *codes: str) -> tuple[ExpectedFinding, ...]:
    """One of these codes, at a pointer that ends so."""
    return tuple(ExpectedFinding(code=code, field=field) for code in codes)


def some(*codes: str) -> tuple[ExpectedFinding, ...]:
    """One of these codes, of anything."""
    return tuple(ExpectedFinding(code=code) for code in codes)
