"""What all documents of a journey find around them: our scripts, the faults of the browser, and what time it is."""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from playwright.async_api import BrowserContext, Page
from playwright.async_api import Error as PlaywrightError

from harness.browser.page_script import LACK, ONLINE, PAGE_SCRIPT, SET_CLOCK, SIGNAL
from harness.scenario.faults import DNT, GPC, NONE, FaultSet

_HEADERS = {GPC: "Sec-GPC", DNT: "DNT"}
"""What a browser sends with each request for what its shopper wishes."""


@dataclass(kw_only=True)
class Emulation:
    """The same for all contexts, also for those that come later. Pages have `timeout` seconds to notice that they are online."""

    timeout: float
    contexts: list[BrowserContext] = field(default_factory=list)
    faults: FaultSet = NONE
    _scripts: dict[str, str] = field(default_factory=lambda: {PAGE_SCRIPT: PAGE_SCRIPT})
    _stopped: float | None = None

    async def surround(self, context: BrowserContext) -> None:
        """Let the pages of this context find what those of the others do."""
        for script in self._scripts.values():
            await context.add_init_script(script)
        await context.set_offline(self.faults.is_offline)
        self.contexts.append(context)

    async def put(self, key: str, script: str) -> None:
        """Let all documents that come run this, in place of what had this key."""
        self._scripts[key] = script
        for context in self.contexts:
            await context.add_init_script(script)

    def now(self, ahead: float) -> datetime:
        """What the clock on the shopper's wall says, when so many seconds have seemed to pass."""
        at = time.time() if self._stopped is None else self._stopped
        return datetime.fromtimestamp(at + ahead + self.faults.clock_off).astimezone()

    @property
    def clock(self) -> dict[str, float | None]:
        """Where pages' clocks stand still, and how wrong they are, in milliseconds."""
        return {"stopped": self._stopped and self._stopped * 1000, "off": self.faults.clock_off * 1000}

    async def fail(self, faults: FaultSet, *, at: float, tabs: Sequence[Page]) -> None:
        """From now on, which is `at`, the browser fails in these ways, and no others; what it lacks it lacks on the pages that
        come, all else on the `tabs` that are open, too.
        """
        before, self.faults = self.faults, faults
        if faults.lacks or before.lacks:
            await self.put(LACK, LACK % json.dumps(sorted(faults.lacks)))
        if faults.signals or before.signals:
            await self._signal()
        if faults.is_offline != before.is_offline:
            await self._connect(tabs)
        if faults.clock or before.clock:
            self._stopped = at if faults.stops_clock else None
            await self._set_clocks(tabs)

    async def _signal(self) -> None:
        wishes = self.faults.signals
        await self.put(SIGNAL, SIGNAL % json.dumps(sorted(wishes)))
        for context in self.contexts:
            await context.set_extra_http_headers({_HEADERS[options]: "1" for options in wishes})

    async def _connect(self, tabs: Sequence[Page]) -> None:
        """Off or on; then wait until all pages know that they are online, and have sent what they do then."""
        for context in self.contexts:
            await context.set_offline(self.faults.is_offline)
        if not self.faults.is_offline:
            with suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(self.timeout):
                    for tab in tabs:
                        await tab.evaluate(ONLINE)

    async def _set_clocks(self, tabs: Sequence[Page]) -> None:
        set_clock = SET_CLOCK % json.dumps(self.clock)
        await self.put(SET_CLOCK, set_clock)
        for frame in (frame for tab in tabs for frame in tab.frames):
            await frame.evaluate(set_clock)
