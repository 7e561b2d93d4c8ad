"""Verify a store: launch a browser, crawl the store, and judge the recording."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from urllib.parse import urlsplit

from harness.browser.discovery import install_command, is_headless_shell
from harness.browser.pool import LaunchOptions, RunningBrowser, open_pool
from harness.browser_names import CHROMIUM
from harness.capture.remote_collector import require_collector
from harness.capture.tls import Certificate, make_certificate
from harness.capture.upstream import Upstream, is_tracker_host, read_proxy_environment
from harness.commands.verify.crawl_log import CrawlLog
from harness.commands.verify.navigation import OnPage
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.page_results import page_results
from harness.commands.verify.store_crawl import StoreCrawl
from harness.errors import UsageError
from harness.events import Beacon
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.recording.records import Header, Recording
from harness.results import RunResult, ScenarioResult
from harness.runner.environment import Services, external_environment
from harness.scenario.target import receipt_setting


async def verify(
    url: str,
    *,
    protocol: TrackerProtocol,
    options: VerifyOptions,
    on_step: Callable[[str], None],
    on_page: OnPage | None = None,
) -> RunResult:
    """Crawl the store at `url` and judge its pages; `on_step` receives a line for each step. HarnessError without a first page."""
    _check_url(url, _upstream(protocol, options))
    if options.collector is not None:
        await require_collector(options.collector)
    certificate = make_certificate({protocol.script_host, *protocol.collector_hosts})
    launch = LaunchOptions(
        name=CHROMIUM, path=options.browser_path, headed=options.headed, slow_mo_ms=options.slow_mo_ms, prefer_full=True
    )
    async with open_pool(launch, spki=certificate.spki) as browsers:
        return await verify_in(
            browsers.usual, certificate, url, protocol=protocol, options=options, on_step=on_step, on_page=on_page
        )


async def verify_in(
    browser: RunningBrowser,
    certificate: Certificate,
    url: str,
    *,
    protocol: TrackerProtocol,
    options: VerifyOptions,
    on_step: Callable[[str], None],
    on_page: OnPage | None = None,
) -> RunResult:
    """Crawl a store in a running browser that trusts the `certificate`; several stores may share one browser."""
    started, upstream = time.time(), _upstream(protocol, options)
    services = _services(url, replace(protocol, read=cache(protocol.read)), options, certificate)
    ledger = options.target.ledger if options.target else None
    async with external_environment(
        services, scheme=urlsplit(url).scheme, upstream=upstream, ledger=ledger
    ) as environment:
        crawl = StoreCrawl(
            url=url,
            browser=browser,
            services=services,
            options=options,
            environment=environment,
            upstream=upstream,
            on_step=on_step,
            on_page=on_page,
        )
        log = await crawl.perform()
    return _result(crawl, log, started)


def _upstream(protocol: TrackerProtocol, options: VerifyOptions) -> Upstream:
    return read_proxy_environment(partial(is_tracker_host, protocol=protocol, live=options.script is None))


def _check_url(url: str, upstream: Upstream) -> None:
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{url} is not a URL: {error}") from error
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError(f"{url} is not the URL of a store; give one such as https://shop.example/")
    if parts.username is not None:
        raise UsageError("the URL contains a name and a password; give them with --user NAME:PASSWORD instead")
    if upstream.is_blocked(host):
        raise UsageError(f"{url} is the tracker's own host, not a store; the harness never sends there")


def _services(url: str, protocol: TrackerProtocol, options: VerifyOptions, certificate: Certificate) -> Services:
    target = options.target
    header = Header(
        protocol=protocol.name,
        scenario_file="",
        scenario="",
        target_file=target.file if target else url,
        target=target.text if target else "",
        currency=(target.external.currency or "") if target else "",
        payment_hosts=target.payment_hosts if target else (),
        store=receipt_setting(target) if target else {},
    )
    return Services(
        protocol=protocol,
        recorder=Recorder(header),
        certificate=certificate,
        script=options.script,
        remote=options.collector,
    )


def _result(crawl: StoreCrawl, log: CrawlLog, started: float) -> RunResult:
    """Judge the recording of a crawl, and save its artifacts."""
    recording, options = crawl.services.recorder.finish(), crawl.options
    results, inspection_notes = page_results(
        recording,
        log,
        crawl.services.protocol,
        strict=options.strict,
        consent_pressed=options.consent is not None,
        keep_all=options.keep_all,
    )
    if crawl.artifacts is not None:
        crawl.artifacts.save(_merged(results), recording)
    return RunResult(
        seed=0,
        command="",
        started=started,
        duration_s=round(time.time() - started, 3),
        browser=crawl.browser.info,
        scenarios=tuple(results),
        notes=(*_environment_notes(crawl), *inspection_notes, *_crawl_notes(crawl, log, recording)),
        unit="page",
    )


def _merged(results: Sequence[ScenarioResult]) -> ScenarioResult:
    """One result for all pages, for the artifacts: it fails if a page fails."""
    failed = any(result.verdict == "fail" for result in results)
    steps = tuple(step for result in results for step in result.steps)
    return ScenarioResult(name="verify", file="", tags=(), verdict="fail" if failed else "pass", steps=steps)


def _environment_notes(crawl: StoreCrawl) -> Iterator[str]:
    """The differences between the test's environment and a shopper's."""
    host, options = crawl.services.protocol.script_host, crawl.options
    if options.script is None:
        yield f"the tracker's script came from its real host, {host}; the collector was the harness's own"
    else:
        yield f"{host} was replaced by {options.script_name}: the real script may behave differently"
    if is_headless_shell(crawl.browser.choice):
        yield f"the browser was a headless shell, unlike a shopper's; install Chromium: {install_command(channel=CHROMIUM)}"
    yield "the browser had no ad blocker; a shopper's ad blocker may block the tracker's hosts"


def _crawl_notes(crawl: StoreCrawl, log: CrawlLog, recording: Recording) -> Iterator[str]:
    if log.checkout_end:
        yield f"the checkout ended without a purchase: {log.checkout_end}"
    if log.absent:
        yield f"not found on the list of products: {', '.join(log.absent)}"
    if crawl.options.collector is not None:
        beacons = [record for record in recording.records if isinstance(record, Beacon)]
        documents = [document for beacon in beacons for document in crawl.services.protocol.read(beacon).documents]
        types = ", ".join(dict.fromkeys(document.type for document in documents))
        received = f"{len(documents)} ({types})" if documents else "none"
        yield f"documents of the store's back end at {crawl.options.collector} during the crawl: {received}"
    yield f"actions on the pages: {'; '.join(log.actions) or 'none'}"
