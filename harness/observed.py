"""What a page says of itself, once it stands still, as a record of the page view."""

import re
from collections.abc import Mapping
from typing import Any

from harness.recording import PageView


def observed(look: Mapping[str, Any], *, tab: int, at: float, clock: float) -> PageView:
    """The page view, from the answer to `harness.in_page.LOOK`."""
    return PageView(
        url=str(look["url"]),
        at=at,
        clock=clock,
        tab=tab,
        observed=True,
        title=str(look["title"]),
        referrer=str(look["referrer"]),
        navigation=str(look["navigation"]),
        cookies=_cookies(str(look["cookie"])),
    )


def is_thrown(message: str) -> bool:
    """Whether an error of the page's is a script's; of a cookie that it does not take Firefox says so in the same way."""
    return re.match("Cookie “[^”]*” has been rejected", message) is None


def _cookies(text: str) -> dict[str, str]:
    """`document.cookie` as names and values, undecoded."""
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name: value for name, _sign, value in pairs}
