"""The stepper of a cart, pressed quickly, and updates without a change."""

from typing import Any

import pytest
from support.finding_language import problems
from support.recordings import ADDED, IN_CART, LINE, TUMBLER, Story, iso, verdict

STEPS = "- arrive\n" * 2


def sent(quantity: int) -> dict[str, Any]:
    line = {**LINE, "quantity": str(quantity), "total_price": f"{19.99 * quantity:.2f}"}
    return {"event_type": "edit_cart", "cart": {"id": "c1"}, "line_item": line}


def kept(quantity: int, at: float) -> dict[str, Any]:
    """An entry of the ledger."""
    change = {"change": "edit", "product": TUMBLER, "quantity": quantity, "total": f"{19.99 * quantity:.2f}"}
    return {"kind": "cart", **change, "at": iso(at)}


def stepped(events: tuple[int, ...], entries: tuple[int, ...], *, apart_s: float = 0.1) -> Story:
    """A cart with 2 pieces; then the tracker reports these quantities, and the store keeps those."""
    story = Story().step().show("/cart", "cart", before=[ADDED], changes=[IN_CART]).step()
    for quantity in events:
        story.send(sent(quantity))
    return story.tell(*[kept(quantity, story.now + number * apart_s) for number, quantity in enumerate(entries)])


HEALTHY = {
    "an event for each press": ((3, 4, 3), (3, 4, 3)),
    "one event for all presses": ((3,), (3, 4, 3)),
    "one change for all presses": ((3, 4, 3), (3,)),
    "back to the old quantity": ((), (3, 2)),
    "back to the old quantity, with one event": ((2,), (3, 2)),
    "an update without change": ((), (2,)),
    "an update without change and its event": ((2,), (2,)),
}


@pytest.mark.parametrize(("events", "entries"), HEALTHY.values(), ids=HEALTHY)
def test_quick_changes_may_be_reported_one_by_one_or_together(
    events: tuple[int, ...], entries: tuple[int, ...]
) -> None:
    assert verdict(stepped(events, entries).tale(), STEPS) == []


BROKEN = {
    "the last event is missing": ((3, 4), (3, 4, 3), "items-mismatch"),
    "no event at all": ((), (3, 4, 3), "missing-event"),
    "one change, sent twice": ((3, 3), (3,), "duplicate-event"),
    "a quantity that the cart never had": ((3, 5), (3,), "unexpected-event"),
    "the quantity from before is sent again": ((2, 5), (5,), "unexpected-event"),
}


@pytest.mark.parametrize(("events", "entries", "code"), BROKEN.values(), ids=BROKEN)
def test_a_wrong_last_quantity_is_reported(events: tuple[int, ...], entries: tuple[int, ...], code: str) -> None:
    findings = verdict(stepped(events, entries).tale(), STEPS)
    assert code in [finding.code for finding in findings]


def test_slow_changes_need_an_event_each() -> None:
    [finding] = verdict(stepped((3,), (3, 4, 3), apart_s=5).tale(), STEPS)
    assert (finding.code, finding.count) == ("missing-event", 2)


def test_an_event_without_a_change_is_a_warning_with_the_reason() -> None:
    [finding] = verdict(stepped((2,), ()).tale(), STEPS)
    assert (finding.code, str(finding.severity)) == ("unexpected-event", "warning")
    assert finding.message == 'edit_cart: line_item.quantity is "2", as it was before; the cart did not change'
    assert list(problems(finding.message, finding.hint)) == []
    [error] = verdict(stepped((5,), ()).tale(), STEPS)
    assert str(error.severity) == "error"
