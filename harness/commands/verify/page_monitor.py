"""Listen to the pages of an unknown store: what they tell the tracker, what their policy forbids, which scripts come."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from harness.capture.socks_proxy import Address
from harness.protocol import TrackerProtocol
from harness.recording.records import PageInspected

BINDING = "__harness_heard"
SURVEY = (resources.files(__package__) / "page_survey.js").read_text(encoding="utf-8")
_WATCH = (resources.files(__package__) / "csp_monitor.js").read_text(encoding="utf-8")
_SNIPPET = "() => { const describe = window[Symbol.for('harness snippet')]; return describe ? describe() : {} }"
_FENCE = "/harness/fence"
_SCRIPTS_S = 5.0
EMPTY = "nothing in it"
"""The failure of a script that was answered with not a single byte."""


@dataclass(kw_only=True)
class Trap:
    """What was heard since the last look. `failures` tells why addresses were not reached.

    `status` and `content_type` are those of the page that came last, 0 where none did.
    """

    context: BrowserContext
    protocol: TrackerProtocol
    failures: Mapping[Address, str] = field(default_factory=dict)
    status: int = 0
    content_type: str = ""
    redirects: int = 0
    _calls: list[Mapping[str, Any]] = field(default_factory=list)
    _blocked: list[Mapping[str, Any]] = field(default_factory=list)
    _scripts: list[dict[str, Any]] = field(default_factory=list)
    _pending: dict[Request, None] = field(default_factory=dict)
    _quiet: asyncio.Event = field(default_factory=asyncio.Event)
    _measuring: set[asyncio.Task[None]] = field(default_factory=set)

    async def set(self) -> None:
        """Listen from now on, in every page of the context."""
        await self.context.expose_binding(BINDING, self._hear)
        given = f"{{binding: {json.dumps(BINDING)}, trap: {self.protocol.trap}}}"
        await self.context.add_init_script(f"({_WATCH})({given})")
        self.context.on("request", self._asked)
        self.context.on("response", self._answered)
        self.context.on("requestfinished", self._done)
        self.context.on("requestfailed", self._failed)

    @property
    def waiting_for(self) -> list[str]:
        """The addresses that were asked for and have not answered."""
        return [request.url for request in self._pending]

    async def scripts_are_in(self) -> bool:
        """Wait for the scripts that are on their way, some seconds at most; whether there were any."""
        if not self._scripts_pending():
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(_SCRIPTS_S):
                while self._scripts_pending():
                    self._quiet.clear()
                    await self._quiet.wait()
        return True

    async def look(self, page: Page, *, kind: str, how: str, said: Mapping[str, Any]) -> PageInspected:
        """Everything heard since the last look, as a record; it is then forgotten."""
        await asyncio.gather(*self._measuring)
        snippet = await page.evaluate(_SNIPPET)
        cookies = [
            {
                "name": cookie.get("name", ""),
                "expires": float(cookie.get("expires", -1)),
                "at": time.time(),
                "secure": bool(cookie.get("secure")),
                "same_site": str(cookie.get("sameSite", "")),
            }
            for cookie in await self.context.cookies(page.url)
            if str(cookie.get("name", "")).startswith(self.protocol.cookie_prefix)
        ]
        looked = PageInspected(
            url=page.url,
            kind=kind,
            how=how,
            snippet=snippet,
            calls=tuple(self._calls),
            scripts=tuple(self._scripts),
            blocked=tuple(self._blocked),
            cookies=tuple(cookies),
            survey=said,
        )
        self.forget()
        return looked

    def forget(self) -> None:
        """Drop what was heard."""
        self._calls, self._blocked, self._scripts = [], [], []

    def _hear(self, _source: Any, said: Mapping[str, Any]) -> None:
        if said["kind"] == "call":
            self._calls.append({key: said[key] for key in ("url", "name", "arguments")})
        elif said["enforced"] and _FENCE not in said["blocked"]:
            self._blocked.append({key: said[key] for key in ("url", "blocked", "directive", "policy")})

    def _asked(self, request: Request) -> None:
        self._pending[request] = None

    def _answered(self, response: Response) -> None:
        request = response.request
        kind = response.headers.get("content-type", "")
        if _is_page(request):
            self.status, self.content_type = response.status, kind
        is_html = "html" in kind.lower()
        if request.resource_type == "script" and (self._is_ours(request) or response.status >= 400 or is_html):
            self._scripts.append({"url": request.url, "status": response.status, "type": kind, "failure": ""})

    def _done(self, request: Request) -> None:
        self._pending.pop(request, None)
        self._quiet.set()
        if request.resource_type == "script" and self._is_ours(request):
            task = asyncio.create_task(self._measure(request))
            self._measuring.add(task)
            task.add_done_callback(self._measuring.discard)

    async def _measure(self, request: Request) -> None:
        """Note it where a script came without a single byte in it."""
        with suppress(PlaywrightError):  # the page has gone, and the answer with it
            response = await request.response()
            if response is None or response.status != 200 or await response.body():
                return
            for script in self._scripts:
                if script["url"] == request.url and not script["failure"]:
                    script["failure"] = EMPTY

    def _failed(self, request: Request) -> None:
        self._pending.pop(request, None)
        self._quiet.set()
        known = any(script["url"] == request.url for script in self._scripts)
        if request.resource_type == "script" and not known and request.failure != "net::ERR_ABORTED":
            failure = self._why(request) or str(request.failure or "failed")
            self._scripts.append({"url": request.url, "status": 0, "type": "", "failure": failure})

    def _why(self, request: Request) -> str:
        """Why its host was not reached, as our network knows."""
        parts = urlsplit(request.url)
        return self.failures.get((parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)), "")

    def _is_ours(self, request: Request) -> bool:
        return self.protocol.is_script(request.url)

    def _scripts_pending(self) -> bool:
        return any(request.resource_type == "script" for request in self._pending)


def _is_page(request: Request) -> bool:
    """Whether a request is for the page itself, not for something on it."""
    return request.is_navigation_request() and request.frame.parent_frame is None
