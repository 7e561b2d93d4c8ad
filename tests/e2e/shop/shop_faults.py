"""The faults of this shop. A file names the current ones, separated by spaces; the template and the middleware apply them.

`no-snippet`, `script-404`, `script-html`, `no-site`, `number-site`, `early-order`, `term`, `always-other`, `csp`, `email`, `robots`.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline' beacon.jirafe.com; style-src 'self' 'unsafe-inline'; img-src 'self' data:"


class OriginalPictures:
    """A thumbnailer that needs no further package."""

    def generate_thumbnail(self, source, **_options):
        return source

    def delete_thumbnails(self, source):
        pass


def current() -> list[str]:
    return settings.FAULTS.read_text(encoding="utf-8").split() if settings.FAULTS.exists() else []


def faults(_request: HttpRequest) -> dict[str, list[str]]:
    """The context of the template."""
    return {"faults": current()}


def middleware(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Apply the faults of a response: its policy, its URL, its status."""

    def answer(request: HttpRequest) -> HttpResponse:
        faults = current()
        if "email" in faults and request.path.startswith("/catalogue/") and "customer" not in request.GET:
            return HttpResponseRedirect(f"{request.path}?customer=ada%40lovelace.example")
        response = get_response(request)
        if "csp" in faults:
            response["Content-Security-Policy"] = POLICY
        if "robots" in faults and request.path != "/robots.txt":
            response = HttpResponse("<title>Just a moment...</title>", status=403)
        return response

    return answer
