"""A visitor's consent to tracking: the answer to the banner, or the browser's signals."""

from typing import Literal

from aiohttp import web

from fakewww.shop import form_of, session_of, shop_of

Consent = Literal["required", "granted", "denied"]

CONSENT_BY_ANSWER: dict[str, Literal["granted", "denied"]] = {"yes": "granted", "no": "denied"}


def consent_of(request: web.Request) -> Consent | None:
    """The consent of this visitor; None if the store does not require any."""
    option = shop_of(request).settings.consent
    if option == "off":
        return None
    if shop_of(request).settings.asks_for_consent:
        return session_of(request).consent or "required"
    is_denied = "1" in (request.headers.get("Sec-GPC"), request.headers.get("DNT"))
    return "denied" if is_denied else "granted"


def consent_for_tracker(request: web.Request) -> str | None:
    """The consent in the tracker's snippet: `unless refused` if the tracker reads the browser's signals itself."""
    return "unless refused" if shop_of(request).settings.consent == "signals" else consent_of(request)


async def answer(request: web.Request) -> web.Response:
    """Store the visitor's answer. The page reports it to the tracker."""
    consent = CONSENT_BY_ANSWER.get((await form_of(request)).get("answer", ""))
    if consent is None:
        raise web.HTTPBadRequest(text="answer: yes or no")
    session = session_of(request)
    session.consent = consent
    shop_of(request).ledger.write("consent", session=session.id, consent=consent)
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


ROUTES = [web.post("/fakewww/consent", answer)]
