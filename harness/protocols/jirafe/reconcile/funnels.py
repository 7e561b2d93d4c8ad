"""Funnels: positions rise by one, and the last step comes together with the order (errata 20)."""

from collections.abc import Collection, Iterator, Sequence

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import source_finding, step_finding
from harness.protocols.jirafe.reconcile.order_success import is_uncounted
from harness.protocols.jirafe.reconcile.sources import Sources, StepEvent, group_by_number
from harness.recording.timeline import StepTimeline

_CHECKOUT = ("checkout", "order_confirm", "order_success")
_HINT = "Send one funnel event for each step that is shown. Count from 1, and mark the receipt as the last step."


def funnel_findings(sources: Sources, *, checks_last_step: bool = True) -> Iterator[Finding]:
    """Check each funnel. Going back repeats a position; a first position above 1 began before the recording.

    Where an order is reported on another page than the receipt, the last step is not checked.
    """
    by_name = group_by_number((str(event.body.get("funnel_name")), event) for event in sources.events_of("funnel"))
    for events in by_name.values():
        yield from _position_findings(sources, events)
    checkouts = {name for name, events in by_name.items() if any(map(_is_at_checkout, events))}
    for step in sources.timeline.steps if checkouts and checks_last_step else ():
        yield from _last_step_findings(sources, step, checkouts)


def _is_at_checkout(event: StepEvent) -> bool:
    """Whether a funnel event came from a page of the checkout. Other funnels end without an order."""
    page, data = event.event.envelope.get("page"), event.event.envelope.get("data")
    types = [item.get("page_type") for item in data if isinstance(item, dict)] if isinstance(data, list) else []
    return any(name in _CHECKOUT for name in (*types, page.get("current_type") if isinstance(page, dict) else None))


def _position_findings(sources: Sources, events: Sequence[StepEvent]) -> Iterator[Finding]:
    furthest: StepEvent | None = None
    for event in events:
        position = event.body.get("step_position")
        if event.is_explained or not isinstance(position, int):
            furthest = None
            continue
        if furthest is None or _may_lack_events(sources, furthest.step, event.step):
            furthest = event
            continue
        highest = furthest.body["step_position"]
        if position > highest + 1:
            yield source_finding(
                "funnel-order",
                event,
                ("step_position",),
                f"step_position is {position}; expected {highest + 1} (the highest one before was {highest}, in request "
                f"{furthest.beacon.number})",
                hint=_HINT,
                value=position,
                allowed=highest + 1,
            )
        furthest = None if _is_last(event) else event if position > highest else furthest


def _is_last(event: StepEvent) -> bool:
    return event.kind == "funnel" and event.body.get("last_step") is True


def _may_lack_events(sources: Sources, first: StepTimeline, last: StepTimeline) -> bool:
    """Whether a failed step or a reported error explains missing funnel events between two steps."""
    steps = [step for step in sources.timeline.steps if first.number <= step.number <= last.number]
    return any(step.failure or sources.reported.may_concern(step, ("funnel",)) for step in steps)


def _last_step_findings(sources: Sources, step: StepTimeline, checkouts: Collection[str]) -> Iterator[Finding]:
    """In each step: a last funnel step exactly if there is an order."""
    if step.failure or sources.reported.may_concern(step, ("funnel", "order_success")):
        return
    events = [event for event in sources.events if event.step is step]
    last = [event for event in events if event.body.get("funnel_name") in checkouts and _is_last(event)]
    orders = [event for event in events if event.kind == "order_success"]
    shown = [entry["order"]["number"] for entry in step.served if "order" in entry]
    if shown and not orders and all(is_uncounted(sources, number) for number in shown):
        return
    if bool(last) == bool(orders) or any(event.is_explained for event in (*last, *orders)):
        return
    yield _without_order(last[0]) if last else _without_last_step(orders[0])


def _without_order(last: StepEvent) -> Finding:
    text = "the last step was reached, but no order_success was sent with it"
    return source_finding("funnel-order", last, ("last_step",), text, hint=_HINT, value=True, allowed=False)


def _without_last_step(order: StepEvent) -> Finding:
    return step_finding(
        "funnel-order",
        order.step,
        f'order_success was sent for order "{order.item("order", "num")}", but no funnel event of the last step with it',
        hint=_HINT,
        event="funnel",
        value=None,
        allowed=True,
        beacon=order.beacon.number,
    )
