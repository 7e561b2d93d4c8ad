"""Explain why a store's page does not load."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def explain_unauthorized(url: str, *, user_given: bool) -> str:
    if user_given:
        return f"{url} requires a name and a password (401), and rejects those of --user"
    return f"{url} requires a name and a password (401); give them with --user NAME:PASSWORD"


def explain_navigation_error(
    url: str, error: str, *, failures: Mapping[tuple[str, int], str], timeout: float, user_given: bool = False
) -> str:
    """Explain a browser's `error`; `failures` are the failed connections by host and port, `timeout` is in seconds."""
    parts = urlsplit(url)
    address = ((parts.hostname or "").lower(), parts.port or {"https": 443}.get(parts.scheme, 80))
    if "ERR_CERT" in error or "ERR_SSL" in error:
        return f"{url}: TLS fails ({_code(error)}); browsers reject the store's certificate, so shoppers see no page"
    elsewhere = [f"{host}: {reason}" for (host, _port), reason in failures.items()]
    cause = failures.get(address) or ("; ".join(elsewhere) if "ERR_SOCKS" in error else "")
    if cause:
        return f"{url} cannot be reached: {cause}; check the address and that the store runs"
    if "ERR_TOO_MANY_REDIRECTS" in error:
        return f"{url} redirects in a circle and never shows a page"
    if "ERR_INVALID_AUTH_CREDENTIALS" in error:
        return explain_unauthorized(url, user_given=user_given)
    if "Timeout" in error:
        return f"{url} gave no answer in {timeout:g} s; check that the store runs"
    return f"{url} does not load: {_code(error)}"


def _code(error: str) -> str:
    return next((word.strip() for word in error.split() if word.startswith("net::")), error)
