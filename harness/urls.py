"""Comparison of page URLs."""

from functools import lru_cache
from urllib.parse import unquote


@lru_cache(maxsize=4096)
def plain_url(url: str) -> str:
    """The URL without its fragment and unescaped: equal for all spellings of one page's address.

    The routes of hash routers, `#/…` and `#!/…`, are part of the address; `#/` alone is the page without a fragment.
    """
    page, _, fragment = url.partition("#")
    is_route = fragment.removeprefix("!").startswith("/") and fragment not in ("/", "!/")
    return unquote(f"{page}#{fragment}" if is_route else page).replace("+", " ")
