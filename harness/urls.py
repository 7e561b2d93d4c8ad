"""Comparison of page URLs."""

from functools import lru_cache
from urllib.parse import unquote


@lru_cache(maxsize=4096)
def plain_url(url: str) -> str:
    """The URL without its fragment and unescaped: equal for all spellings of one page's address."""
    return unquote(url.partition("#")[0]).replace("+", " ")
