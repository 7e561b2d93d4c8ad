"""Hypothesis strategies: any JSON, JSON with the protocol's words, and valid wrappers with changes."""

import copy
from typing import Any

from hypothesis import strategies as st

from support.jirafe_bodies import EVENTS, PAGES, wrapper

WORDS = sorted(
    {
        *("qty", "term", "event_type", "page_type", "a~b/c", "", "1", "-1", "2.5", "pageview", "product", "category"),
        "search",
    }
    | set(wrapper())
    | {name for event in EVENTS.values() for name in event}
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(WORDS)
)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=5),
    max_leaves=20,
)


@st.composite
def disturbed(draw: st.DrawFn) -> Any:
    """A valid wrapper with other values in up to three places."""
    body: Any = wrapper(*draw(st.lists(st.sampled_from([*EVENTS.values(), *PAGES.values()]), min_size=1, max_size=3)))
    for _ in range(draw(st.integers(0, 3))):
        places = list(_places(body))
        container, key = draw(st.sampled_from(places))
        container[key] = copy.deepcopy(draw(ANY_JSON))
    return body


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)
