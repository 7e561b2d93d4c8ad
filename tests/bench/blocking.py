"""How long the built-in tracker keeps a page's main thread when it loads: compiled, run, the page called, the events on their way."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page, Route

from harness.browser import driver, launched
from harness.programs import find_browser

STORE = "https://shop.test/"
_PAGE = """<!doctype html><title>A page</title>
<script>
  function jirafe_deferred(jirafe_api) { jirafe_api.pageview('', '7', 'product', {product: {product_code: '1', name: 'Tumbler'}}) }
  const began = performance.now();
</script>
<script>%s</script>
<script>const took = performance.now() - began;</script>
<p>Text"""
"""Between two scripts of a page everything that is due has run: what an answer brings about later is not the load."""

_TRACKERS_PLACE = 1
"""Which of the page's scripts it is."""


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """Milliseconds by the page's clock, and of the main thread's processor time, which other load changes less."""

    clock: float
    processor: float


async def blocked(script: str, *, shoppers: int) -> tuple[Sequence[Blocked], Sequence[Blocked]]:
    """The first page of so many shoppers, in a new process each, and the page after it."""
    async with driver() as playwright:
        choice = find_browser(playwright)
        async with launched(choice, playwright, headed=False, slow_mo_ms=0, spki="") as browser:
            pairs = [await _visit(browser, _PAGE % script) for _ in range(shoppers)]
    return [first for first, _second in pairs], [second for _first, second in pairs]


async def _visit(browser: Browser, html: str) -> tuple[Blocked, Blocked]:
    context = await browser.new_context()
    page = await context.new_page()
    await page.route("**/*", lambda route: _answer(route, html))
    both = await _load(browser, page), await _load(browser, page)
    await context.close()
    return both


async def _load(browser: Browser, page: Page) -> Blocked:
    await browser.start_tracing(page=page, categories=["devtools.timeline"])
    async with page.expect_request(lambda request: request.method == "POST"):  # it has done its work
        await page.goto(STORE)
    clock = float(await page.evaluate("took"))
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    return Blocked(clock=clock, processor=_scripts(events)[_TRACKERS_PLACE]["tdur"] / 1000)


def _scripts(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The page's own scripts as they ran."""
    ran = [event for event in events if event["name"] == "EvaluateScript" and event["args"]["data"].get("url") == STORE]
    return sorted(ran, key=lambda event: event["ts"])


async def _answer(route: Route, html: str) -> None:
    if route.request.url == STORE:
        await route.fulfill(body=html, content_type="text/html; charset=utf-8")
    else:
        await route.fulfill(body="", headers={"Access-Control-Allow-Origin": "*"})
