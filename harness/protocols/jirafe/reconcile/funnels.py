"""Funnels: positions rise by one, and the last step comes exactly with success (errata 20)."""

from collections.abc import Iterator, Sequence

from harness.finding import Finding
from harness.protocols.jirafe.reconcile.books import Books, Said
from harness.protocols.jirafe.reconcile.words import about_event, about_step
from harness.timeline import StepTimeline

_HINT = "send one funnel event when a step is shown, counting from 1; the receipt is the last step"


def check(books: Books) -> Iterator[Finding]:
    """Going back repeats a position. Where the first one seen is not 1, the checkout had begun before."""
    by_name: dict[str, list[Said]] = {}
    for said in books.of_type("funnel"):
        by_name.setdefault(str(said.event.body.get("funnel_name")), []).append(said)
    for events in by_name.values():
        yield from _positions(books, events)
    if by_name:
        for step in books.timeline.steps:
            yield from _success(books, step)


def _positions(books: Books, events: Sequence[Said]) -> Iterator[Finding]:
    furthest: Said | None = None
    for said in events:
        position = said.event.body.get("step_position")
        if said.is_told or not isinstance(position, int):
            furthest = None
            continue
        if furthest is None or _is_told_between(books, furthest.step, said.step):
            furthest = said
            continue
        most = furthest.event.body["step_position"]
        if position > most + 1:
            yield about_event(
                "funnel-order",
                said,
                ("step_position",),
                f"step_position is {position}, and the furthest before it was {most}, in request "
                f"{furthest.event.beacon.number}; positions rise by one",
                hint=_HINT,
                value=position,
                allowed=most + 1,
            )
        furthest = None if said.event.body.get("last_step") is True else said if position > most else furthest


def _is_told_between(books: Books, first: StepTimeline, last: StepTimeline) -> bool:
    steps = [step for step in books.timeline.steps if first.number <= step.number <= last.number]
    return any(step.failure or books.told.in_step(step, ("funnel",)) for step in steps)


def _success(books: Books, step: StepTimeline) -> Iterator[Finding]:
    """In each step: as many last steps as orders."""
    if step.failure or books.told.in_step(step, ("funnel", "order_success")):
        return
    here = [said for said in books.events if said.step is step]
    last = [said for said in here if said.event.type == "funnel" and said.event.body.get("last_step") is True]
    sold = [said for said in here if said.event.type == "order_success"]
    if bool(last) == bool(sold) or any(said.is_told for said in (*last, *sold)):
        return
    if last:
        yield about_event(
            "funnel-order",
            last[0],
            ("last_step",),
            "the last step was reached, and no order_success came with it",
            hint=_HINT,
            value=True,
            allowed=False,
        )
    else:
        number = sold[0].event.body.get("order", {}).get("num")
        yield about_step(
            "funnel-order",
            step,
            f'order_success came for order "{number}", and no funnel event of the last step with it',
            hint=_HINT,
            event="funnel",
            value=None,
            allowed=True,
            beacon=sold[0].event.beacon.number,
        )
