"""Funnels: positions rise by one, and the last step comes exactly with success (errata 20)."""

from collections.abc import Collection, Iterator, Sequence

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_event, about_step
from harness.protocols.jirafe.reconcile.sources import Said, Sources
from harness.recording.timeline import StepTimeline

_CHECKOUT = ("checkout", "order_confirm", "order_success")
_HINT = "send one funnel event when a step is shown, counting from 1; the receipt is the last step"


def check(books: Sources) -> Iterator[Finding]:
    """Going back repeats a position. Where the first one seen is not 1, the checkout had begun before."""
    by_name: dict[str, list[Said]] = {}
    for said in books.of_type("funnel"):
        by_name.setdefault(str(said.event.body.get("funnel_name")), []).append(said)
    for events in by_name.values():
        yield from _positions(books, events)
    selling = {name for name, events in by_name.items() if any(map(_is_at_checkout, events))}
    for step in books.timeline.steps if selling else ():
        yield from _success(books, step, selling)


def _is_at_checkout(said: Said) -> bool:
    """Whether a funnel event came from a page of the checkout: there are funnels that end without an order."""
    page, beside = said.event.envelope.get("page"), said.event.envelope.get("data")
    kinds = [event.get("page_type") for event in beside if isinstance(event, dict)] if isinstance(beside, list) else []
    return any(kind in _CHECKOUT for kind in (*kinds, page.get("current_type") if isinstance(page, dict) else None))


def _positions(books: Sources, events: Sequence[Said]) -> Iterator[Finding]:
    furthest: Said | None = None
    for said in events:
        position = said.event.body.get("step_position")
        if said.is_explained or not isinstance(position, int):
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
        furthest = None if _is_last(said) else said if position > most else furthest


def _is_last(said: Said) -> bool:
    return said.event.type == "funnel" and said.event.body.get("last_step") is True


def _is_told_between(books: Sources, first: StepTimeline, last: StepTimeline) -> bool:
    steps = [step for step in books.timeline.steps if first.number <= step.number <= last.number]
    return any(step.failure or books.told.in_step(step, ("funnel",)) for step in steps)


def _success(books: Sources, step: StepTimeline, selling: Collection[str]) -> Iterator[Finding]:
    """In each step: a last step where there is an order, and none where there is none."""
    if step.failure or books.told.in_step(step, ("funnel", "order_success")):
        return
    here = [said for said in books.events if said.step is step]
    last = [said for said in here if said.event.body.get("funnel_name") in selling and _is_last(said)]
    sold = [said for said in here if said.event.type == "order_success"]
    if bool(last) == bool(sold) or any(said.is_explained for said in (*last, *sold)):
        return
    yield _without_order(last[0]) if last else _without_last(sold[0])


def _without_order(last: Said) -> Finding:
    says = "the last step was reached, and no order_success came with it"
    return about_event("funnel-order", last, ("last_step",), says, hint=_HINT, value=True, allowed=False)


def _without_last(sold: Said) -> Finding:
    order = sold.event.body.get("order")
    number = order.get("num") if isinstance(order, dict) else None
    return about_step(
        "funnel-order",
        sold.step,
        f'order_success came for order "{number}", and no funnel event of the last step with it',
        hint=_HINT,
        event="funnel",
        value=None,
        allowed=True,
        beacon=sold.event.beacon.number,
    )
