"""Hypothesis strategies: documents of every type, valid ones with changes, and any JSON."""

import copy
from typing import Any

from hypothesis import strategies as st

from harness.protocols.jirafe.documents.sent_document import SentDocument
from support.jirafe_strategies import ANY_JSON
from support.published_examples import CANCELLED, PLACED, V1, V2

RIGHT: list[tuple[int, str, Any]] = [
    *((1, name, body) for name, body in V1.items()),
    *((2, name, body) for name, body in V2.items()),
    (2, "order", PLACED),
    (2, "order", CANCELLED),
]
"""Version, type and body of valid documents."""

ODD = (
    st.sampled_from(["2013-06-17T15:16:10.000Z", "2001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "accepted"])
    | st.sampled_from([0, -1, 10**4000, -(10**30), 1e308, 5e-324, 2**53 + 1, True, [], {}, None, "", "0", "1"])
    | ANY_JSON
)


@st.composite
def documents(draw: st.DrawFn) -> SentDocument:
    """A valid document with other values in up to three places, or any JSON."""
    version, name, right = draw(st.sampled_from(RIGHT))
    if draw(st.integers(0, 9)) == 0:
        return SentDocument(version, name, draw(ANY_JSON))
    body = copy.deepcopy(right)
    for _ in range(draw(st.integers(0, 3))):
        container, key = draw(st.sampled_from(list(_places(body))))
        if isinstance(container, dict) and draw(st.booleans()):
            container[draw(st.sampled_from(["previous_items", "price", "Name", key]))] = container.pop(key)
        else:
            container[key] = copy.deepcopy(draw(ODD))
    return SentDocument(version, name, body)


def _places(value: Any) -> Any:
    yield {"": value}, ""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)
