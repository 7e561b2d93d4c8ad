"""Cross-origin headers (CORS): a store's pages may send beacons to the collector, with credentials."""

from typing import Final

from aiohttp import hdrs, web

PREFLIGHT_LASTS_S: Final = 600
"""How long a browser may remember a preflight's answer, in seconds."""


def allow_origin(request: web.Request) -> dict[str, str]:
    """The headers of every answer: the origin that asked is allowed, by name, for credentials forbid a `*`."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None:
        return {hdrs.VARY: "Origin"}
    return {
        hdrs.VARY: "Origin",
        hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
        hdrs.ACCESS_CONTROL_ALLOW_CREDENTIALS: "true",
        hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: hdrs.RETRY_AFTER,
    }


def answer_preflight(request: web.Request) -> web.Response:
    """Allow whatever a preflight asks for, so that the request itself arrives and can be looked at."""
    method = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD, hdrs.METH_POST)
    headers = {
        **allow_origin(request),
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: method,
        hdrs.ACCESS_CONTROL_MAX_AGE: str(PREFLIGHT_LASTS_S),
    }
    if wanted := request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS):
        headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = wanted
    return web.Response(status=204, headers=headers)
