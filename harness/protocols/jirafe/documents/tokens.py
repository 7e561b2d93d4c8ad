"""The bearer tokens of the site-scoped endpoints of version 2."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from harness.events import Beacon


@dataclass(frozen=True)
class Denial:
    """The reason for refusing a request: one of the live service's error types, and a message."""

    error_type: str
    message: str


class Access:
    """Tokens by site. Without any, every token is valid for every site, but a token is still required."""

    def __init__(self, tokens: Iterable[tuple[str, str]] = ()) -> None:
        """`tokens` are pairs of a site and a token that is valid for it."""
        self._tokens = frozenset(tokens)
        self._known = frozenset(token for _site, token in self._tokens)
        self.sites = frozenset(site for site, _token in self._tokens)
        """The configured sites."""

    def denial(self, beacon: Beacon, site: str) -> Denial | None:
        """The reason why a request may not write to a site, if any (facts, section 3)."""
        token = _bearer_token(beacon)
        if not token:
            return Denial("invalid_token", "the token is missing; send it in the header Authorization: Bearer TOKEN")
        if self._known and token not in self._known:
            return Denial("invalid_token", "the token is unknown")
        if self._known and (site, token) not in self._tokens:
            return Denial("authorization", f"the token may not write to the site {site}")
        return None


OPEN: Final = Access()


def _bearer_token(beacon: Beacon) -> str:
    scheme, _, token = (beacon.header("authorization") or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
