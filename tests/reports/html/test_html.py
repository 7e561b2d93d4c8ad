"""The HTML report, as text and in a real browser."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page
from support import tracker_store
from support.sample_results import event, failing_run, large_run, missing, passing_run, picture, single, wrong_type

from harness.findings import Evidence, Finding, NearestEvent
from harness.json_matching import Difference
from harness.reports.html import render
from harness.results import RunResult, ScenarioResult

HOSTILE = (
    "</script><script>window.owned = 1</script><img src=https://evil.test/x onerror='window.owned = 1'>"
    "\"'><svg onload=window.owned=1></style><style>@import 'https://evil.test/y'</style>"
    "<!-- --><base href=https://evil.test/>&lt;\u2028\u2029\ud800\x00\u202e{{ 7 * 7 }}javascript:alert(1)"
)


def hostile_run() -> RunResult:
    """A run in which everything that could come from the wire, a page or a file is hostile."""
    view = event(12, 0.5, HOSTILE, {HOSTILE: HOSTILE, "page_type": HOSTILE})
    finding = Finding(
        code="wrong-value",
        message=HOSTILE,
        hint=HOSTILE,
        step=2,
        place=HOSTILE,
        evidence=Evidence(
            event=HOSTILE,
            pointer=f"/data/0/{HOSTILE.replace('~', '~0').replace('/', '~1')}",
            url=HOSTILE,
            beacon=12,
            value=HOSTILE,
            allowed=HOSTILE,
            nearest_event=NearestEvent(beacon=12, event=HOSTILE, body={}),
            differences=(Difference(HOSTILE, HOSTILE, HOSTILE),),
        ),
    )
    run = single(finding, events=[view], name=HOSTILE, notes=(HOSTILE,), browser={"name": HOSTILE, "version": HOSTILE})
    scenario = run.scenarios[0]
    step = replace(scenario.steps[0], title=HOSTILE, url=HOSTILE, screenshot=picture(8, 8))
    hostile = replace(scenario, file=HOSTILE, tags=(HOSTILE,), steps=(step,))
    skipped = ScenarioResult(name=HOSTILE, file=HOSTILE, tags=(), verdict="not-run", reason=HOSTILE)
    return replace(run, command=HOSTILE, scenarios=(hostile, skipped))


class Outline(HTMLParser):
    """What a parser sees: ids, links, and anything that could load or run."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.tags if attribute in attributes]


def test_the_title_is_the_verdict() -> None:
    assert "<title>FAIL: 2 of 5 scenarios failed, 1 not run</title>" in render(failing_run())
    assert "<h1>All 14 scenarios passed</h1>" in render(passing_run())


@pytest.mark.parametrize(
    "run", [failing_run(), passing_run(), hostile_run(), RunResult(seed=0, command="", duration_s=0)]
)
def test_nothing_in_the_file_loads_from_anywhere(run: RunResult) -> None:
    outline = Outline(render(run))
    assert {tag for tag, _ in outline.tags}.isdisjoint({"base", "iframe", "object", "embed", "audio", "video"})
    assert all(source.startswith("data:image/png;base64,") for source in outline.values("src"))
    assert all(link.startswith("#") or link == "data:," for link in outline.values("href"))
    assert [tag for tag, _ in outline.tags].count("script") == 1
    assert not any(name.startswith("on") or name == "style" for _, attributes in outline.tags for name in attributes)


@pytest.mark.parametrize("run", [failing_run(), passing_run(), hostile_run()])
def test_every_link_leads_somewhere_and_no_id_is_there_twice(run: RunResult) -> None:
    outline = Outline(render(run))
    ids = outline.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in outline.values("href") if link.startswith("#")} <= set(ids)


def test_a_finding_links_to_the_value_in_the_body() -> None:
    assert '<a href="#s2b12/data/0/page_type">' in render(failing_run())


def test_a_difference_links_to_the_field_of_the_nearest_event() -> None:
    assert '<a href="#s2b14/data/0/line_item/sku_code">' in render(failing_run())


def test_a_missing_event_is_shown_at_its_step() -> None:
    page = render(single(missing("visit")))
    assert '<p class="here error"><a href="#s1f1">visit did not arrive</a></p>' in page
    assert wrong_type("x").message not in page


def test_a_beacon_seen_in_two_steps_is_shown_once_and_linked_then() -> None:
    run = single(events=[event(3, 0.1, "visit")])
    first = run.scenarios[0].steps[0]
    again = replace(run, scenarios=(replace(run.scenarios[0], steps=(first, replace(first, number=3))),))
    page = render(again)
    assert page.count('id="s1b3"') == 1
    assert 'class="beacon again"><a href="#s1b3">' in page


def test_the_text_can_always_be_written_as_utf8() -> None:
    render(hostile_run()).encode("utf-8")


def test_notes_and_reasons_are_shown() -> None:
    page = render(replace(failing_run(), notes=("certificates were not checked",)))
    assert "certificates were not checked" in page
    assert "the back/forward cache needs full Chromium" in page


def test_a_thousand_bodies_stay_small() -> None:
    assert len(render(large_run(1000))) < 6_000_000


# In a browser


Visit = Callable[..., list[str]]


chromium = tracker_store.loop_and_browser


@pytest.fixture
def visit(chromium: tuple[asyncio.Runner, Browser], tmp_path: Path) -> Visit:
    """Open the report, do something with it; the requests, errors and refusals that were seen."""
    runner, browser = chromium

    def visit(run: RunResult, act: Callable[[Page], Awaitable[None]], **context: Any) -> list[str]:
        path = tmp_path / "report.html"
        path.write_text(render(run), encoding="utf-8")
        return runner.run(_visit(browser, path.as_uri(), act, context))

    return visit


async def _visit(
    browser: Browser, url: str, act: Callable[[Page], Awaitable[None]], context: dict[str, Any]
) -> list[str]:
    seen: list[str] = []
    page = await browser.new_page(**context)
    page.on("request", lambda request: seen.append(request.url))
    page.on("pageerror", lambda error: seen.append(str(error)))
    page.on("console", lambda message: seen.append(message.text))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    await page.goto(url)
    await act(page)
    await page.close()
    return [item for item in seen if item.partition("#")[0] != url and not item.startswith("data:")]


def test_no_script_from_the_wire_runs_and_no_request_is_made(visit: Visit) -> None:
    async def look_at_everything(page: Page) -> None:
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        await page.locator(".finding .facts a").first.click()
        await page.locator(".enlarge").first.click()
        assert await page.evaluate("window.owned") is None
        assert await page.locator("script").count() == 1
        assert await page.locator("body img").count() == 2

    assert visit(hostile_run(), look_at_everything) == []


def test_the_policy_stops_a_script_that_gets_in_all_the_same(visit: Visit) -> None:
    async def smuggle(page: Page) -> None:
        await page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'owned = 1'}))"
        )
        await page.evaluate("document.body.append(Object.assign(new Image, {src: 'https://evil.test/x'}))")
        assert await page.evaluate("window.owned") is None

    seen = visit(passing_run(), smuggle)
    assert any("script-src" in item for item in seen)
    assert any("img-src" in item for item in seen)


@pytest.mark.parametrize("javascript", [True, False], ids=["with script", "without"])
def test_a_pointer_opens_the_body_and_shows_the_value(visit: Visit, javascript: bool) -> None:
    async def follow(page: Page) -> None:
        await page.locator(".cause a[href='#s3b4/data/0/page_type']").click()
        value = page.locator("[id='s3b4/data/0/page_type']")
        await value.wait_for(state="visible")
        assert await value.inner_text() == '"page_type": "category",'
        assert await page.locator("pre :target").get_attribute("id") == "s3b4/data/0/page_type"

    assert visit(failing_run(), follow, java_script_enabled=javascript) == []


def test_the_keyboard_reaches_every_finding_and_its_value(visit: Visit) -> None:
    async def walk(page: Page) -> None:
        stops = await page.locator("[data-stop]").count()
        for _ in range(stops):
            await page.keyboard.press("j")
        assert await page.evaluate("document.activeElement.id") == "s3f2"
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("Enter")
        assert await page.evaluate("decodeURI(location.hash)") == "#s3b4/data/0/page_type"

    assert visit(failing_run(), walk) == []


def test_search_and_filter_choose_scenarios(visit: Visit) -> None:
    async def choose(page: Page) -> None:
        shown = page.locator(".scenario:not([hidden])")
        await page.keyboard.press("/")
        await page.keyboard.type("MISSING-event tumbler")
        assert await shown.evaluate_all("all => all.map((one) => one.id)") == ["s2"]
        await page.keyboard.press("Escape")
        await page.locator(".filter label", has_text="Not run").click()
        assert await shown.evaluate_all("all => all.map((one) => one.id)") == ["s5"]
        await page.keyboard.press("/")
        await page.keyboard.type("no such thing")
        assert await page.locator(".none").is_visible()

    assert visit(failing_run(), choose) == []


def test_a_link_to_a_scenario_that_is_filtered_out_brings_it_back(visit: Visit) -> None:
    async def follow(page: Page) -> None:
        await page.keyboard.press("f")
        assert not await page.locator("#s1").is_visible()
        await page.locator(".cause a[href='#s1f1']").click()
        await page.locator("#s1f1").wait_for(state="visible")

    assert visit(failing_run(), follow) == []


def test_a_screenshot_opens_large_and_closes_with_escape(visit: Visit) -> None:
    async def enlarge(page: Page) -> None:
        await page.evaluate("document.querySelector('#s2').open = true")
        await page.locator("#s2 .enlarge").first.focus()
        await page.keyboard.press("Enter")
        await page.locator("#picture img").wait_for(state="visible")
        await page.keyboard.press("Escape")
        await page.locator("#picture").wait_for(state="hidden")

    assert visit(failing_run(), enlarge) == []


@pytest.mark.parametrize("run", [failing_run(), passing_run(), hostile_run()], ids=["fail", "pass", "hostile"])
def test_nothing_is_wider_than_a_phone(visit: Visit, run: RunResult) -> None:
    async def measure(page: Page) -> None:
        await page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390

    assert visit(run, measure, viewport={"width": 390, "height": 844}) == []


def test_dark_mode_follows_the_system(visit: Visit) -> None:
    colours: list[str] = []

    async def look(page: Page) -> None:
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            colours.append(await page.evaluate("getComputedStyle(document.body).backgroundColor"))

    visit(passing_run(), look)
    light, dark = (sum(map(int, re.findall(r"\d+", colour))) for colour in colours)
    assert light > 600 > 150 > dark


def test_a_thousand_bodies_are_there_when_asked_for(visit: Visit) -> None:
    async def follow(page: Page) -> None:
        await page.locator("#s1f1 .facts a").click()
        await page.locator("[id='s1b1000/data/0/page_type']").wait_for(state="visible")

    assert visit(large_run(1000), follow) == []
