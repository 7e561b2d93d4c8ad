"""The site that a beacon reports to, and what makes two of its events the same event."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from harness.events import Event, Reading
from harness.protocol import EventIdentity

_CART_EVENTS: Final = ("add_item_to_cart", "edit_cart", "remove_item_from_cart")


def stream(reading: Reading) -> str:
    """The site id and the organisation: a page may report to several sites, each of which gets every event."""
    return json.dumps([reading.envelope.get("org") or "", reading.envelope.get("site")], default=str)


def identities(reading: Reading) -> tuple[EventIdentity, ...]:
    """The identity of each event. The time is that of the payload, in seconds since the epoch."""
    return tuple(
        EventIdentity(
            event.type, _subject(event), _digest(event), _seconds(event.envelope.get("timestamp")), event.pointer
        )
        for event in reading.events
    )


def _subject(event: Event) -> str:
    """The cart line that an event changes, for all kinds of changes; otherwise the type."""
    line = event.body.get("line_item")
    if event.type in _CART_EVENTS and isinstance(line, Mapping):
        return json.dumps(["cart", line.get("sku_code")], default=str)
    return event.type


def _digest(event: Event) -> str:
    """A digest of the event with its page and visit, without times."""
    visit, page = event.envelope.get("visit"), event.envelope.get("page")
    ids = [visit.get(name) for name in ("id", "visitor")] if isinstance(visit, Mapping) else []
    text = json.dumps([event.body, ids, page], sort_keys=True, default=str)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _seconds(value: Any) -> float | None:
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() if time else None
