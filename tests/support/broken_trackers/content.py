"""Broken trackers: contents of events."""

from typing import Final

from harness.mutation.model import ExpectedFinding
from support.broken_trackers.model import BrokenTracker, broken, edited

TRACKERS: Final = (
    BrokenTracker(
        name="money-with-two-decimals",
        defect="sends every price with two decimals",
        scenario="hostile/wares",
        expected=(ExpectedFinding(code="missing-event", event="add_item_to_cart", word='"1999.00"'),),
        source=broken("""
          for (const {line_item: line} of wrapper.data) if (line) line.price = Number(line.price).toFixed(2);
          return send(url, wrapper);
        """),
        condition=21,
    ),
    BrokenTracker(
        name="name-truncated-in-character",
        defect="truncates a name in the middle of a character",
        scenario="hostile/wares",
        expected=(ExpectedFinding(code="wrong-value", event="pageview", field="/product/name"),),
        source=broken(r"""
          for (const {product} of wrapper.data) if (product) product.name = product.name.replace(/([\ud800-\udbff]).*/, '$1');
          return send(url, wrapper);
        """),
        condition=21,
    ),
    BrokenTracker(
        name="day-of-the-first-page",
        defect="sends the date of the first page in every timestamp",
        scenario="hostile/wrong-clock",
        expected=(ExpectedFinding(code="clock-skew", field="/timestamp", word="2 days"),),
        source=broken("""
          sessionStorage.day = sessionStorage.day || wrapper.timestamp.split('T')[0];
          return send(url, {...wrapper, timestamp: wrapper.timestamp.replace(/^[^T]*/, sessionStorage.day)});
        """),
        condition=20,
    ),
    edited(
        "clock-in-words",
        "sends the time in words",
        "hostile/offline",
        ExpectedFinding(code="date-format", field="/timestamp"),
        ("calls[0].time.toISOString()", "String(calls[0].time)"),
    ),
    edited(
        "edit-as-add",
        "sends a changed quantity as an added item",
        "smoke/change-the-cart",
        ExpectedFinding(code="missing-event", event="edit_cart"),
        ("cartEvent('edit_cart', data)", "cartEvent('add_item_to_cart', data)"),
    ),
    edited(
        "remove-not-sent",
        "does not send removed items",
        "smoke/change-the-cart",
        ExpectedFinding(code="missing-event", event="remove_item_from_cart"),
        ("remove: reporter('cart.remove',", "remove: () => undefined && reporter('cart.remove',"),
    ),
    edited(
        "last-step-never",
        "never marks the last funnel step",
        "hostile/no-storage",
        ExpectedFinding(code="wrong-value", event="funnel", field="/last_step"),
        ("said.last_step === 'true'", "said.last_step === true"),
    ),
    edited(
        "positions-as-text",
        "sends the funnel position as a string",
        "hostile/no-storage",
        ExpectedFinding(code="schema", event="funnel", field="/step_position"),
        ("integer(required(said.step_position, 'step_position'))", "required(said.step_position, 'step_position')"),
    ),
    edited(
        "search-truncated",
        "sends only the first word of a search",
        "smoke/look-around",
        ExpectedFinding(code="wrong-value", event="pageview", field="/search/keyword"),
        ("{keyword: term, ...rest,", "{...rest, keyword: (rest.keyword || term).split(' ')[0],"),
    ),
)
