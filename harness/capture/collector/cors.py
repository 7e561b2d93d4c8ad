"""Cross-origin headers (CORS): allow a store's pages to send beacons with credentials."""

from aiohttp import hdrs, web


def allow_origin(request: web.Request) -> dict[str, str]:
    """The headers of every answer: they name the request's origin, because credentials forbid a `*`."""
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
    """Allow any preflight, so that the request itself arrives and can be checked."""
    method = request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_METHOD, hdrs.METH_POST)
    headers = {
        **allow_origin(request),
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: method,
        hdrs.ACCESS_CONTROL_MAX_AGE: "600",  # seconds
    }
    if headers_requested := request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS):
        headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = headers_requested
    return web.Response(status=204, headers=headers)
