"""Comparison of page URLs, and personal data in them."""

import re
from functools import lru_cache
from urllib.parse import unquote, unquote_plus

_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.)+[A-Za-z]{2,24}")


@lru_cache(maxsize=4096)
def plain_url(url: str) -> str:
    """The URL without its fragment and unescaped: equal for all spellings of one page's address.

    The routes of hash routers, `#/…` and `#!/…`, are part of the address; `#/` alone is the page without a fragment.
    """
    page, _, fragment = url.partition("#")
    is_route = fragment.removeprefix("!").startswith("/") and fragment not in ("/", "!/")
    return unquote(f"{page}#{fragment}" if is_route else page).replace("+", " ")


def hidden_email(url: str) -> str | None:
    """The first e-mail address in a URL, with asterisks for all but its first letter and its host; None if there is none."""
    if "@" not in url and "%" not in url:
        return None
    found = _EMAIL.search(unquote_plus(unquote_plus(url)))
    return re.sub(r"(?<=.).(?=[^@]*@)", "*", found[0]) if found else None
