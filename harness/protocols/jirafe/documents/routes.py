"""Where documents are sent: the version, the site and the type that a URL names."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

TYPES: Final = ("cart", "category", "customer", "employee", "order", "product")
BATCH: Final = "batch"


@dataclass(frozen=True, kw_only=True)
class Address:
    """`type` is one of `TYPES`; in version 2 it may be `BATCH`, or anything else that stands in its place."""

    version: int
    type: str
    site: str

    @property
    def methods(self) -> tuple[str, ...]:
        """What may be sent there (errata 23; facts, section 3)."""
        return ("POST", "PUT") if self.version == 1 else ("POST",)

    @property
    def is_known(self) -> bool:
        """Whether there are documents of that type."""
        return self.type in TYPES or self.type == BATCH


def address(url: str, sites: Collection[str] = ()) -> Address | None:
    """The address that a URL names, or None where it is none for documents.

    `sites` are the configured ones: of two ids in version 1 the first is the site where it is one of them, otherwise the
    organization (errata 23).
    """
    match segments(url):
        case ["v1", site, name] if site and name in TYPES:
            return Address(version=1, type=name, site=site)
        case ["v1", first, second, name] if first and second and name in TYPES:
            return Address(version=1, type=name, site=first if first in sites else second)
        case ["v2", site, name] if site and name and site != "tracker":
            return Address(version=2, type=name, site=site)
    return None


def segments(url: str) -> list[str]:
    """The parts of an absolute URL's path, each unescaped."""
    path = url.partition("?")[0].partition("#")[0].split("/", 3)[3:]
    return [unquote(part) for part in path[0].split("/")] if path else []
