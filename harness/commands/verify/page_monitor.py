"""Monitor the pages of an unknown store: calls to the tracker, violations of the page's policy, and scripts."""

import asyncio
import json
import time
from collections.abc import Collection, Mapping
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

SURVEY = (resources.files(__package__) / "page_survey.js").read_text(encoding="utf-8")
_BINDING = "__harness_report"
_CSP_MONITOR = (resources.files(__package__) / "csp_monitor.js").read_text(encoding="utf-8")
_SNIPPET = "() => { const describe = window[Symbol.for('harness snippet')]; return describe ? describe() : {} }"
_FENCE = "/harness/fence"
_SCRIPTS_TIMEOUT_S = 5.0


@dataclass(kw_only=True)
class PageMonitor:
    """Collects reports of the pages until the next inspection. `failures` are the failed connections by address,
    `unresolved` those whose host name has no real address.

    `status` and `content_type` are those of the last page; `status` is 0 before its response.
    """

    context: BrowserContext
    protocol: TrackerProtocol
    failures: Mapping[Address, str] = field(default_factory=dict)
    unresolved: Collection[Address] = ()
    status: int = 0
    content_type: str = ""
    _calls: list[Mapping[str, Any]] = field(default_factory=list)
    _blocked: list[Mapping[str, Any]] = field(default_factory=list)
    _scripts: list[dict[str, Any]] = field(default_factory=list)
    _pending: dict[Request, None] = field(default_factory=dict)
    _request_ended: asyncio.Event = field(default_factory=asyncio.Event)
    _size_checks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        """Monitor every page of the context from now on."""
        await self.context.expose_binding(_BINDING, self._on_report)
        arguments = f"{{binding: {json.dumps(_BINDING)}, trap: {self.protocol.trap}}}"
        await self.context.add_init_script(f"({_CSP_MONITOR})({arguments})")
        self.context.on("request", self._on_request)
        self.context.on("response", self._on_response)
        self.context.on("requestfinished", self._on_finished)
        self.context.on("requestfailed", self._on_failed)

    @property
    def pending_urls(self) -> list[str]:
        """The URLs of the requests without a complete response."""
        return [request.url for request in self._pending]

    async def wait_for_scripts(self) -> bool:
        """Wait some seconds for pending scripts; return whether there were any."""
        if not self._has_pending_scripts():
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(_SCRIPTS_TIMEOUT_S):
                while self._has_pending_scripts():
                    self._request_ended.clear()
                    await self._request_ended.wait()
        return True

    async def inspect(self, page: Page, *, kind: str, how: str, survey: Mapping[str, Any]) -> PageInspected:
        """Return the record of the page with all reports since the last inspection."""
        await asyncio.gather(*self._size_checks)
        snippet = await page.evaluate(_SNIPPET)
        inspected = PageInspected(
            url=page.url,
            kind=kind,
            how=how,
            snippet=snippet,
            calls=tuple(self._calls),
            scripts=tuple(self._scripts),
            blocked=tuple(self._blocked),
            cookies=tuple(await self._cookies(page)),
            survey=survey,
        )
        self.reset()
        return inspected

    def reset(self) -> None:
        """Drop the collected reports."""
        self._calls, self._blocked, self._scripts = [], [], []

    async def _cookies(self, page: Page) -> list[dict[str, Any]]:
        """The tracker's cookies on the page."""
        return [
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

    def _on_report(self, _source: Any, report: Mapping[str, Any]) -> None:
        if report["kind"] == "call":
            self._calls.append({key: report[key] for key in ("url", "name", "arguments")})
        elif report["enforced"] and _FENCE not in report["blocked"]:
            self._blocked.append({key: report[key] for key in ("url", "blocked", "directive", "policy")})

    def _on_request(self, request: Request) -> None:
        self._pending[request] = None

    def _on_response(self, response: Response) -> None:
        request = response.request
        content_type = response.headers.get("content-type", "")
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.status, self.content_type = response.status, content_type
        is_suspect = response.status >= 400 or "html" in content_type.lower()
        if request.resource_type == "script" and (is_suspect or self._is_tracker(request)):
            self._scripts.append(
                {"url": request.url, "status": response.status, "type": content_type, "failure": "", "cause": ""}
            )

    def _on_finished(self, request: Request) -> None:
        self._pending.pop(request, None)
        self._request_ended.set()
        if request.resource_type == "script" and self._is_tracker(request):
            task = asyncio.create_task(self._check_size(request))
            self._size_checks.add(task)
            task.add_done_callback(self._size_checks.discard)

    async def _check_size(self, request: Request) -> None:
        """Mark a script whose response has no bytes."""
        with suppress(PlaywrightError):  # the page has gone, and the response with it
            response = await request.response()
            if response is None or response.status != 200 or await response.body():
                return
            for script in self._scripts:
                if script["url"] == request.url and not script["failure"]:
                    script |= {"failure": "empty response", "cause": "empty"}

    def _on_failed(self, request: Request) -> None:
        self._pending.pop(request, None)
        self._request_ended.set()
        is_known = any(script["url"] == request.url for script in self._scripts)
        if request.resource_type == "script" and not is_known and request.failure != "net::ERR_ABORTED":
            script = {"url": request.url, "status": 0, "type": "", **self._failure(request)}
            self._scripts.append(script)

    def _failure(self, request: Request) -> dict[str, str]:
        """The reason for a failed request, and its cause: `blocked`, `unresolved` or empty for any other."""
        parts = urlsplit(request.url)
        address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        error = str(request.failure or "failed")
        is_unresolved = address in self.unresolved or "NAME_NOT_RESOLVED" in error
        cause = "blocked" if "BLOCKED_BY_CLIENT" in error else "unresolved" if is_unresolved else ""
        return {"failure": self.failures.get(address, error), "cause": cause}

    def _is_tracker(self, request: Request) -> bool:
        return self.protocol.is_script(request.url)

    def _has_pending_scripts(self) -> bool:
        return any(request.resource_type == "script" for request in self._pending)
