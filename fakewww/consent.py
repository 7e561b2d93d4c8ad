"""What a visitor says to cookies: asked by a banner, or told by the browser; and what the tracker may do before."""

from typing import Literal

from aiohttp import web

from fakewww.shop import form_of, session_of, shop_of

Consent = Literal["required", "granted", "denied"]

ANSWERS: dict[str, Literal["granted", "denied"]] = {"yes": "granted", "no": "denied"}


def consent_of(request: web.Request) -> Consent | None:
    """What this visitor has said; None where the shop asks nobody."""
    way = shop_of(request).settings.consent
    if way == "off":
        return None
    if way == "asked":
        return session_of(request).consent or "required"
    refuses = "1" in (request.headers.get("Sec-GPC"), request.headers.get("DNT"))
    return "denied" if refuses else "granted"


def for_tracker(request: web.Request) -> str | None:
    """What the page tells the tracker: the same, or that it shall look for itself at what the browser says."""
    return "unless refused" if shop_of(request).settings.consent == "signals" else consent_of(request)


async def answer(request: web.Request) -> web.Response:
    """Remember what the visitor answered; the page tells the tracker itself."""
    said = ANSWERS.get((await form_of(request)).get("answer", ""))
    if said is None:
        raise web.HTTPBadRequest(text="answer: yes or no")
    session = session_of(request)
    session.consent = said
    shop_of(request).ledger.write("consent", session=session.id, consent=said)
    return web.Response(status=204, headers={"Cache-Control": "no-store"})


ROUTES = [web.post("/fakewww/consent", answer)]
