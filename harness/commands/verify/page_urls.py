"""The URLs of an unknown store's pages; the routes of hash routers, `#/…` and `#!/…`, are pages of their own."""

import re
from urllib.parse import SplitResult, urlsplit

from harness.urls import plain_url


def route(url: str) -> SplitResult:
    """The parts of a page's URL; path and query are those of its hash route if it has one."""
    parts = urlsplit(url)
    fragment = parts.fragment.removeprefix("!")
    if not fragment.startswith("/"):
        return parts._replace(fragment="")
    inner = urlsplit(fragment)
    return parts._replace(path=inner.path, query=inner.query, fragment="")


def path_of(url: str) -> str:
    """The path of a page, or of its hash route, without a slash at its end."""
    return route(url).path.rstrip("/")


def is_same_address(one: str, other: str) -> bool:
    """Whether two URLs are the same page with the same query."""
    return plain_url(one) == plain_url(other)


def is_home(url: str) -> bool:
    """Whether a URL looks like a store's first page: no path, or only a language or an index."""
    return bool(re.fullmatch(r"/?(?:[a-z]{2}(?:[-_][A-Za-z]{2})?/?)?(?:index\.\w+|home/?)?", route(url).path))


def is_inside(url: str, base: str) -> bool:
    """Whether a URL belongs to the store: its host is the store's, without `www`, or a subdomain of that."""
    host = urlsplit(url).hostname or ""
    name = base.removeprefix("www.")
    return host == name or host.endswith(f".{name}")
