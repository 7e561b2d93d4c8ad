"""Perform the steps of a journey on real pages, and wait until each has settled."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.async_api import BrowserContext, Locator, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.actions import PLAIN, Call, substitute, variables_in
from harness.recording import LedgerRead, PageError, PageView, Recorder
from harness.target import Target
from harness.variables import Variables

DWELL_S = 30
"""How long a shopper seems to look at every page, by the page's own clock."""

_MOVES = 10
"""A page that navigates by itself more often than this in one step never settles."""

_REFERRER_LINK = "#to-store"

_QUIET = ("fill", "fill if there", "select", "check")
"""Actions that lead to no other page: it is enough to settle once after several of them."""

_LOOK = """async fence => {
    const arrived = new Promise(resolve => {
        navigator.sendBeacon(fence + '-1');
        fetch(fence + '-2?after=' + fence.split('/').pop() + '-1', {mode: 'no-cors', cache: 'no-store'})
            .then(() => new Promise(next => {
                const image = new Image();
                image.onload = image.onerror = next;
                image.src = fence + '-3';
            }))
            .then(() => resolve(true), () => resolve(false));
    });
    const [navigation] = performance.getEntriesByType('navigation');
    let cookie = '';
    const leaves = Symbol.for('leaves');
    try { cookie = document.cookie } catch { }
    return {
        fenced: await arrived, url: location.href, title: document.title, referrer: document.referrer,
        navigation: navigation ? navigation.type : '', cookie,
        leaving: window[leaves] === true && !(window[leaves] = false),
    };
}"""
"""Send a fence over every transport, one after the other, and read what the page says of itself."""


_TELL_WHEN_LEAVING = "addEventListener('beforeunload', () => { window[Symbol.for('leaves')] = true })"
"""A page that has begun to go to another is not settled. (Listening to requests would tell us of every picture, too.)"""

_BEFORE_THE_CLOCK = "Object.defineProperty(window, Symbol.for('performance'), {value: window.performance})"
_AFTER_THE_CLOCK = """{
    const real = window[Symbol.for('performance')];
    for (const name of Object.keys(window.performance).filter(name => !['now', 'timeOrigin'].includes(name))) {
        const get = () => typeof real[name] === 'function' ? real[name].bind(real) : real[name];
        Object.defineProperty(window.performance, name, {get});
    }
    for (const name of ['setTimeout', 'setInterval', 'requestAnimationFrame', 'requestIdleCallback']) {
        const fake = window[name];
        window[name] = (callback, ...rest) => fake(typeof callback !== 'function' ? callback : (...values) => {
            try { callback.apply(window, values) } catch (error) { reportError(error) }
        }, ...rest);
    }
}"""
"""Playwright's clock blanks all of `performance`, and swallows what a timer throws. A tracker must hear the truth of how its
page was reached, and we of its errors.
"""


class ActionError(Exception):
    """An action that could not be performed on the page: what, where, and what to do."""

    def __init__(self, message: str, *, place: str, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


@dataclass(kw_only=True)
class Journey:
    """A shopper's way through a store, in one browser context.

    A page has `page_timeout` seconds to load, an element `element_timeout` to be there and ready.
    """

    context: BrowserContext
    target: Target
    recorder: Recorder
    fence_url: str
    read_ledger: Callable[[], Awaitable[LedgerRead | None]]
    variables: Variables
    page_timeout: float
    element_timeout: float
    page: Page = field(init=False)
    _documents: list[tuple[Page, str]] = field(default_factory=list)
    _tabs: list[Page] = field(default_factory=list)
    _moved: asyncio.Event = field(default_factory=asyncio.Event)
    _fence_count: int = 0
    _is_settled: bool = True

    async def start(self) -> None:
        """Open the first tab, its clock under our control."""
        await self.context.add_init_script(f"{_TELL_WHEN_LEAVING};{_BEFORE_THE_CLOCK}")
        await self.context.clock.install()
        await self.context.add_init_script(_AFTER_THE_CLOCK)
        self.context.on("page", self._watch)
        self.page = await self.context.new_page()

    async def perform(self, call: Call) -> None:
        """One step: its actions, each page that they lead to settled. Raises ActionError."""
        await self._perform(call, {})
        if not self._is_settled:
            await self._settle(call)

    async def leave(self) -> None:
        """End the journey so that what pages send when they go away still arrives: every tab goes to about:blank first."""
        for tab in [tab for tab in self._tabs if not tab.is_closed()]:
            with suppress(PlaywrightError):
                await tab.goto("about:blank", timeout=self.page_timeout * 1000)
                await tab.evaluate(_LOOK, self._next_fence())
        await self._learn()

    async def _perform(self, call: Call, scope: Mapping[str, str]) -> None:
        """A target's action is its lines, those left out that use a parameter nobody gave; a plain one acts on the page."""
        action = self.target.actions.get(call.action)
        if action is None:
            await self._act(call, scope)
            self._is_settled = False
            if call.action not in _QUIET:
                await self._settle(call)
            return
        given = {key: value for key, value in call.arguments.items() if value is not None}
        inner = {key: self._fill_in(value, scope, call) for key, value in given.items()}
        for line in action.do:
            if variables_in(dict(line.arguments)) <= inner.keys():
                await self._perform(line, inner)

    def _fill_in(self, value: Any, scope: Mapping[str, str], call: Call, *, escape: bool = False) -> Any:
        def lookup(name: str, attribute: str | None) -> str:
            return scope[name] if attribute is None else self.variables(name, attribute)

        try:
            return substitute(value, lookup, escape=escape)
        except KeyError as error:
            raise ActionError(f'"{call.title}": {error.args[0]}', place=call.place) from None

    async def _act(self, call: Call, scope: Mapping[str, str]) -> None:
        plain = PLAIN[call.action]
        if plain.shape == "arrival":
            await self._arrive(self._fill_in(dict(call.arguments), scope, call), call)
            return
        raw = call.arguments.get("value")
        selector = plain.shape == "element" and isinstance(raw, str)
        value = self._fill_in(raw, scope, call, escape=selector)
        try:
            await getattr(self, f"_do_{call.action.replace(' ', '_')}")(value, call)
        except PlaywrightError as error:
            raise ActionError(f'"{call.title}" failed: {_first_line(error)}', place=call.place) from None

    async def _arrive(self, arrival: Mapping[str, str], call: Call) -> None:
        """Straight to a page of the store, or by the link on another site."""
        url = self.target.address(arrival.get("at", "/"))
        if "from" not in arrival:
            await self._goto(url, call)
            return
        words = quote(arrival.get("for", ""))
        await self._goto(f"{urlsplit(url).scheme}://{arrival['from']}/?to={quote(url, safe='')}&for={words}", call)
        await self._on(_REFERRER_LINK, call, "click")

    async def _goto(self, url: str, call: Call) -> None:
        try:
            await self.page.goto(url, timeout=self.page_timeout * 1000)
        except PlaywrightError as error:
            message = f'"{call.title}": {url} cannot be opened: {_first_line(error)}'
            raise ActionError(message, place=call.place, hint="is the address right, and the store running?") from None

    async def _do_goto(self, value: str, call: Call) -> None:
        await self._goto(self.target.address(value), call)

    async def _do_click(self, value: str | dict[str, str], call: Call) -> None:
        await self._on(value, call, "click")

    async def _do_check(self, value: str | dict[str, str], call: Call) -> None:
        await self._on(value, call, "check")

    async def _do_fill(self, values: dict[str, str], call: Call) -> None:
        for selector, text in values.items():
            await self._on(selector, call, "fill", text)

    async def _do_click_if_there(self, value: str | dict[str, str], call: Call) -> None:
        if await self._locate(value).count():
            await self._on(value, call, "click")

    async def _do_fill_if_there(self, values: dict[str, str], call: Call) -> None:
        await self._do_fill({key: text for key, text in values.items() if await self._locate(key).count()}, call)

    async def _do_select(self, values: dict[str, str], call: Call) -> None:
        for selector, choice in values.items():
            await self._on(selector, call, "select_option", choice)

    async def _do_press(self, value: str | dict[str, str], call: Call) -> None:
        if isinstance(value, str):
            await self.page.keyboard.press(value)
        else:
            for selector, key in value.items():
                await self._on(selector, call, "press", key)

    async def _do_wait_for(self, value: str | dict[str, str], call: Call) -> None:
        await self._on(value, call, "wait_for")

    async def _do_reload(self, _value: None, _call: Call) -> None:
        await self.page.reload(timeout=self.page_timeout * 1000)

    async def _do_back(self, _value: None, call: Call) -> None:
        await self._through_history(self.page.go_back, "back", call)

    async def _do_forward(self, _value: None, call: Call) -> None:
        await self._through_history(self.page.go_forward, "forward", call)

    async def _through_history(self, go: Callable[..., Awaitable[Any]], way: str, call: Call) -> None:
        self._moved.clear()
        await go(wait_until="commit", timeout=self.page_timeout * 1000)
        if not self._moved.is_set():
            message = f'"{call.title}": there is no page to go {way} to'
            raise ActionError(message, place=call.place, hint="visit another page before this step")

    async def _do_new_tab(self, value: str, call: Call) -> None:
        self.page = await self.context.new_page()
        await self._goto(self.target.address(value), call)

    async def _on(self, element: str | dict[str, str], call: Call, method: str, *arguments: str) -> None:
        """Do something to the one element that matches; ActionError says where none or more than one does."""
        locator = self._locate(element)
        try:
            await getattr(locator, method)(*arguments, timeout=self.element_timeout * 1000)
        except PlaywrightTimeout:
            count = await locator.count()
            message = f'"{call.title}": {_shown(element)} '
            if count == 0:
                message += f"matches nothing on {self.page.url}"
            else:
                message += f"cannot be used with {method}: hidden, covered or disabled on {self.page.url}"
            raise ActionError(
                message, place=call.place, hint="look at the screenshot; mend the selector or the step"
            ) from None
        except PlaywrightError as error:
            if "strict mode violation" not in error.message:
                raise
            message = f'"{call.title}": {_shown(element)} matches {await locator.count()} elements on {self.page.url}'
            raise ActionError(
                message, place=call.place, hint="make the selector narrower, so that it matches one"
            ) from None

    def _locate(self, element: str | dict[str, str]) -> Locator:
        if isinstance(element, str):
            return self.page.locator(element)
        role, name = next(iter(element.items()))
        if role == "link":
            return self.page.get_by_role("link", name=name, exact=True)
        if role == "button":
            return self.page.get_by_role("button", name=name, exact=True)
        return self.page.get_by_label(name, exact=True) if role == "label" else self.page.get_by_text(name, exact=True)

    def _watch(self, page: Page) -> None:
        """Count every document that a tab shows, and know when a navigation is under way."""
        self._tabs.append(page)
        page.on("domcontentloaded", lambda _page: self._documents.append((page, page.url)))
        page.on("framenavigated", lambda frame: self._moved.set() if frame == page.main_frame else None)
        page.on("download", lambda _download: self._moved.set())
        page.on("pageerror", lambda error: self.recorder.add(PageError(url=page.url, message=_first_line(error))))

    async def _settle(self, call: Call) -> None:
        """Wait until the page has loaded, the shopper has dwelt on it and the fences have come through, and nothing moved."""
        for _ in range(_MOVES):
            count = len(self._documents)
            seen = await self._look(call)
            if seen is None or len(self._documents) != count:
                continue
            if seen["leaving"]:
                await self._go_along()
            else:
                self._note(seen)
                await self._learn()
                self._is_settled = True
                return
        message = (
            f'"{call.title}": the page never settles; it has navigated by itself {_MOVES} times, now to {self.page.url}'
        )
        raise ActionError(message, place=call.place, hint="is there a redirect loop?")

    async def _look(self, call: Call) -> dict[str, Any] | None:
        """Load, dwell, fence, read; None where the page went away meanwhile."""
        try:
            await self.page.wait_for_load_state("load", timeout=self.page_timeout * 1000)
            self._moved.clear()
            self.recorder.dwell(DWELL_S)
            await self.page.clock.fast_forward(DWELL_S * 1000)
            seen: dict[str, Any] = await self.page.evaluate(_LOOK, self._next_fence())
        except PlaywrightTimeout:
            message = f'"{call.title}": {self.page.url} did not finish loading in {self.page_timeout:g} s'
            raise ActionError(
                message, place=call.place, hint="is something on the page very slow? --timeout gives it longer"
            ) from None
        except PlaywrightError:
            return None
        return seen

    async def _go_along(self) -> None:
        """Wait until the page that is on its way has come, or turned out to be none."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self.page_timeout):
                await self._moved.wait()

    def _next_fence(self) -> str:
        self._fence_count += 1
        return f"{self.fence_url}/{self._fence_count}"

    def _note(self, seen: Mapping[str, Any]) -> None:
        """Record the store's documents since the last look; the last one is the page that was looked at."""
        documents = [
            (page, url) for page, url in self._documents if urlsplit(url).hostname in self.recorder.header.store_hosts
        ]
        self._documents.clear()
        now, clock = time.time(), self.recorder.clock
        for index, (page, url) in enumerate(documents):
            tab = self._tabs.index(page) + 1
            view = PageView(url=url, at=now, clock=clock, tab=tab)
            if index == len(documents) - 1:
                view = PageView(
                    url=str(seen["url"]),
                    at=now,
                    clock=clock,
                    tab=tab,
                    observed=True,
                    title=str(seen["title"]),
                    referrer=str(seen["referrer"]),
                    navigation=str(seen["navigation"]),
                    cookies=_cookies(str(seen["cookie"])),
                )
            self.recorder.add(view)

    async def _learn(self) -> None:
        read = await self.read_ledger()
        if read is not None:
            self.recorder.add(read)
            self.variables = self.variables.after(read.store, read.entries)


def _cookies(text: str) -> dict[str, str]:
    """`document.cookie` as names and values, decoded as the page's scripts do."""
    pairs = (part.strip().partition("=") for part in text.split(";") if part.strip())
    return {name: value for name, _sign, value in pairs}


def _shown(element: str | dict[str, str]) -> str:
    if isinstance(element, str):
        return f"the selector {element!r}"
    role, name = next(iter(element.items()))
    return f'the {role} "{name}"'


def _first_line(error: PlaywrightError) -> str:
    """What Playwright says, without its call log."""
    return error.message.splitlines()[0].removeprefix("Error: ")
