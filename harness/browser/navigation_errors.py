"""Why a store's page cannot be had, as a person would put it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from harness.capture.socks_proxy import Address

USER = "--user NAME:PASSWORD"


def explain_unauthorized(url: str, *, user_given: bool) -> str:
    """What a 401 means."""
    if user_given:
        return f"{url} asks for a name and a password (401), and refuses those of --user"
    return f"{url} asks for a name and a password (401); give them with {USER}"


def explain_navigation_error(
    url: str, error: str, *, failures: Mapping[Address, str], timeout: float, user_given: bool = False
) -> str:
    """What a browser's `error` means. `failures` tells why addresses were not reached, `timeout` is in seconds."""
    parts = urlsplit(url)
    address = ((parts.hostname or "").lower(), parts.port or {"https": 443}.get(parts.scheme, 80))
    if "ERR_CERT" in error or "ERR_SSL" in error:
        return f"{url}: TLS fails ({_code(error)}); browsers refuse the store's certificate, so shoppers see no page"
    elsewhere = [f"{host}: {reason}" for (host, _port), reason in failures.items()]
    why = failures.get(address) or ("; ".join(elsewhere) if "ERR_SOCKS" in error else "")
    if why:
        return f"{url} cannot be reached: {why}; is the address right, and the store running?"
    if "ERR_TOO_MANY_REDIRECTS" in error:
        return f"{url} redirects in a circle; no page ever comes"
    if "ERR_INVALID_AUTH_CREDENTIALS" in error:
        return explain_unauthorized(url, user_given=user_given)
    if "Timeout" in error:
        return f"{url} gave no answer in {timeout:g} s; is the store running?"
    return f"{url} cannot be opened: {_code(error)}"


def _code(error: str) -> str:
    return next((word.strip() for word in error.split() if word.startswith("net::")), error)
