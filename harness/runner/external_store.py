"""Access to an external store, and the notes about it for the report."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from harness.browser.access import Access, open_context
from harness.browser.errors import first_line
from harness.browser.navigation_errors import explain_navigation_error, explain_unauthorized
from harness.capture.socks_proxy import socks_proxy
from harness.capture.upstream import Upstream, is_tracker_host, read_proxy_environment
from harness.errors import ServerError, UsageError
from harness.protocol import TrackerProtocol
from harness.results import ScenarioResult
from harness.runner.action_effects import CART_ACTIONS
from harness.scenario.target import Target

_FIRST_PAGE_TIMEOUT_S = 30.0


def upstream_for(target: Target, protocol: TrackerProtocol) -> Upstream | None:
    """The connection to the store, by the proxies of the environment; None for the built-in store.

    UsageError if the target is the tracker's own host.
    """
    if target.is_built_in:
        return None
    upstream = read_proxy_environment(partial(is_tracker_host, protocol=protocol, live=False))
    if any(map(upstream.is_blocked, target.hosts)):
        raise UsageError(
            f"{target.file}: {target.url} is the tracker's own host, not a store; the harness never sends there"
        )
    return upstream


async def reach(browser: Browser, target: Target, upstream: Upstream, access: Access) -> None:
    """Open the store's first page, once for all scenarios. ServerError if that fails."""
    url = target.address("home" if "home" in target.pages else "/")
    has_user = access.user is not None
    async with socks_proxy({}, on_refused=lambda _address: None, fallback=upstream) as proxy:
        context = await open_context(browser, proxy=proxy, url=target.url, access=access)
        try:
            page = await context.new_page()
            timeout_ms = _FIRST_PAGE_TIMEOUT_S * 1000
            response = await page.goto(access.with_credentials(url), wait_until="commit", timeout=timeout_ms)
        except PlaywrightError as error:
            why = explain_navigation_error(
                url, first_line(error), failures=upstream.failures, timeout=_FIRST_PAGE_TIMEOUT_S, user_given=has_user
            )
            raise ServerError(f"{target.file}: {why}") from error
        finally:
            with suppress(PlaywrightError):
                await context.close()
    if response is not None and response.status == 401:
        raise ServerError(f"{target.file}: {explain_unauthorized(url, user_given=has_user)}")


def notes(
    results: Sequence[ScenarioResult],
    target: Target,
    protocol: TrackerProtocol,
    *,
    script_name: str,
    collector: str | None,
) -> tuple[str, ...]:
    """What a reader must know to trust a verdict on an external store, or on the beacons of a running collector."""
    return (
        *_store_notes(target, protocol, script_name),
        *(_collector_notes(results, target, collector) if collector is not None else ()),
    )


def _store_notes(target: Target, protocol: TrackerProtocol, script_name: str) -> Iterator[str]:
    if target.is_built_in:
        return
    yield f"the store is {target.name}, {target.url}, as {target.file} describes it"
    yield f"{protocol.script_host} was replaced by {script_name}: the real script may behave differently"
    if target.ledger is None:
        yield "the store has no ledger: its own data on pages, carts and orders was not compared with the beacons"
        yield from unchecked_events(target)


def unchecked_events(target: Target) -> Iterator[str]:
    """The events of a store without a ledger that no action or fact of its target implies."""
    missing = [name for name in CART_ACTIONS if name not in target.actions and name not in target.external.lacks]
    if not any(name in target.actions for name in CART_ACTIONS):
        names = " and no ".join(f'"{name}"' for name in CART_ACTIONS)
        yield f"cart events are not checked: this store has no ledger and the target names no {names}"
    elif missing:
        names = " and no ".join(f'"{name}"' for name in missing)
        yield f"cart events are checked only in part: this store has no ledger and the target names no {names}"
    has_number = any(fact.name == "$order.number" for fact in target.external.facts)
    if target.external.allows_orders and not has_number:
        yield "order events are checked only where a scenario expects them: the target has no fact order.number"


def _collector_notes(results: Sequence[ScenarioResult], target: Target, collector: str) -> Iterator[str]:
    if target.is_built_in:
        yield f"the browser's beacons were forwarded to {collector}; documents that back ends sent there were checked, too"
    elif any(result.verdict != "not-run" for result in results):
        count = sum(result.documents for result in results)
        received = f"{count} document{'s' * (count != 1)}" if count else "no document of a back end"
        yield f"the collector at {collector} received {received} while the scenarios ran"
