"""Open the pages of an unknown store, one a step: each is settled, surveyed and recorded, and every click is written down."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.browser.access import unlock
from harness.browser.errors import ActionError, first_line
from harness.browser.navigation_errors import explain_navigation_error, explain_unauthorized
from harness.browser.tabs import Tabs
from harness.capture.socks_proxy import Address
from harness.commands.verify.page_classifier import Item, Survey, bot_wall, is_inside
from harness.commands.verify.page_monitor import SURVEY, Trap
from harness.errors import ServerError
from harness.recording.recorder import Recorder
from harness.recording.records import ActionFailed

_CLICK = """n => {
    const element = window[Symbol.for('harness found')][n];
    if (element.target) element.removeAttribute('target');
    element.click();
}"""
_ELEMENT = "n => window[Symbol.for('harness found')][n]"
_CLICK_MS = 3000

Act = Callable[[], Awaitable[None]]
KindOf = Callable[[Survey], str]
OnLook = Callable[[Page, str, Survey], Awaitable[None]]


@dataclass(kw_only=True)
class Explorer:
    """Goes from page to page. `failures` tells why addresses were not reached; `wait` waits for events that are due.

    `first_address` is the first page's with what else the browser must know, such as a password; `say` is told each step.

    `steps` are the titles of the steps, `clicks` what was followed, pressed and typed, `unseen` why steps brought no page,
    `pictures` PNGs of the pages, by the step, where it `takes_pictures`.
    """

    tabs: Tabs
    trap: Trap
    recorder: Recorder
    failures: Mapping[Address, str]
    wait: Callable[[], Awaitable[None]]
    say: Callable[[str], None]
    first_address: str
    base: str = ""
    takes_pictures: bool = False
    on_look: OnLook | None = None
    steps: dict[int, str] = field(default_factory=dict)
    clicks: list[str] = field(default_factory=list)
    unseen: dict[int, str] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)

    async def arrive(self, url: str, kind_of: KindOf, then: Act) -> Survey:
        """The store's first page; `then` is done on it before it is looked at. ServerError says why it cannot be had."""
        number = self._begin(f"open {url}")
        await self._open(url)
        await self._settle_first(url)
        self.base = urlsplit(self.tabs.page.url).hostname or ""
        await then()
        survey = await self._survey()
        if (who := bot_wall(survey)) is not None:
            raise ServerError(_wall(url, who, self.trap.status))
        await self._looked(number, kind_of(survey), survey, {})
        return survey

    async def step(self, title: str, act: Act, kind_of: KindOf, **said: Any) -> Survey | None:
        """One more page, by what `act` does. None where that brings no page of the store, with the reason in `unseen`."""
        number = self._begin(title)
        try:
            self.trap.status = 0
            await act()
            await self.settle(title)
            survey = await self._survey()
            trouble = self._trouble(survey)
        except (ActionError, PlaywrightError) as error:
            survey = {}
            trouble = first_line(error) if isinstance(error, PlaywrightError) else str(error)
        if trouble:
            self._give_up(number, trouble)
            return None
        await self._looked(number, kind_of(survey), survey, said)
        return survey

    async def go(self, url: str) -> None:
        """Type an address."""
        await self.tabs.page.goto(url, wait_until="commit", timeout=self.tabs.timeout * 1000)

    async def follow(self, link: Item, survey: Survey) -> None:
        """Follow a link as a click does, wherever it stands; its address is typed where its page is no longer up."""
        text = link["text"] or "a link without text"
        if self.tabs.page.url == survey["url"]:
            self.clicks.append(f'followed "{text}"')
            self.tabs.watch_navigation()
            await self.tabs.page.evaluate(_CLICK, link["n"])
            await self.tabs.follow()
        else:
            await self.go(link["url"])

    async def press(self, button: Item) -> None:
        """Press a button as a hand does; where something lies over it, by script."""
        self.clicks.append(f'pressed "{button["text"] or button["marks"].strip()}"')
        element = (await self.tabs.page.evaluate_handle(_ELEMENT, button["n"])).as_element()
        assert element is not None
        self.tabs.watch_navigation()
        try:
            await element.click(timeout=_CLICK_MS)
        except PlaywrightError:
            await self.tabs.page.evaluate(_CLICK, button["n"])
        await self.tabs.follow()

    async def type(self, form: Item, words: str) -> None:
        """Type into a form and press Enter."""
        self.clicks.append(f'typed "{words}" into the search field and pressed Enter')
        element = (await self.tabs.page.evaluate_handle(_ELEMENT, form["n"])).as_element()
        assert element is not None
        await element.fill(words, timeout=_CLICK_MS)
        self.tabs.watch_navigation()
        await element.press("Enter", timeout=_CLICK_MS)
        await self.tabs.follow()

    async def fill(self, field: Item, text: str, *, choose: bool = False) -> None:
        """Type into a field of a form, or choose in a list."""
        element = (await self.tabs.page.evaluate_handle(_ELEMENT, field["n"])).as_element()
        assert element is not None
        if choose:
            await element.select_option(text, timeout=_CLICK_MS)
        else:
            await element.fill(text, timeout=_CLICK_MS)

    async def settle(self, title: str) -> None:
        """Wait until the page has settled, scripts that came late included, and what is due has had its time."""
        self._know_host()
        await self.tabs.settle(title, place=self.tabs.page.url)
        if await self.trap.scripts_are_in():
            await self.tabs.settle(title, place=self.tabs.page.url)
        await self.wait()
        self._know_host()

    def _begin(self, title: str) -> int:
        number = len(self.steps) + 1
        self.steps[number] = title
        self.say(f"[{number}] {title}")
        self.trap.forget()
        self.recorder.begin(number)
        return number

    async def _survey(self) -> Survey:
        survey: Survey = await self.tabs.page.evaluate(SURVEY)
        return survey

    async def _looked(self, number: int, kind: str, survey: Survey, said: Mapping[str, Any]) -> None:
        facts = {
            "title": survey["title"],
            "heading": survey["heading"],
            "types": survey["types"],
            "banner": survey["banner"],
        }
        page = self.tabs.page
        if self.takes_pictures:
            with suppress(PlaywrightError):
                self.pictures[number] = await page.screenshot(timeout=_CLICK_MS)
        self.recorder.add(await self.trap.look(page, kind=kind, how=self.steps[number], said={**facts, **said}))
        self.recorder.end(number)
        if self.on_look:
            await self.on_look(page, kind, survey)

    def _give_up(self, number: int, trouble: str) -> None:
        url = self.tabs.page.url
        self.unseen[number] = trouble
        self.tabs.forget()
        self.recorder.add(ActionFailed(message=trouble, place=url, url=url))
        self.recorder.end(number)

    def _trouble(self, survey: Survey) -> str:
        """Why the page that came is none of the store's to judge."""
        if not is_inside(survey["url"], self.base):
            return f"it leads out of the store, to {urlsplit(survey['url']).hostname}"
        if (who := bot_wall(survey)) is not None:
            return _wall(survey["url"], who, self.trap.status)
        if self.trap.status >= 400:
            return f"{survey['url']} answers {self.trap.status}"
        return ""

    def _know_host(self) -> None:
        """A page under the store's name is the store's, so that its view is counted."""
        host = urlsplit(self.tabs.page.url).hostname or ""
        hosts = self.recorder.header.store_hosts
        if host and host not in hosts and (not self.base or is_inside(f"//{host}", self.base)):
            self.recorder.header = replace(self.recorder.header, store_hosts=(*hosts, host))

    async def _open(self, url: str) -> None:
        try:
            if self.first_address != url:
                await unlock(self.tabs, self.first_address)
            await self.go(url)
        except PlaywrightError as error:
            raise ServerError(
                explain_navigation_error(
                    url,
                    first_line(error),
                    failures=self.failures,
                    timeout=self.tabs.timeout,
                    user_given=self.first_address != url,
                )
            ) from None
        status, kind = self.trap.status, self.trap.content_type
        if status == 401:
            raise ServerError(explain_unauthorized(url, user_given=self.first_address != url))
        if status == 407:
            raise ServerError(f"{url}: the proxy in the environment asks for a name and a password (407)")
        if kind and "html" not in kind:
            said = _refused(url, status) if status >= 400 else f"{url} is no web page; it is answered with {kind}"
            raise ServerError(said)

    async def _settle_first(self, url: str) -> None:
        status = self.trap.status
        try:
            await self.settle(f"open {url}")
        except ActionError as error:
            waiting = [address for address in self.trap.waiting_for if not address.startswith("data:")]
            still = f"; still waiting for {', '.join(waiting[:3])}" if waiting else ""
            raise ServerError(f"{url} never comes to rest: {error}{still}") from None
        if status >= 400:
            with suppress(PlaywrightError):
                if (who := bot_wall(await self._survey())) is not None:
                    raise ServerError(_wall(url, who, status))
            raise ServerError(_refused(url, status))


def _wall(url: str, who: str, status: int) -> str:
    answered = f" ({status})" if status >= 400 else ""
    return f"{url} shows a bot wall{answered} instead of the store: {who}; let this machine's address pass it, or try --headed"


def _refused(url: str, status: int) -> str:
    if status in (403, 429):
        return f"{url} answers {status}: the store, or what protects it from bots, lets us not in; try --headed, --user or --cookie"
    return f"{url} answers {status}; is that the store's address?"
