"""Measure how long the built-in tracker blocks the main thread of a page until its events are sent.

The page loads the script asynchronously, as shops do. Only tasks of the main thread in which the tracker runs count, each in full:
between two tasks the page can handle input.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page, Route

from harness.browser.discovery import find_browser
from harness.browser.launch import driver, launch_browser

STORE = "https://shop.test/"
TRACKER = f"{STORE}jirafe_api.js"
_PAGE = f"""<!doctype html><title>A page</title>
<script>
  function jirafe_deferred(jirafe_api) {{ jirafe_api.pageview('', '7', 'product', {{product: {{product_code: '1', name: 'Tumbler'}}}}) }}
</script>
<script async src="{TRACKER}"></script>
<p>Text"""


@dataclass(frozen=True, kw_only=True)
class Blocked:
    """Milliseconds of the longest task, its processor time, and the sum of all tasks."""

    longest: float
    processor: float
    together: float


async def blocked(script: str, *, shoppers: int) -> tuple[Sequence[Blocked], Sequence[Blocked]]:
    """The first and the second page of each shopper; each shopper has a new process."""
    async with driver() as playwright:
        choice = find_browser(playwright)
        async with launch_browser(choice, playwright, headed=False, slow_mo_ms=0, spki="") as browser:
            pairs = [await _visit(browser, script) for _ in range(shoppers)]
    return [first for first, _second in pairs], [second for _first, second in pairs]


async def _visit(browser: Browser, script: str) -> tuple[Blocked, Blocked]:
    context = await browser.new_context()
    page = await context.new_page()
    await page.route("**/*", lambda route: _answer(route, script))
    both = await _load(browser, page), await _load(browser, page)
    await context.close()
    return both


async def _load(browser: Browser, page: Page) -> Blocked:
    await browser.start_tracing(page=page, categories=["devtools.timeline"])
    async with page.expect_request(lambda request: request.method == "POST"):  # the tracker has finished
        await page.goto(STORE)
    tasks = _tasks(json.loads(await browser.stop_tracing())["traceEvents"])
    return Blocked(
        longest=max(task["dur"] for task in tasks) / 1000,
        processor=max(task["tdur"] for task in tasks) / 1000,
        together=sum(task["dur"] for task in tasks) / 1000,
    )


def _tasks(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tasks in which the tracker of this page ran, without those of the previous page."""
    runs = [
        event for event in events if event["name"] in {"EvaluateScript", "FunctionCall"} and _place(event) == TRACKER
    ]
    begins = max(run["ts"] for run in runs if run["name"] == "EvaluateScript")
    tasks = [
        event
        for event in events
        if event["name"] in {"EvaluateScript", "TimerFire", "EventDispatch"} and "tdur" in event
    ]
    return [task for task in tasks if any(run["ts"] >= begins and _is_within(run, task) for run in runs)]


def _place(event: dict[str, Any]) -> str | None:
    return event["args"]["data"].get("url")


def _is_within(run: dict[str, Any], task: dict[str, Any]) -> bool:
    same_thread = (run["pid"], run["tid"]) == (task["pid"], task["tid"])
    return same_thread and task["ts"] <= run["ts"] < task["ts"] + task["dur"]


async def _answer(route: Route, script: str) -> None:
    if route.request.url == STORE:
        await route.fulfill(body=_PAGE, content_type="text/html; charset=utf-8")
    elif route.request.url == TRACKER:
        await route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
    else:
        await route.fulfill(body="", headers={"Access-Control-Allow-Origin": "*"})
