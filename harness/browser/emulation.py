"""Emulate the shopper's browser for all documents of a journey: page scripts, faults of the browser, and the time."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from harness.browser.page_script import (
    PAGE_SCRIPT,
    REMOVE_CAPABILITIES,
    SET_CLOCK,
    SET_PRIVACY_SIGNALS,
    WAIT_UNTIL_ONLINE,
)
from harness.scenario.faults import DNT, GPC, NONE, FaultSet

_HEADERS = {GPC: "Sec-GPC", DNT: "DNT"}
"""The request header of each privacy signal."""


@dataclass(kw_only=True)
class Emulation:
    """The same for all contexts, also for later ones. Pages have `timeout` seconds to notice that they are online again."""

    timeout: float
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: FaultSet = NONE
    _scripts: dict[str, str] = field(default_factory=lambda: {PAGE_SCRIPT: PAGE_SCRIPT})
    _stopped: float | None = None

    async def apply(self, context: BrowserContext) -> None:
        for script in self._scripts.values():
            await context.add_init_script(script)
        await context.set_offline(self.faults.is_offline)
        self.contexts.append(context)

    async def put(self, key: str, script: str) -> None:
        """Run the script in all later documents; it replaces an earlier script with this key."""
        self._scripts[key] = script
        for context in self.contexts:
            await context.add_init_script(script)

    def now(self, ahead: float) -> datetime:
        """The time of the shopper's clock when it is `ahead` seconds ahead of the real one."""
        at = time.time() if self._stopped is None else self._stopped
        return datetime.fromtimestamp(at + ahead + self.faults.clock_off).astimezone()

    @property
    def clock(self) -> dict[str, float | None]:
        """When pages' clocks are stopped, and how wrong they are, in milliseconds."""
        return {"stopped": self._stopped and self._stopped * 1000, "off": self.faults.clock_off * 1000}

    async def fail(self, faults: FaultSet, *, at: float, tabs: Sequence[Page]) -> None:
        """Set the browser's faults from the time `at` on; they replace all others.

        Removed capabilities affect only later documents, all else the open `tabs` too.
        """
        before, self.faults = self.faults, faults
        if faults.lacks or before.lacks:
            await self.put(REMOVE_CAPABILITIES, REMOVE_CAPABILITIES % json.dumps(sorted(faults.lacks)))
        if faults.signals or before.signals:
            await self._set_signals()
        if faults.is_offline != before.is_offline:
            await self._set_offline(tabs)
        if faults.clock or before.clock:
            self._stopped = at if faults.stops_clock else None
            await self._set_clocks(tabs)

    async def _set_signals(self) -> None:
        signals = self.faults.signals
        await self.put(SET_PRIVACY_SIGNALS, SET_PRIVACY_SIGNALS % json.dumps(sorted(signals)))
        for context in self.contexts:
            await context.set_extra_http_headers({_HEADERS[signal]: "1" for signal in signals})

    async def _set_offline(self, tabs: Sequence[Page]) -> None:
        """Change the network; once online, wait until all pages have noticed it and have sent what they kept for it."""
        for context in self.contexts:
            await context.set_offline(self.faults.is_offline)
        if not self.faults.is_offline:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(self.timeout):
                    for tab in tabs:
                        await tab.evaluate(WAIT_UNTIL_ONLINE)

    async def _set_clocks(self, tabs: Sequence[Page]) -> None:
        set_clock = SET_CLOCK % json.dumps(self.clock)
        await self.put(SET_CLOCK, set_clock)
        for frame in (frame for tab in tabs for frame in tab.frames):
            await frame.evaluate(set_clock)
