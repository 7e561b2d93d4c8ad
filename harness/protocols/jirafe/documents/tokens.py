"""Who may write to which site: the bearer tokens of the site-scoped endpoints of version 2."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.events import Beacon


@dataclass(frozen=True)
class Denied:
    """Why a request is refused: one of the live service's error types, and a sentence."""

    error_type: str
    message: str


class Access:
    """Tokens by site; without any, every token may write everywhere, and a request without a token nowhere."""

    def __init__(self, tokens: Iterable[tuple[str, str]] = ()) -> None:
        """`tokens` are pairs of a site and a token that may write there."""
        self._tokens = frozenset(tokens)
        self._known = frozenset(token for _site, token in self._tokens)
        self.sites = frozenset(site for site, _token in self._tokens)
        """The sites that are configured."""

    def denied(self, beacon: Beacon, site: str) -> Denied | None:
        """Why a request may not write to a site, or None where it may (facts, section 3)."""
        token = _bearer_token(beacon)
        if not token:
            return Denied("invalid_token", "the token is missing; send the header Authorization: Bearer TOKEN")
        if self._known and token not in self._known:
            return Denied("invalid_token", "the token is not known here")
        if self._known and (site, token) not in self._tokens:
            return Denied("authorization", f"the token may not write to the site {site}")
        return None


OPEN: Final = Access()


def _bearer_token(beacon: Beacon) -> str:
    scheme, _, token = (beacon.header("authorization") or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
