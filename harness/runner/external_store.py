"""Journeys through an external store: the way to it, the servers around it, and what a reader of the report must know."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from functools import partial
from urllib.parse import urlsplit

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import Access, open_context
from harness.browser.errors import first_line
from harness.browser.navigation_errors import explain_navigation_error, explain_unauthorized
from harness.capture.socks_proxy import socks_proxy
from harness.capture.tls import Certificate
from harness.capture.upstream import Upstream, is_tracker_host, read_proxy_environment
from harness.errors import ServerError, UsageError
from harness.protocol import TrackerProtocol
from harness.recording.recorder import Recorder
from harness.results import ScenarioResult
from harness.runner.environment import Environment, builtin_environment, external_environment
from harness.scenario.target import Target

_ANSWER_S = 30.0
"""How long a store may take to give its first page, in seconds."""


def upstream_for(target: Target, protocol: TrackerProtocol) -> Upstream | None:
    """The way to the store, by the proxies of the environment; None to the built-in one. UsageError where the target is no store."""
    if target.is_built_in:
        return None
    outside = read_proxy_environment(partial(is_tracker_host, protocol=protocol, live=False))
    if any(map(outside.is_blocked, target.hosts)):
        raise UsageError(
            f"{target.file}: {target.url} is the tracker's own host, and no store; nothing is ever sent there"
        )
    return outside


async def reach(browser: Browser, target: Target, outside: Upstream, access: Access) -> None:
    """Ask the store for its first page, once for all scenarios. ServerError where there is none to be had."""
    url = target.address("home" if "home" in target.pages else "/")
    async with socks_proxy({}, on_refused=lambda _address: None, fallback=outside) as proxy:
        context = await open_context(browser, proxy=proxy, url=target.url, access=access)
        try:
            page = await context.new_page()
            response = await page.goto(access.with_credentials(url), wait_until="commit", timeout=_ANSWER_S * 1000)
        except PlaywrightError as error:
            is_user = access.user is not None
            why = explain_navigation_error(url, first_line(error), failures=outside.failures, timeout=_ANSWER_S, user_given=is_user)
            raise ServerError(f"{target.file}: {why}") from None
        finally:
            with suppress(PlaywrightError):
                await context.close()
    if response is not None and response.status == 401:
        raise ServerError(f"{target.file}: {explain_unauthorized(url, user_given=access.user is not None)}")


def open_environment(
    *,
    target: Target,
    protocol: TrackerProtocol,
    recorder: Recorder,
    script: bytes,
    certificate: Certificate,
    outside: Upstream | None,
    referrers: frozenset[str] = frozenset(),
    remote: str | None = None,
) -> AbstractAsyncContextManager[Environment]:
    """The servers of one journey: through the target's own store by `outside`, or through the built-in one, started for it."""
    if outside is None:
        return builtin_environment(
            target=target,
            protocol=protocol,
            recorder=recorder,
            script=script,
            certificate=certificate,
            referrers=referrers,
            remote=remote,
        )
    return external_environment(
        scheme=urlsplit(target.url).scheme,
        protocol=protocol,
        recorder=recorder,
        script=script,
        certificate=certificate,
        outside=outside,
        referrers=referrers,
        ledger=target.ledger,
        remote=remote,
    )


def notes(
    results: Sequence[ScenarioResult],
    target: Target,
    protocol: TrackerProtocol,
    *,
    script_name: str,
    collector: str | None,
) -> tuple[str, ...]:
    """What a reader must know to trust the verdict on an external store, or on what a running collector got."""
    return tuple(_notes(results, target, protocol, script_name, collector))


def _notes(
    results: Sequence[ScenarioResult],
    target: Target,
    protocol: TrackerProtocol,
    script_name: str,
    collector: str | None,
) -> Iterator[str]:
    if not target.is_built_in:
        yield f"the store is {target.name}, {target.url}, as {target.file} describes it"
        yield f"{protocol.script_host} was stood in for by {script_name}: the real script may do other things"
    if not target.is_built_in and target.ledger is None:
        yield "the store has no ledger: nothing that it alone knows of pages, carts and orders was held against what was sent"
    if collector is not None and target.is_built_in:
        yield f"what the browser sent was passed on to {collector}, and back ends that sent to it were listened to"
    elif collector is not None and any(result.verdict != "not-run" for result in results):
        count = sum(result.documents for result in results)
        came = f"{count} document{'s' * (count != 1)} came" if count else "no document of a back end came"
        yield f"the collector at {collector} was listened to: {came} while the scenarios ran"
