"""The executor of actions: performs them on pages, and waits until the pages have settled."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.browser.elements import Element, ElementError, describe_matches, element_name, is_present, use
from harness.browser.errors import ActionError, first_line
from harness.browser.history import travel
from harness.browser.page_facts import read_facts
from harness.browser.purchase_guard import purchase_label
from harness.browser.tabs import Tabs
from harness.browser.visibility import set_hidden
from harness.browser_names import CHROMIUM, FIREFOX
from harness.recording.recorder import Recorder
from harness.recording.records import LedgerRead, PageRead
from harness.runner.action_effects import EffectLog, has_effects
from harness.runner.stepper import adjust
from harness.scenario.actions import PLAIN, Call
from harness.scenario.durations import seconds_of
from harness.scenario.target import ALLOWED, TEST_ORDERS, Target
from harness.scenario.variables import Variables, substitute, variables_in

_REFERRER_LINK = "#to-store"

_QUIET = ("fill", "fill if there", "select", "check")
"""Actions that lead to no other page: pages settle once after several of them."""

_LEADING = ("click", "press")
"""Methods of an element that may lead to another page."""


@dataclass(kw_only=True)
class ActionExecutor:
    """Performs a shopper's actions in the tabs of one browser context. An element has `timeout` seconds to become ready.

    `log` receives a line for each matched element and for each page fact. In a store without a ledger the effects of actions
    on the cart are recorded, unless `records_effects` is False.
    """

    tabs: Tabs
    target: Target
    recorder: Recorder
    read_ledger: Callable[[], Awaitable[LedgerRead | None]]
    variables: Variables
    timeout: float
    log: Callable[[str], None] | None = None
    records_effects: bool = True
    _is_settled: bool = True
    _is_never_purchase: bool = False
    _logged_facts: dict[str, str] = field(default_factory=dict)
    _effects: EffectLog = field(init=False)

    def __post_init__(self) -> None:
        self._effects = EffectLog(recorder=self.recorder, is_needed=self.records_effects and has_effects(self.target))

    @property
    def page(self) -> Page:
        return self.tabs.page

    async def perform(self, call: Call) -> None:
        """Perform a step until all pages have settled. ActionError with the step and the line in the target."""
        try:
            await self._perform(call, {})
            if not self._is_settled:
                await self._settle(call)
        except ActionError as error:
            if error.place == call.place:
                raise
            message = f'"{call.title}", {error.place}: {error}'
            raise ActionError(
                message,
                place=call.place,
                hint=error.hint,
                target_line=error.place,
                is_unknown_value=error.is_unknown_value,
            ) from error

    async def leave(self) -> None:
        """Close all pages, and record the last beacons and ledger entries."""
        await self.tabs.leave()
        await self._read_ledger()

    async def _settle(self, call: Call) -> None:
        await self.tabs.settle(call.title, place=call.place)
        await self._read_page()
        await self._read_ledger()
        self._is_settled = True

    async def _perform(self, call: Call, scope: Mapping[str, str]) -> None:
        """Perform a plain action, or the lines of a target's action except those with a missing parameter."""
        action = self.target.actions.get(call.action)
        if action is None:
            await self._act(call, scope)
            self._effects.interact(call)
            self._is_settled = False
            if call.action not in _QUIET:
                await self._settle(call)
            if call.action == "arrive":
                with self._effects.neutral():
                    for line in self.target.external.on_arrival:
                        await self._perform(line, {})
            return
        given = {key: value for key, value in call.arguments.items() if value is not None}
        inner = {key: self._fill_in(value, scope, call) for key, value in given.items()}
        outer, self._is_never_purchase = self._is_never_purchase, self._is_never_purchase or action.buys is False
        with self._effects.during(call, action, inner, lambda: self.variables):
            for line in action.do:
                if variables_in(dict(line.arguments)) <= inner.keys():
                    await self._perform(line, inner)
        self._is_never_purchase = outer

    def _fill_in(self, value: Any, scope: Mapping[str, str], call: Call, *, escape: bool = False) -> Any:
        def lookup(name: str, attribute: str | None) -> str:
            return scope[name] if attribute is None else self.variables(name, attribute)

        try:
            return substitute(value, lookup, escape=escape)
        except KeyError as error:
            is_unknown = not self.variables.has_ledger
            message = f'"{call.title}": {error.args[0]}'
            raise ActionError(message, place=call.place, is_unknown_value=is_unknown) from error

    async def _act(self, call: Call, scope: Mapping[str, str]) -> None:
        plain = PLAIN[call.action]
        if plain.shape == "arrival":
            await self._arrive(self._fill_in(dict(call.arguments), scope, call), call)
            return
        raw = call.arguments.get("value")
        selector = plain.shape == "element" and isinstance(raw, str)
        value = self._fill_in(raw, scope, call, escape=selector)
        if plain.shape == "stepper" and isinstance(raw, dict):
            value = {key: self._fill_in(text, scope, call, escape=key != "to") for key, text in raw.items()}
        try:
            await getattr(self, f"_do_{call.action.replace(' ', '_')}")(value, call)
        except PlaywrightError as error:
            raise ActionError(f'"{call.title}" failed: {first_line(error)}', place=call.place) from error

    async def _arrive(self, arrival: Mapping[str, str], call: Call) -> None:
        """Open a page of the store directly, or by a link on another site."""
        url = self._address(arrival.get("at", "/"), call)
        if "from" not in arrival:
            await self._goto(url, call)
            return
        words = quote(arrival.get("for", ""))
        await self._goto(f"{urlsplit(url).scheme}://{arrival['from']}/?to={quote(url, safe='')}&for={words}", call)
        await self._on(_REFERRER_LINK, call, "click")

    def _address(self, page: str, call: Call) -> str:
        try:
            return self.target.address(page)
        except ValueError as error:
            raise ActionError(f'"{call.title}": {page!r} is no valid address: {error}', place=call.place) from error

    async def _goto(self, url: str, call: Call) -> None:
        try:
            await self.page.goto(url, timeout=self.tabs.timeout * 1000)
        except PlaywrightError as error:
            message = f'"{call.title}": {url} cannot be opened: {first_line(error)}'
            hint = "Check the address, and that the store is running."
            raise ActionError(message, place=call.place, hint=hint) from error

    async def _do_goto(self, value: str, call: Call) -> None:
        await self._goto(self._address(value, call), call)

    async def _do_click(self, value: Element, call: Call) -> None:
        await self._on(value, call, "click")

    async def _do_check(self, value: Element, call: Call) -> None:
        await self._on(value, call, "check")

    async def _do_fill(self, values: dict[str, str], call: Call) -> None:
        for selector, text in values.items():
            try:
                await self._on(selector, call, "fill", text)
            except PlaywrightError as error:
                if "not an <input>" not in error.message:
                    raise
                await self._on(selector, call, "select_option", text)

    async def _do_click_if_there(self, value: Element, call: Call) -> None:
        if await is_present(self.page, value):
            await self._on(value, call, "click")

    async def _do_fill_if_there(self, values: dict[str, str], call: Call) -> None:
        await self._do_fill({key: text for key, text in values.items() if await is_present(self.page, key)}, call)

    async def _do_select(self, values: dict[str, str], call: Call) -> None:
        for selector, choice in values.items():
            await self._on(selector, call, "select_option", choice)

    async def _do_press(self, value: Element, call: Call) -> None:
        if isinstance(value, str):
            await self.page.keyboard.press(value)
        else:
            for selector, key in value.items():
                await self._on(selector, call, "press", key)

    async def _do_adjust(self, stepper: dict[str, str], call: Call) -> None:
        async def press(button: str) -> None:
            await self._on(button, call, "click")
            await self._settle(call)

        await adjust(stepper, call, page=lambda: self.page, press=press, timeout=self.timeout)

    async def _do_wait_for(self, value: Element, call: Call) -> None:
        await self._on(value, call, "wait_for")

    async def _do_reload(self, _value: None, _call: Call) -> None:
        await self.page.reload(timeout=self.tabs.timeout * 1000)

    async def _do_back(self, _value: None, call: Call) -> None:
        await self._through_history(self.page.go_back, "back", -1, call)

    async def _do_forward(self, _value: None, call: Call) -> None:
        await self._through_history(self.page.go_forward, "forward", 1, call)

    async def _through_history(self, go: Callable[..., Awaitable[Any]], way: str, steps: int, call: Call) -> None:
        moved = self.tabs.watch_navigation()
        browser = self.page.context.browser
        if browser is not None and browser.browser_type.name == FIREFOX:
            await travel(self.page, steps, moved, timeout=self.tabs.timeout)
        else:
            await go(wait_until="commit", timeout=self.tabs.timeout * 1000)
        if not moved.is_set() or self.page.url == "about:blank":
            message = f'"{call.title}": the history has no page to go {way} to'
            raise ActionError(message, place=call.place, hint="Open another page before this step.")

    async def _do_new_tab(self, value: str, call: Call) -> None:
        await self.tabs.open()
        await self._goto(self._address(value, call), call)

    async def _do_new_shopper(self, value: str, call: Call) -> None:
        await self.tabs.open_for_another()
        await self._goto(self._address(value, call), call)

    async def _do_close_tab(self, _value: None, call: Call) -> None:
        if not await self.tabs.close():
            message = f'"{call.title}": there is no other tab to continue in'
            raise ActionError(message, place=call.place, hint='Open another tab with "new tab" before this step.')

    async def _do_hide(self, _value: None, _call: Call) -> None:
        await set_hidden(self.page, is_hidden=True)

    async def _do_show(self, _value: None, _call: Call) -> None:
        await set_hidden(self.page, is_hidden=False)

    async def _do_kill(self, _value: None, call: Call) -> None:
        if self.page.context.browser is None or self.page.context.browser.browser_type.name != CHROMIUM:
            message = f'"{call.title}": this browser cannot kill a page'
            raise ActionError(message, place=call.place, hint="Write 'not in firefox: REASON' in the scenario.")
        try:
            await self.tabs.kill()
        except TimeoutError as error:
            message = f'"{call.title}": the page did not end within {self.tabs.timeout:g} s'
            raise ActionError(message, place=call.place, hint="Run it again, or in another browser build.") from error

    async def _do_wait(self, value: str, _call: Call) -> None:
        await self.tabs.wait(seconds_of(value, now=self.tabs.now))

    async def _on(self, element: Element, call: Call, method: str, *values: str) -> None:
        """Call a method of the matching element, and follow it to another page."""
        await self._check_use(element, call, method)
        self.tabs.watch_navigation()
        try:
            await use(self.page, element, method, *values, timeout=self.timeout)
        except ElementError as error:
            raise ActionError(f'"{call.title}": {error}', place=call.place, hint=error.hint) from error
        if method in _LEADING:
            await self.tabs.follow()

    async def _check_use(self, element: Element, call: Call, method: str) -> None:
        """Log the matching element; ActionError if its use may be a purchase that the target does not allow."""
        if self.log:
            matches = await describe_matches(self.page, element, timeout=self.timeout)
            self.log(f"    {method} {element_name(element)}: {matches}")
        may_buy = self.target.is_built_in or self.target.external.allows_orders or self._is_never_purchase
        if method not in _LEADING or may_buy:
            return
        words = await purchase_label(self.page, element)
        if words is not None:
            name = f'{element_name(element)} with the text "{words[:60]}"'
            message = f'"{call.title}" was not performed: {name} would buy'
            hint = f"If test orders are allowed, write '{TEST_ORDERS}: {ALLOWED}' in {self.target.file}."
            raise ActionError(message, place=call.place, hint=hint)

    async def _read_page(self) -> None:
        """Record the page's facts that the target selects."""
        if not self.target.external.facts:
            return
        try:
            found = await read_facts(self.page, self.target.external.facts)
        except PlaywrightError:  # the page has changed; the next reading has its facts
            return
        address = {"url": self.page.url, "title": await self.page.title()}
        facts = {**found, "page": {**address, **found.get("page", {})}}
        self.recorder.add(PageRead(url=self.page.url, facts=facts))
        self.variables = self.variables.on_page(facts)
        self._log_facts(found)

    def _log_facts(self, found: Mapping[str, Mapping[str, str]]) -> None:
        if not self.log:
            return
        self.log(f"    page {self.page.url}")
        for name, value in ((f"${kind}.{key}", text) for kind, fields in found.items() for key, text in fields.items()):
            if self._logged_facts.get(name) != value:
                self._logged_facts[name] = value
                self.log(f"    {name} = {value}")

    async def _read_ledger(self) -> None:
        read = await self.read_ledger()
        if read is not None:
            self.recorder.add(read)
            self.variables = self.variables.after(read.store, read.entries)
