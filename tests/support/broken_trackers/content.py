"""Broken trackers: contents of events."""

from typing import Final

from support.broken_trackers.model import broken, detected_by, edited, replaced

TRACKERS: Final = (
    replaced(
        "money-with-two-decimals",
        "sends every price with two decimals",
        detected_by("hostile/wares", "missing-event", event="add_item_to_cart", word='"1999.00"', condition=21),
        broken("""
          for (const {line_item: line} of wrapper.data) if (line) line.price = Number(line.price).toFixed(2);
          return send(url, wrapper);
        """),
    ),
    replaced(
        "name-truncated-in-character",
        "truncates a name in the middle of a character",
        detected_by("hostile/wares", "wrong-value", event="pageview", field="/product/name", condition=21),
        broken(r"""
          for (const {product} of wrapper.data) if (product) product.name = product.name.replace(/([\ud800-\udbff]).*/, '$1');
          return send(url, wrapper);
        """),
    ),
    replaced(
        "day-of-the-first-page",
        "sends the date of the first page in every timestamp",
        detected_by("hostile/wrong-clock", "clock-skew", field="/timestamp", word="2 days", condition=20),
        broken("""
          sessionStorage.day = sessionStorage.day || wrapper.timestamp.split('T')[0];
          return send(url, {...wrapper, timestamp: wrapper.timestamp.replace(/^[^T]*/, sessionStorage.day)});
        """),
    ),
    edited(
        "clock-in-words",
        "sends the time in words",
        detected_by("hostile/offline", "date-format", field="/timestamp"),
        ("calls[0].time.toISOString()", "String(calls[0].time)"),
    ),
    edited(
        "edit-as-add",
        "sends a changed quantity as an added item",
        detected_by("smoke/change-the-cart", "missing-event", event="edit_cart"),
        ("cartEvent('edit_cart', data)", "cartEvent('add_item_to_cart', data)"),
    ),
    edited(
        "remove-not-sent",
        "does not send removed items",
        detected_by("smoke/change-the-cart", "missing-event", event="remove_item_from_cart"),
        ("remove: reporter('cart.remove',", "remove: () => undefined && reporter('cart.remove',"),
    ),
    edited(
        "last-step-never",
        "never marks the last funnel step",
        detected_by("hostile/no-storage", "wrong-value", event="funnel", field="/last_step"),
        ("said.last_step === 'true'", "said.last_step === true"),
    ),
    edited(
        "positions-as-text",
        "sends the funnel position as a string",
        detected_by("hostile/no-storage", "schema", event="funnel", field="/step_position"),
        ("integer(required(said.step_position, 'step_position'))", "required(said.step_position, 'step_position')"),
    ),
    edited(
        "search-truncated",
        "sends only the first word of a search",
        detected_by("smoke/look-around", "wrong-value", event="pageview", field="/search/keyword"),
        ("{keyword: term, ...rest,", "{...rest, keyword: (rest.keyword || term).split(' ')[0],"),
    ),
)
