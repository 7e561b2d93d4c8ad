"""Verify a store: a browser, its network, the way through the store, and the result."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import Access, open_context
from harness.browser.discovery import find_browser, install_command, is_headless_shell
from harness.browser.errors import first_line
from harness.browser.launch import browser_info, driver, launch_browser, ordinary_user_agent, override_client_hints
from harness.browser.settling import CollectorLink
from harness.browser.tabs import Tabs
from harness.browser_names import CHROMIUM
from harness.capture.remote_collector import require_collector
from harness.capture.tls import make_certificate
from harness.capture.upstream import Upstream, is_tracker_host, read_proxy_environment
from harness.commands.verify.crawler import Tour
from harness.commands.verify.navigation import Explorer, OnLook
from harness.commands.verify.page_monitor import Trap
from harness.commands.verify.page_results import Walked, page_results
from harness.commands.verify.target_guide import guide
from harness.errors import BrowserError, UsageError
from harness.events import Beacon
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.recording.records import Header, StepBegun
from harness.results import RunResult, ScenarioResult
from harness.runner.artifacts import Artifacts
from harness.runner.browser_trace import traced
from harness.runner.environment import Environment, Services, external_environment
from harness.scenario.shopper import make_shopper
from harness.scenario.target import Target

_EVENTS_S = 3.0
"""How long all pages together may take to send what they have not sent once they have settled, in seconds."""


@dataclass(frozen=True, kw_only=True)
class VerifyOptions:
    """How to verify. `script` stands in for the tracker's, which `script_name` describes; None lets the real one be reached.

    `target` describes the store; `checkout` goes further into its checkout, without ever buying. `collector` is the URL of one that
    runs. `artifacts` is a folder for the recording, the trace and pictures of pages where something is wrong, or all of them.
    `timeout` is what a page may take to load, in seconds.
    """

    script: bytes | None
    script_name: str
    pages: Sequence[str] = ()
    consent: str | None = None
    access: Access = field(default_factory=Access)
    timeout: float = 30.0
    strict: bool = False
    browser_path: Path | None = None
    headed: bool = False
    slow_mo_ms: float = 0.0
    target: Target | None = None
    checkout: bool = False
    collector: str | None = None
    artifacts: Path | None = None
    keep_all: bool = False


async def verify(
    url: str,
    *,
    protocol: TrackerProtocol,
    options: VerifyOptions,
    say: Callable[[str], None],
    on_look: OnLook | None = None,
) -> RunResult:
    """Look around in the store at `url` and judge what its pages say. HarnessError where its first page cannot be had.

    `on_look` is given each page while it is up: the page, its kind, and its survey.
    """
    started = time.time()
    outside = read_proxy_environment(lambda host: is_tracker_host(host, protocol, live=options.script is None))
    _check(url, outside)
    if options.collector is not None:
        await require_collector(options.collector)
    target = options.target
    certificate = make_certificate({protocol.script_host, *protocol.collector_hosts})
    recorder = Recorder(
        Header(
            protocol=protocol.name,
            scenario_file="",
            scenario="",
            target_file=target.file if target else url,
            target=target.text if target else "",
            currency=(target.external.currency or "") if target else "",
            payment_hosts=target.payment_hosts if target else (),
        )
    )
    protocol = replace(protocol, read=cache(protocol.read))
    async with driver() as playwright, AsyncExitStack() as stack:
        choice = find_browser(
            playwright, path=options.browser_path, name=CHROMIUM, headed=options.headed, prefer_full=True
        )
        browser = await stack.enter_async_context(
            launch_browser(
                choice, playwright, headed=options.headed, slow_mo_ms=options.slow_mo_ms, spki=certificate.spki
            )
        )
        where = await stack.enter_async_context(
            external_environment(
                Services(
                    protocol=protocol,
                    recorder=recorder,
                    certificate=certificate,
                    script=options.script,
                    remote=options.collector,
                ),
                scheme=urlsplit(url).scheme,
                upstream=outside,
                ledger=target.ledger if target else None,
            )
        )
        walk = _Walk(
            url=url,
            browser=browser,
            protocol=protocol,
            recorder=recorder,
            options=options,
            where=where,
            is_shell=is_headless_shell(choice),
            say=say,
            on_look=on_look,
        )
        try:
            walked, clicks = await walk.go(outside)
        except PlaywrightError as error:
            raise BrowserError(f"the browser gave up: {first_line(error)}") from None
        seen = browser_info(choice, browser)
    recording = recorder.finish()
    results, notes = page_results(recording, walked, protocol, strict=options.strict)
    if options.artifacts is not None:
        _artifacts(options, options.artifacts).save(_as_one(results), recording)
    return RunResult(
        seed=0,
        command="",
        started=started,
        duration_s=round(time.time() - started, 3),
        browser=seen,
        scenarios=tuple(results),
        notes=(*_about(options, protocol, shell=is_headless_shell(choice)), *notes, *walked.notes, _clicked(clicks)),
        unit="page",
    )


def _check(url: str, outside: Upstream) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{url} is no address: {error}") from None
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(f"{url} is no store's address; write it as in https://shop.example/")
    if parts.username is not None:
        raise UsageError("a name and password do not belong into the address; give them with --user NAME:PASSWORD")
    if outside.is_blocked(host):
        raise UsageError(f"{url} is the tracker's own host, and no store; nothing is ever sent there")


def _about(options: VerifyOptions, protocol: TrackerProtocol, *, shell: bool) -> list[str]:
    """What a reader must know to trust the result."""
    if options.script is None:
        notes = [f"the tracker's script came from its real host, {protocol.script_host}; the collector was ours"]
    else:
        notes = [
            f"{protocol.script_host} was stood in for by {options.script_name}: the real script may do other things"
        ]
    if shell:
        notes.append(
            f"the browser was a headless shell, no shopper's; a whole Chromium: {install_command(channel=CHROMIUM)}"
        )
    notes.append("ad blockers: none was at work here; whether a shopper's blocks the tracker's hosts is not known")
    return notes


def _artifacts(options: VerifyOptions, folder: Path) -> Artifacts:
    return Artifacts(stem=folder / "verify", keep_all=options.keep_all)


def _as_one(results: Sequence[ScenarioResult]) -> ScenarioResult:
    """All pages as one journey: it failed where one of them did; its steps are those whose pictures are kept."""
    failed = any(result.verdict == "fail" for result in results)
    steps = tuple(step for result in results for step in result.steps)
    return ScenarioResult(name="verify", file="", tags=(), verdict="fail" if failed else "pass", steps=steps)


def _clicked(clicks: Sequence[str]) -> str:
    return f"done on the pages: {'; '.join(clicks)}" if clicks else "done on the pages: nothing"


@dataclass(kw_only=True)
class _Walk:
    """The way through the store in one browser context."""

    url: str
    browser: Browser
    protocol: TrackerProtocol
    recorder: Recorder
    options: VerifyOptions
    where: Environment
    is_shell: bool
    say: Callable[[str], None]
    on_look: OnLook | None = None
    _patience: float = _EVENTS_S

    async def go(self, outside: Upstream) -> tuple[Walked, list[str]]:
        """Walk, and leave so that nothing is lost."""
        context = await open_context(self.browser, proxy=self.where.proxy, url=self.url, access=self.options.access)
        folder = self.options.artifacts
        async with traced(context, _artifacts(self.options, folder).trace if folder is not None else None):
            return await self._in_context(context, outside)

    async def _in_context(self, context: BrowserContext, outside: Upstream) -> tuple[Walked, list[str]]:
        trap = Trap(context=context, protocol=self.protocol, failures=outside.failures)
        await trap.set()
        tabs = Tabs(
            context=context,
            recorder=self.recorder,
            collector=CollectorLink(
                fence_urls=self.where.fence_urls,
                is_from_page=lambda beacon: not self.protocol.is_of_back_end(beacon),
            ),
            timeout=self.options.timeout,
        )
        await tabs.start()
        if self.is_shell:
            await override_client_hints(tabs.page, await ordinary_user_agent(self.browser))
        explorer = Explorer(
            tabs=tabs,
            trap=trap,
            recorder=self.recorder,
            failures=outside.failures,
            wait=self._wait,
            say=self.say,
            first_address=self.options.access.with_credentials(self.url),
            on_look=self.on_look,
            takes_pictures=self.options.artifacts is not None,
        )
        tour = self._tour(explorer)
        await tour.go(self.url, self.options.pages)
        await tabs.leave()
        await self._learn()
        return Walked(
            url=self.url,
            steps=explorer.steps,
            unseen=explorer.unseen,
            missed=tour.missed,
            pressed_consent=self.options.consent is not None,
            pictures=explorer.pictures,
            keeps_all=self.options.keep_all,
            notes=tuple(self._notes(tour)),
        ), explorer.clicks

    def _tour(self, explorer: Explorer) -> Tour:
        helper = guide(self.options.target, explorer) if self.options.target else None

        async def on_first() -> None:
            await self._consent(explorer)
            if helper is not None:
                await helper.on_arrival()

        shopper = make_shopper(seed=0, name="verify") if self.options.checkout else None
        return Tour(explorer=explorer, on_first=on_first, shopper=shopper, guide=helper)

    def _notes(self, tour: Tour) -> Iterator[str]:
        """What a reader must know of this way through the store."""
        if tour.ended:
            yield f"checkout: it was gone into until {tour.ended}; nothing was bought"
        if self.options.collector is not None:
            documents = [
                document
                for record in self.recorder.records
                if isinstance(record, Beacon)
                for document in self.protocol.read(record).documents
            ]
            kinds = ", ".join(dict.fromkeys(document.type for document in documents))
            came = f"{len(documents)} ({kinds})" if documents else "none"
            yield f"documents of the store's back end, sent to {self.options.collector} meanwhile: {came}"

    async def _learn(self) -> None:
        """What the store's ledger and a running collector have got."""
        read = await self.where.read_ledger()
        if read is not None:
            self.recorder.add(read)

    async def _consent(self, explorer: Explorer) -> None:
        """Press the consent button that was named."""
        text = self.options.consent
        if text is None:
            return
        for frame in explorer.tabs.page.frames:
            for role in ("button", "link"):
                button = frame.get_by_role(role, name=text).first
                if await button.count():
                    explorer.clicks.append(f'pressed "{text}"')
                    await button.click(timeout=self.options.timeout * 1000)
                    await explorer.settle(f'press "{text}"')
                    return
        raise UsageError(f'--consent "{text}": the first page has no such button or link')

    async def _wait(self) -> None:
        """Give a page that has sent nothing yet some more time, as long as there is any."""
        await self._learn()
        loop = asyncio.get_running_loop()
        began = loop.time()
        with suppress(TimeoutError):
            await self.where.journal.wait(lambda _journal: self._has_events(), timeout=max(self._patience, 0))
        self._patience -= loop.time() - began

    def _has_events(self) -> bool:
        """Whether an event has come in this step."""
        here = takewhile(lambda record: not isinstance(record, StepBegun), reversed(self.recorder.records))
        return any(isinstance(record, Beacon) and self.protocol.read(record).events for record in here)
