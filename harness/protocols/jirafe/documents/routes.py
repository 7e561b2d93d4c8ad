"""The URLs of documents: version, site and type."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

V1_TYPES: Final = ("cart", "category", "customer", "employee", "order", "product")
TYPES: Final = (*V1_TYPES, "inventory", "product.cost", "heartbeat")
"""The document types of version 2, which are all types."""
BATCH: Final = "batch"
BATCH_KEYS: Final = {"product.inventory" if name == "inventory" else name: name for name in TYPES}
"""The keys of a batch, each with the type of the documents in its list."""


@dataclass(frozen=True, kw_only=True)
class Route:
    """`type` is one of `TYPES`; in version 2 also `BATCH` or an unknown word."""

    version: int
    type: str
    site: str

    @property
    def methods(self) -> tuple[str, ...]:
        """The allowed methods (errata 23; facts, section 3)."""
        return ("POST", "PUT") if self.version == 1 else ("POST",)

    @property
    def is_known(self) -> bool:
        return self.type in TYPES or self.type == BATCH


def match_route(url: str, sites: Collection[str] = ()) -> Route | None:
    """The route that a URL matches, if any.

    Of two ids in version 1 the first is the site if it is one of the configured `sites`, else the organization (errata 23).
    """
    match segments(url):
        case ["v1", site, name] if site and name in V1_TYPES:
            return Route(version=1, type=name, site=site)
        case ["v1", first, second, name] if first and second and name in V1_TYPES:
            return Route(version=1, type=name, site=first if first in sites else second)
        case ["v2", site, name] if site and name and site != "tracker":
            return Route(version=2, type=name, site=site)
    return None


def segments(url: str) -> list[str]:
    """The unescaped segments of an absolute URL's path."""
    path = url.partition("?")[0].partition("#")[0].split("/", 3)[3:]
    return [unquote(part) for part in path[0].split("/")] if path else []
