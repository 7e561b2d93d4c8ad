"""The baseline of the benchmark: the same journeys on bare Playwright, without capture, verdict, page clock and fences.

Each step waits for the load event, as the tracker would not run on every page otherwise. Each journey has its own store on the
loopback interface, whose tracker sends to a handler that responds with 200.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import quote

from aiohttp import web
from playwright.async_api import Browser, Locator, Page

from fakewww.app import create_app
from fakewww.options import StoreSettings
from fakewww.referrers import create_referrers
from fakewww.shop import SHOP
from harness.browser.discovery import find_browser
from harness.browser.launch import driver
from harness.browser.launch_flags import QUIET, environment
from harness.browser.page_script import ADVANCE_CLOCK, PAGE_SCRIPT
from harness.capture.collector.http_server import Site, serve_app
from harness.capture.tls import make_certificate
from harness.runner.jobs import Job
from harness.scenario.actions import PLAIN, Call
from harness.scenario.model import Scenario, SetFaults, Step
from harness.scenario.purchases import all_calls
from harness.scenario.shopper import make_shopper
from harness.scenario.target import Target
from harness.scenario.variables import Variables, substitute, variables_in

DWELL_MS = 30_000
_WITHOUT_LOAD = ("fill", "fill if there", "select", "check", "wait for")
"""Plain actions that load no page."""

_WITH_LOAD = ("arrive", "goto", "new tab", "reload", "back", "forward", "click", "press")
"""The other supported actions."""


def is_plain(scenario: Scenario, target: Target) -> bool:
    """Whether bare Playwright can run it: without faults, store options, a special browser or unsupported actions."""
    calls = all_calls((step.call for step in scenario.steps), target)
    is_usual = not scenario.store and scenario.browser == "any" and not scenario.not_in
    fails = any(isinstance(item, SetFaults) for item in scenario.items)
    return (
        is_usual and not fails and all(call.action in (*_WITHOUT_LOAD, *_WITH_LOAD, *target.actions) for call in calls)
    )


async def bare_suite(jobs: Sequence[Job], target: Target, *, workers: int, clock: bool = False) -> int:
    """Run all journeys, `workers` at a time. Return the number of pages that the stores showed.

    With `clock` every page has the page clock of the harness, advanced by the dwell time.
    """

    async def respond(request: web.Request) -> web.Response:
        await request.read()
        return web.Response()

    beacons = web.Application()
    beacons.router.add_post("/v1/tracker", respond)
    async with AsyncExitStack() as stack:
        (beacons_port,) = await stack.enter_async_context(serve_app(beacons))
        sites = _other_sites(jobs)
        certificate = make_certificate(sites or {"localhost"})
        (sites_port,) = await stack.enter_async_context(
            serve_app(create_referrers(), Site(ssl_context=certificate.server))
        )
        playwright = await stack.enter_async_context(driver())
        browser = await playwright.chromium.launch(
            executable_path=find_browser(playwright).path,
            args=[
                *QUIET,
                f"--ignore-certificate-errors-spki-list={certificate.spki}",
                f"--host-resolver-rules={','.join(f'MAP {site} 127.0.0.1:{sites_port}' for site in sorted(sites))}",
            ],
            env={**environment()},
        )
        stack.push_async_callback(browser.close)
        free = asyncio.Semaphore(workers)

        async def one(job: Job) -> int:
            async with free:
                return await _journey(job, browser, target, f"http://127.0.0.1:{beacons_port}/v1/tracker", clock)

        async with asyncio.TaskGroup() as group:
            journeys = [group.create_task(one(job)) for job in jobs]
    return sum(journey.result() for journey in journeys)


def _other_sites(jobs: Sequence[Job]) -> set[str]:
    arrivals = [step.call.arguments for job in jobs for step in job.scenario.steps if step.call.action == "arrive"]
    return {arrival["from"] for arrival in arrivals if "from" in arrival}


async def _journey(job: Job, browser: Browser, target: Target, collector_url: str, clock: bool) -> int:
    app = create_app(StoreSettings(script_url="/fakewww/static/jirafe_api.js", collector_url=collector_url))
    async with serve_app(app) as (port,):
        context = await browser.new_context()
        if clock:
            await context.add_init_script(PAGE_SCRIPT)
        journey = _Journey(
            page=await context.new_page(),
            target=replace(target, url=f"http://127.0.0.1:{port}"),
            app=app,
            shopper=_shopper(job.scenario, target),
            clock=clock,
        )
        for item in job.scenario.items:
            if isinstance(item, Step):
                await journey.perform(item.call, {})
        await context.close()
        return pages_in(app[SHOP].ledger.read()["entries"])


def pages_in(entries: Iterable[Mapping[str, Any]]) -> int:
    """The number of pages in a store's ledger."""
    return sum(entry["kind"] == "page" for entry in entries)


def _shopper(scenario: Scenario, target: Target) -> dict[str, str]:
    person = asdict(make_shopper(seed=0, name=scenario.name))
    return person if scenario.shopper == "guest" else {**person, **target.customer}


@dataclass(kw_only=True)
class _Journey:
    """A page and the target's actions on it."""

    page: Page
    target: Target
    app: web.Application
    shopper: Mapping[str, str]
    clock: bool

    async def perform(self, call: Call, scope: Mapping[str, str]) -> None:
        action = self.target.actions.get(call.action)
        if action is None:
            await self._act(call, scope)
            return
        given = {key: self._fill_in(value, scope) for key, value in call.arguments.items() if value is not None}
        for line in action.do:
            if variables_in(dict(line.arguments)) <= given.keys():
                await self.perform(line, given)

    def _fill_in(self, value: Any, scope: Mapping[str, str], *, escape: bool = False) -> Any:
        def lookup(name: str, attribute: str | None) -> str:
            if attribute is None:
                return scope[name]
            if name == "shopper":
                return self.shopper[attribute]
            ledger = self.app[SHOP].ledger.read()
            return Variables({}).after(ledger["store"], ledger["entries"])(name, attribute)

        return substitute(value, lookup, escape=escape)

    async def _act(self, call: Call, scope: Mapping[str, str]) -> None:
        raw = call.arguments.get("value")
        is_selector = PLAIN[call.action].shape == "element" and isinstance(raw, str)
        if call.action == "arrive":
            await self._arrive(self._fill_in(dict(call.arguments), scope))
        else:
            await self._do(call.action, self._fill_in(raw, scope, escape=is_selector))
        if call.action in _WITHOUT_LOAD:
            return
        await self.page.wait_for_load_state()
        if self.clock:
            await self.page.evaluate(ADVANCE_CLOCK, [DWELL_MS, 0])

    async def _arrive(self, arrival: Mapping[str, str]) -> None:
        url = self.target.address(arrival.get("at", "/"))
        if "from" not in arrival:
            await self.page.goto(url)
            return
        await self.page.goto(f"https://{arrival['from']}/?to={quote(url, safe='')}&for={quote(arrival.get('for', ''))}")
        await self.page.click("#to-store")

    async def _do(self, action: str, value: Any) -> None:
        page = self.page
        match action:
            case "goto":
                await page.goto(self.target.address(value))
            case "new tab":
                self.page = await page.context.new_page()
                await self.page.goto(self.target.address(value))
            case "reload":
                await page.reload()
            case "back":
                await page.go_back()
            case "forward":
                await page.go_forward()
            case "click":
                await self._element(value).click()
            case "check":
                await self._element(value).check()
            case "wait for":
                await self._element(value).wait_for()
            case "fill" | "fill if there" | "select" | "press":
                await self._fields(action, value)
            case _:
                raise NotImplementedError(f"the bare journeys do not support {action!r}")

    async def _fields(self, action: str, values: str | Mapping[str, str]) -> None:
        if isinstance(values, str):
            await self.page.keyboard.press(values)
            return
        for selector, value in values.items():
            match action:
                case "select":
                    await self.page.select_option(selector, value)
                case "press":
                    await self.page.press(selector, value)
                case "fill":
                    await self.page.fill(selector, value)
                case _ if await self.page.locator(selector).count():
                    await self.page.fill(selector, value)

    def _element(self, value: str | Mapping[str, str]) -> Locator:
        if isinstance(value, str):
            return self.page.locator(value)
        ((role, name),) = value.items()
        match role:
            case "link":
                return self.page.get_by_role("link", name=name, exact=True)
            case "button":
                return self.page.get_by_role("button", name=name, exact=True)
            case "label":
                return self.page.get_by_label(name, exact=True)
            case _:
                return self.page.get_by_text(name, exact=True)
