"""Texts about the mutation score and the coverage of a passing run, shared by the reports for people."""

from collections.abc import Iterator

from harness.reports.formatting import counted
from harness.results import Coverage, MutantResult, MutationScore

MAX_SHOWN = 10


def headline(result: MutationScore) -> str:
    """Return `Mutation score 98.9 %: 633 of 640 mutants were detected, 3 of them by warnings only.`"""
    warned, total = result.count("warned"), len(result.mutants)
    detected = f"{total - len(result.undetected):,} of {counted(total, 'mutant')} {_were(total)} detected"
    warnings = f", {warned:,} of them by warnings only" if warned else ""
    return f"Mutation score {result.score:.1f} %: {detected}{warnings}.{_misattributed(len(result.misattributed))}"


def _misattributed(count: int) -> str:
    return f" {counted(count, 'mutant')} {_were(count)} detected under a different code." if count else ""


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def location(mutant: MutantResult) -> str:
    return f"{mutant.file}:{mutant.line}, step {mutant.step}"


def advice(mutant: MutantResult, number: int) -> str:
    if mutant.suggestion.line:
        return f"run `harness explain {number}` for a line that detects it"
    return mutant.suggestion.where


def exercised(coverage: tuple[Coverage, ...]) -> str:
    """Return `7 of 7 event types, 61 of 65 fields`."""
    return ", ".join(f"{len(item.seen)} of {len(item.seen) + len(item.unseen)} {item.of}" for item in coverage)


def field_label(event: str, field: str) -> str:
    """Return `purchase order.id`, `purchase`, or `payload: visit.id`."""
    name = field.strip("/").replace("/", ".")
    if not event:
        return f"payload: {name}" if name else "whole requests"
    return f"{event} {name}".strip()


def first_undetected(result: MutationScore) -> Iterator[tuple[int, MutantResult]]:
    """Yield the undetected mutants that a terminal has room for, each with its number."""
    yield from list(enumerate(result.undetected, start=1))[:MAX_SHOWN]
