"""What can be wrong with this shop: the name of one fault in a file, which the template and the pages' headers follow.

`no-snippet`, `script-404`, `script-html`, `no-site`, `number-site`, `early-order`, `term`, `always-other`, `csp`, `email`,
`robots`; none where it is empty.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline' beacon.jirafe.com; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


class PicturesAsTheyAre:
    """A thumbnailer that needs no package of its own."""

    def generate_thumbnail(self, source, **_options):
        return source

    def delete_thumbnails(self, source):
        pass


def current() -> str:
    """The fault of the moment."""
    return settings.FAULT.read_text(encoding="utf-8").strip() if settings.FAULT.exists() else ""


def fault(_request: HttpRequest) -> dict[str, str]:
    """For the template."""
    return {"fault": current()}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A policy that knows the script's host and not the collector's; or the customer's address in every product's URL."""

    def answer(request: HttpRequest) -> HttpResponse:
        fault = current()
        if fault == "email" and request.path.startswith("/catalogue/") and "customer" not in request.GET:
            return HttpResponseRedirect(f"{request.path}?customer=ada%40lovelace.example")
        response = get_response(request)
        if fault == "csp":
            response["Content-Security-Policy"] = POLICY
        if fault == "robots" and request.path != "/robots.txt":
            response = HttpResponse("<title>Just a moment...</title>", status=403)
        return response

    return answer
