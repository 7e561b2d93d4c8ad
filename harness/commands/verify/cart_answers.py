"""Watch the requests with which the store's pages change the cart, and read the answers."""

import asyncio
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Request
from playwright.async_api import Error as PlaywrightError

_CART: Final = re.compile(
    r"cart|basket|trolley|(?<![a-z])bag(?![a-z])|line.?item"
    r"|order.?line|warenkorb|panier|carrito|checkout.?create",
    re.IGNORECASE,
)
_TRACKING: Final = re.compile(
    r"track|collect|analytic|beacon|pixel|telemetry|/events?(?:/|$)|/g/|recommend", re.IGNORECASE
)
_ADDING_GET: Final = re.compile(r"add[-_]?to[-_]?(?:cart|basket|bag)|(?:cart|basket)/add", re.IGNORECASE)
_MAX_BODY = 200_000
_BODY_TIMEOUT_S = 3.0


@dataclass(kw_only=True)
class CartAnswers:
    """The answers to requests about the cart since the last reset: `method`, `url` (the path), `status` and `error`.

    `error` is empty if the answer reports none.
    """

    store_host: str = ""
    _answers: list[dict[str, Any]] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def start(self, context: BrowserContext) -> None:
        """Watch every page of the context from now on."""
        context.on("requestfinished", self._on_finished)

    def reset(self) -> None:
        self._answers = []

    async def read(self) -> list[dict[str, Any]]:
        """All answers since the last reset, those with an error first."""
        await asyncio.gather(*self._tasks)
        return sorted(self._answers, key=lambda answer: not answer["error"])

    def _on_finished(self, request: Request) -> None:
        if is_about_cart(request.method, request.url, _body_of(request), store_host=self.store_host):
            task = asyncio.create_task(self._add(request))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _add(self, request: Request) -> None:
        with suppress(PlaywrightError, TimeoutError):  # the page has gone, and the response with it
            async with asyncio.timeout(_BODY_TIMEOUT_S):
                response = await request.response()
                if response is None:
                    return
                body = b"" if 300 <= response.status < 400 else await response.body()
                error = answer_error(response.status, body[:_MAX_BODY])
                path = urlsplit(request.url).path
                self._answers.append({"method": request.method, "url": path, "status": response.status, "error": error})


def _body_of(request: Request) -> str:
    try:
        return (request.post_data or "")[:4000]
    except (PlaywrightError, UnicodeDecodeError):
        return ""


def is_about_cart(method: str, url: str, body: str, *, store_host: str) -> bool:
    """Whether a request may put a product into the cart; requests of trackers are excluded."""
    parts = urlsplit(url)
    name = store_host.removeprefix("www.")
    is_own = bool(name) and (parts.hostname == name or (parts.hostname or "").endswith(f".{name}"))
    is_interface = re.search(r"graphql|/api/|/store/|rest/", parts.path) is not None
    if _TRACKING.search(parts.path) or not (is_own or is_interface):
        return False
    if method == "GET":
        return bool(_ADDING_GET.search(url))
    return method in ("POST", "PUT", "PATCH") and bool(_CART.search(f"{parts.path}?{parts.query} {body}"))


def answer_error(status: int, body: bytes) -> str:
    """The error that an answer reports, by its status or its JSON body; empty if it reports none."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    if isinstance(content, dict):
        reported = next((content[name] for name in ("errors", "error") if content.get(name)), None)
        if reported is None and content.get("success") is False:
            reported = content.get("message", "success is false")
        if reported is not None:
            return _text_of(reported)[:120]
    return f"status {status}" if status >= 400 else ""


def _text_of(reported: Any) -> str:
    if isinstance(reported, dict) and isinstance(reported.get("message"), str):
        return str(reported["message"])
    if isinstance(reported, list) and reported:
        return _text_of(reported[0])
    return reported if isinstance(reported, str) else json.dumps(reported)
