"""Open the pages of an unknown store, one for each step: settle, survey and record each page, and log every action."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import unlock
from harness.browser.errors import ActionError, first_line
from harness.browser.navigation_errors import explain_navigation_error, explain_unauthorized
from harness.browser.tabs import Tabs
from harness.commands.verify.cart_answers import CartAnswers
from harness.commands.verify.crawl_log import CrawlLog
from harness.commands.verify.page_classifier import Item, Survey
from harness.commands.verify.page_monitor import SURVEY, PageMonitor
from harness.commands.verify.page_obstacles import bot_wall
from harness.commands.verify.page_urls import is_inside
from harness.errors import ServerError
from harness.recording.recorder import Recorder
from harness.recording.records import ActionFailed

_CLICK = """n => {
    const element = (window[Symbol.for('harness found')] || [])[n];
    if (!element || !element.isConnected) return false;
    if (element.target) element.removeAttribute('target');
    element.click();
    return true;
}"""
_ELEMENT = "n => (window[Symbol.for('harness found')] || [])[n] || null"
_CLICK_MS = 3000

Action = Callable[[], Awaitable[None]]
Classifier = Callable[[Survey], str]
"""Returns the type of a page."""

FactsOf = Callable[[Survey], Awaitable[Mapping[str, Any]]]
"""Returns facts about a step, from the survey of its page."""

OnPage = Callable[[Page, str, Survey], Awaitable[None]]
"""Receives each page while the browser shows it, with its type and survey."""


@dataclass(kw_only=True)
class Navigator:
    """Opens pages and records each as a step.

    `wait_for_events` gives a settled page more time for its events. `first_address` is the URL of the first page, with the
    password if the store needs one. `on_step` receives a line for each step.
    """

    tabs: Tabs
    monitor: PageMonitor
    recorder: Recorder
    log: CrawlLog
    wait_for_events: Callable[[], Awaitable[None]]
    on_step: Callable[[str], None]
    first_address: str
    on_page: OnPage | None = None
    takes_screenshots: bool = False
    store_host: str = ""
    cart_answers: CartAnswers = field(default_factory=CartAnswers)
    _document: str = ""

    async def open_first_page(self, url: str, kind_of: Classifier, action: Action) -> Survey:
        """Open the store's first page, and perform `action` on it before the survey. ServerError if the page does not open."""
        number = self._begin(f"open {url}")
        await self._request_first_page(url)
        await self._settle_first_page(url)
        self.store_host = self.cart_answers.store_host = urlsplit(self.tabs.page.url).hostname or ""
        await action()
        survey = await self._survey()
        if (wall := bot_wall(survey)) is not None:
            raise ServerError(_bot_wall_message(url, wall, self.monitor.status))
        await self._end(number, kind_of(survey), survey, {})
        return survey

    async def step(
        self, title: str, action: Action, kind_of: Classifier, *, facts_of: FactsOf | None = None, **facts: Any
    ) -> Survey | None:
        """Open one more page by `action`, and record facts with it. None if no page of the store opens; see `log.failures`."""
        number = self._begin(title)
        try:
            self.monitor.status = 0
            await action()
            await self.settle(title)
            survey = await self._survey()
            problem = self._problem(survey)
        except (ActionError, PlaywrightError) as error:
            survey = {}
            problem = first_line(error) if isinstance(error, PlaywrightError) else str(error)
        if problem:
            self._end_failed(number, problem)
            return None
        more = await facts_of(survey) if facts_of else {}
        await self._end(number, kind_of(survey), survey, {**facts, **more})
        return survey

    async def open(self, url: str) -> None:
        """Open a URL as if typed into the address bar."""
        await self.tabs.page.goto(url, wait_until="commit", timeout=self.tabs.timeout * 1000)

    async def follow(self, link: Item, survey: Survey) -> None:
        """Click a link of the surveyed page, even if it is covered; open its URL if another page is shown now."""
        name = in_words(link) if link["text"] else "a link without text"
        if self.tabs.page.url != survey["url"]:
            self.log.actions.append(f"opened {name}")
            await self.open(link["url"])
            return
        self.log.actions.append(f"followed {name}")
        self.tabs.watch_navigation()
        if not await self.tabs.page.evaluate(_CLICK, link["n"]):
            await self.open(link["url"])
        await self.tabs.follow()

    async def press(self, button: Item, name: str = "") -> None:
        """Click an element with the mouse, or by script if another element covers it. `name` describes it in the log."""
        self.log.actions.append(f"pressed {name or in_words(button)}")
        element = await self._element(button)
        self.tabs.watch_navigation()
        try:
            await element.click(timeout=_CLICK_MS)
        except PlaywrightError:
            await self.tabs.page.evaluate(_CLICK, button["n"])
        await self.tabs.follow()

    async def search(self, form: Item, words: str) -> None:
        """Type into a search field, and press Enter."""
        self.log.actions.append(f'typed "{words}" into the search field and pressed Enter')
        element = await self._element(form)
        await element.fill(words, timeout=_CLICK_MS)
        self.tabs.watch_navigation()
        await element.press("Enter", timeout=_CLICK_MS)
        await self.tabs.follow()

    async def fill(self, field: Item, text: str, *, choose: bool = False) -> None:
        """Type into a form field, or choose from a list."""
        element = await self._element(field)
        if choose:
            await element.select_option(text, timeout=_CLICK_MS)
        else:
            await element.fill(text, timeout=_CLICK_MS)

    async def choose(self, field: Item, value: str, text: str) -> None:
        """Choose a value of a list field, as a shopper does, and log its text."""
        self.log.actions.append(f'chose "{text}"')
        element = await self._element(field)
        self.tabs.watch_navigation()
        await element.select_option(value, timeout=_CLICK_MS)
        await self.tabs.follow()

    async def survey(self, kind: str = "") -> Survey:
        """Survey the page again, after a change within a step; with a `kind`, pass the result on like that of a step."""
        survey = await self._survey()
        if kind and self.on_page:
            await self.on_page(self.tabs.page, kind, survey)
        return survey

    async def settle(self, title: str) -> None:
        """Wait until the page has settled, also after late scripts, and give its events time to arrive."""
        self._add_store_host()
        await self.tabs.settle(title, place=self.tabs.page.url)
        if await self.monitor.wait_for_scripts():
            await self.tabs.settle(title, place=self.tabs.page.url)
        await self.wait_for_events()
        self._add_store_host()

    async def _element(self, item: Item) -> ElementHandle:
        element = (await self.tabs.page.evaluate_handle(_ELEMENT, item["n"])).as_element()
        if element is None:
            raise ActionError("the page removed the element", place=self.tabs.page.url)
        return element

    def _begin(self, title: str) -> int:
        number = len(self.log.steps) + 1
        self.log.steps[number] = title
        self.on_step(f"[{number}] {title}")
        self.monitor.reset()
        self.cart_answers.reset()
        self.recorder.begin(number)
        return number

    async def _survey(self) -> Survey:
        survey: Survey = await self.tabs.page.evaluate(SURVEY)
        return survey

    async def _end(self, number: int, kind: str, survey: Survey, facts: Mapping[str, Any]) -> None:
        recorded = {name: survey[name] for name in ("title", "heading", "types", "banner", "currencies", "signs")}
        recorded["stayed"] = survey["document"] == self._document
        self._document = survey["document"]
        page = self.tabs.page
        if self.takes_screenshots:
            with suppress(PlaywrightError):
                self.log.screenshots[number] = await page.screenshot(timeout=_CLICK_MS)
        how = self.log.steps[number]
        self.recorder.add(await self.monitor.inspect(page, kind=kind, how=how, survey={**recorded, **facts}))
        self.recorder.end(number)
        if self.on_page:
            await self.on_page(page, kind, survey)

    def _end_failed(self, number: int, problem: str) -> None:
        url = self.tabs.page.url
        self.log.failures[number] = problem
        self.tabs.forget()
        self.recorder.add(ActionFailed(message=problem, place=url, url=url))
        self.recorder.end(number)

    def _problem(self, survey: Survey) -> str:
        """The reason why the page cannot be judged as a page of the store; empty if it can."""
        if not is_inside(survey["url"], self.store_host):
            return f"the step leads to another site, {urlsplit(survey['url']).hostname}"
        if (wall := bot_wall(survey)) is not None:
            return _bot_wall_message(survey["url"], wall, self.monitor.status)
        if self.monitor.status >= 400:
            return f"{survey['url']} responds with status {self.monitor.status}"
        return ""

    def _add_store_host(self) -> None:
        """Add the page's host to the store's hosts if it is one, so that its page view counts."""
        host = urlsplit(self.tabs.page.url).hostname or ""
        hosts = self.recorder.header.store_hosts
        if host and host not in hosts and (not self.store_host or is_inside(f"//{host}", self.store_host)):
            self.recorder.header = replace(self.recorder.header, store_hosts=(*hosts, host))

    async def _request_first_page(self, url: str) -> None:
        has_user = self.first_address != url
        try:
            if has_user:
                await unlock(self.tabs, self.first_address)
            await self.open(url)
        except PlaywrightError as error:
            failures, timeout = self.monitor.failures, self.tabs.timeout
            message = explain_navigation_error(
                url, first_line(error), failures=failures, timeout=timeout, user_given=has_user
            )
            raise ServerError(message) from error
        status, content_type = self.monitor.status, self.monitor.content_type
        if status == 401:
            raise ServerError(explain_unauthorized(url, user_given=has_user))
        if status == 407:
            raise ServerError(f"{url}: the proxy in the environment requires a name and a password (407)")
        if content_type and "html" not in content_type:
            message = f"{url} is not a web page; its type is {content_type}"
            raise ServerError(_status_message(url, status) if status >= 400 else message)

    async def _settle_first_page(self, url: str) -> None:
        status = self.monitor.status
        try:
            await self.settle(f"open {url}")
        except ActionError as error:
            pending = [address for address in self.monitor.pending_urls if not address.startswith("data:")]
            waiting = f"; still waiting for {', '.join(pending[:3])}" if pending else ""
            raise ServerError(f"{url} does not settle: {error}{waiting}") from error
        if status >= 400:
            with suppress(PlaywrightError):
                if (wall := bot_wall(await self._survey())) is not None:
                    raise ServerError(_bot_wall_message(url, wall, status))
            raise ServerError(_status_message(url, status))


def in_words(item: Item) -> str:
    """A button or link in short words for a report."""
    text = " ".join(item["text"].split())
    return f'"{text[:37]}…"' if len(text) > 40 else f'"{text}"' if text else "a button without text"


def _bot_wall_message(url: str, wall: str, status: int) -> str:
    code = f" ({status})" if status >= 400 else ""
    return (
        f"{url} shows a bot wall{code} instead of the store: {wall}; allow this machine's IP address, or try --headed"
    )


def _status_message(url: str, status: int) -> str:
    if status in (403, 429):
        return f"{url} responds with status {status}: the store or its bot protection refuses access; try --headed, --user or --cookie"
    return f"{url} responds with status {status}; check that this is the store's address"
