"""The script that runs first in every document: clock, visibility, requests, elements."""

import base64
from typing import Any
from urllib.parse import quote

import pytest
from playwright.async_api import Page
from support.script_page import Try, evaluate

from harness.browser import elements
from harness.browser.elements import Element, ElementError, use
from harness.browser.launch import limit_painting
from harness.browser.visibility import kill, set_hidden

MOVE_ON = "window[Symbol.for('harness')].advance"
HALF_A_MINUTE = 30_000


@pytest.mark.parametrize(
    "reading",
    [
        *("Date.now()", "+new Date()", "+new (class extends Date {})()", "+new Date(Date())", "performance.now()"),
        *("new Event('x').timeStamp", "await new Promise(requestAnimationFrame)"),
    ],
)
def test_every_clock_advances(on_page: Try, reading: str) -> None:
    script = f"const before = {reading}; await {MOVE_ON}({HALF_A_MINUTE}); return {reading} - before"
    assert HALF_A_MINUTE - 1_000 <= evaluate(on_page, script) < HALF_A_MINUTE + 10_000


def test_explicit_dates_are_unchanged(on_page: Try) -> None:
    script = f"""await {MOVE_ON}({HALF_A_MINUTE});
        return [+new Date(5), new Date(2000, 0).getFullYear(), Date.UTC(1970, 0, 2), new Date() instanceof Date,
            new Date().constructor === Date, typeof Date()]"""
    assert evaluate(on_page, script) == [5, 2000, 86_400_000, True, True, "string"]


def test_advancing_twice_to_the_same_moment_advances_once(on_page: Try) -> None:
    script = f"""const before = Date.now();
        await Promise.all([{MOVE_ON}({HALF_A_MINUTE}), {MOVE_ON}({HALF_A_MINUTE}), {MOVE_ON}(10)]); return Date.now() - before"""
    assert evaluate(on_page, script) < HALF_A_MINUTE + 10_000


def test_due_timers_run_once_and_in_order(on_page: Try) -> None:
    script = f"""const ran = [], note = name => ran.push(name);
        setTimeout(note, 29_000, 'late'); setTimeout(note, 700, 'soon');
        setInterval(note, 5_000, 'again'); setTimeout(note, 31_000, 'never');
        await {MOVE_ON}({HALF_A_MINUTE}); return ran"""
    assert evaluate(on_page, script) == ["soon", "again", "late"]


def test_timer_that_is_not_due_keeps_its_remaining_time(on_page: Try) -> None:
    script = f"""let ran = 0; const done = new Promise(next => setTimeout(() => next(++ran), {HALF_A_MINUTE} + 50));
        await {MOVE_ON}({HALF_A_MINUTE}); const before = ran; await done; return [before, ran]"""
    assert evaluate(on_page, script) == [0, 1]


def test_cleared_timer_does_not_run(on_page: Try) -> None:
    script = f"""let ran = 0; const one = setTimeout(() => ran++, 10_000), other = setInterval(() => ran++, 10_000);
        clearTimeout(other); clearInterval(String(one)); await {MOVE_ON}({HALF_A_MINUTE}); return ran"""
    assert evaluate(on_page, script) == 0


def test_timers_accept_text_odd_delays_and_arguments(on_page: Try) -> None:
    script = f"""window.ran = []; setTimeout("ran.push('text')", 5); setTimeout((...values) => ran.push(...values), 'x', 1, 2);
        setTimeout(function () {{ ran.push(this === window) }}, 2 ** 40); await {MOVE_ON}({HALF_A_MINUTE}); return ran"""
    assert sorted(map(str, evaluate(on_page, script))) == ["1", "2", "True", "text"]


def test_error_in_a_timer_is_a_page_error(on_page: Try) -> None:
    script = f"""const error = new Promise(next => addEventListener('error', event => next(event.message)));
        setTimeout(() => {{ throw new Error('mine') }}, 10_000); await {MOVE_ON}({HALF_A_MINUTE}); return error"""
    assert "mine" in evaluate(on_page, script)


FORM = """
    <style>body {margin: 0} .far {margin-top: 3000px} @keyframes move {to {translate: 90vw}} .moving {animation: move 60s}</style>
    <form onsubmit="did('submit'); return false">
      <a href="#there" onclick="did('link')">A  link</a> <a href="#twice">Twice</a> <a href="#twice">Twice</a>
      <input id="text" value="old" oninput="did(value)" onkeydown="did(event.key)"> <input id="fixed" value="old" readonly>
      <input id="day" type="date" oninput="did(value)">
      <select id="size" onchange="did(value)"><option value="s">Small</option><option value="l">Large</option></select>
      <button type="button" onclick="did('plain')">Plain</button> <button type="button" disabled onclick="did('off')">Off</button>
      <button type="button" onclick="did('icon')"><b>Icon</b></button>
      <div class="far"><button type="button" id="far" onclick="did('far')">Far</button></div>
    </form>"""

AT_ONCE: dict[str, tuple[Element, str, tuple[str, ...], list[str]]] = {
    "a link by its name": ({"link": "A link"}, "click", (), ["link"]),
    "a link by its text": ('form a:text-is("A link")', "click", (), ["link"]),
    "a button by its name": ({"button": "Plain"}, "click", (), ["plain"]),
    "a button far below": ("#far", "click", (), ["far"]),
    "a field to fill": ("#text", "fill", ("new",), ["new"]),
    "a field to empty": ("#text", "fill", ("",), ["Delete", ""]),
    "a key in a field": ("#text", "press", ("Enter",), ["Enter"]),
    "a list by value": ("#size", "select_option", ("l",), ["l"]),
    "a list by label": ("#size", "select_option", ("Large",), ["l"]),
}

WITH_PATIENCE: dict[str, tuple[str, Element, str, tuple[str, ...], list[str]]] = {
    "a part of a button's name, in another case": ("", {"button": "PLAI"}, "click", (), ["plain"]),
    "a whole name that is also a part of others": (
        "document.querySelector('#far').textContent = 'Plain and far'; document.querySelector('b').ariaLabel = 'Plain'",
        {"button": "Plain"},
        "click",
        (),
        ["plain"],
    ),
    "a date": ("", "#day", "fill", ("2026-01-02",), ["2026-01-02"]),
    "a name in an inner element": ("", {"button": "Icon"}, "click", (), ["icon"]),
    "a name only for assistive technology": (
        "document.querySelector('#far').ariaLabel = 'Buy'",
        {"button": "Buy"},
        "click",
        (),
        ["far"],
    ),
    "the first of several": ("", "a >> nth=0", "click", (), ["link"]),
    "an element covered for a moment": (
        "const cover = document.createElement('div'); cover.style = 'position: fixed; inset: 0'; document.body.append(cover);"
        " window[Symbol.for('harness')].setTimeout(() => cover.remove(), 200)",
        {"button": "Plain"},
        "click",
        (),
        ["plain"],
    ),
    "an element that appears later": (
        "const late = document.createElement('button'); late.id = 'late'; late.type = 'button'; late.onclick = () => did('late');"
        " window[Symbol.for('harness')].setTimeout(() => document.body.prepend(late), 200)",
        "#late",
        "click",
        (),
        ["late"],
    ),
}

IMPOSSIBLE: dict[str, tuple[str, Element, str, tuple[str, ...], str]] = {
    "nothing": ("", "#none", "click", (), "the selector '#none' matches nothing on"),
    "two": ("", {"link": "Twice"}, "click", (), 'the link "Twice" matches 2 elements on'),
    "a name with near matches": (
        "",
        {"button": "Plane"},
        "click",
        (),
        'the button "Plane" matches nothing on data:text/html,<!doctype html><title>Empty</title>; '
        'its buttons are "Plain", "Far", "Icon", "Off"',
    ),
    "a name without near matches": ("", {"label": "Plane"}, "click", (), 'the label "Plane" matches nothing on'),
    "a part of several names": (
        "document.querySelector('#far').textContent = 'Plainly'; document.querySelector('b').textContent = 'Complain'",
        {"button": "lain"},
        "click",
        (),
        ': "Plain", "Complain", "Plainly"',
    ),
    "disabled": ("", {"button": "Off"}, "click", (), "cannot be used with click: hidden, covered or disabled on"),
    "read-only": ("", "#fixed", "fill", ("new",), "cannot be used with fill: hidden, covered or disabled on"),
    "always moving": (
        "document.querySelector('#far').className = 'moving'",
        "#far",
        "click",
        (),
        "cannot be used with click",
    ),
    "a click that never ends": (
        "window.did = () => { for (;;); }",
        "#far",
        "click",
        (),
        "the page gave no answer for 3 s after click on",
    ),
}


def used(on_page: Try, prepare: str, element: Element, method: str, values: tuple[str, ...], timeout: float) -> Any:
    """Use an element of the form, and return the page's events."""

    async def do(page: Page) -> Any:
        await page.set_content("<script>const all = []; var did = what => all.push(what)</script>" + FORM)
        await page.evaluate(f"{prepare}; 0")
        await use(page, element, method, *values, timeout=timeout)
        return await page.evaluate("all")

    return on_page(do)


@pytest.mark.parametrize("case", AT_ONCE)
def test_clear_element_is_used_at_once(on_page: Try, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.setattr(elements, "_use_by_playwright", None)
    element, method, values, noticed = AT_ONCE[case]
    assert used(on_page, "", element, method, values, timeout=30) == noticed


@pytest.mark.parametrize("case", WITH_PATIENCE)
def test_unclear_element_is_used_by_playwright(on_page: Try, case: str) -> None:
    prepare, element, method, values, noticed = WITH_PATIENCE[case]
    assert used(on_page, prepare, element, method, values, timeout=30) == noticed


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_unusable_element_is_an_error(on_page: Try, case: str) -> None:
    prepare, element, method, values, message = IMPOSSIBLE[case]
    with pytest.raises(ElementError) as caught:
        used(on_page, prepare, element, method, values, timeout=1)
    assert message in str(caught.value)


_NOTE = """() => {
    window.events = [];
    document.addEventListener('visibilitychange', () => events.push([document.visibilityState, document.hidden]));
}"""


def test_page_gets_one_event_when_hidden_and_one_when_shown(on_page: Try) -> None:
    async def look_away_and_back(page: Page) -> Any:
        await page.evaluate(_NOTE)
        for is_hidden in (True, True, False, False):
            await set_hidden(page, is_hidden=is_hidden)
        return await page.evaluate("[events, document.visibilityState]")

    assert on_page(look_away_and_back) == [[["hidden", True], ["visible", False]], "visible"]


def test_kill_ends_only_one_page(on_page: Try) -> None:
    async def end_one(page: Page) -> Any:
        await kill(page, timeout=10)
        other = await page.context.new_page()
        return page.is_closed(), await other.evaluate("1 + 1")

    assert on_page(end_one) == (True, 2)


def test_answer_is_pending_until_it_has_been_read(on_page: Try) -> None:
    script = """const {pending} = window[Symbol.for('harness')], reading = new Response('x').text(), before = pending();
        return [before, await reading, pending()]"""
    assert evaluate(on_page, script) == [1, "x", 0]


_SHOP_WINDOW = """<!doctype html><body style="margin: 0; height: 5000px; background: linear-gradient(red, blue)">
    <script>addEventListener('resize', () => { window.resized = true })</script>
    <div id="half" style="position: absolute; left: 1200px; top: 650px; width: 160px; height: 140px; background: lime"></div>
    <button style="position: absolute; left: 900px; top: 600px" onclick="window.clicked = true">Buy</button>"""
_FOUND = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const seen = await new Promise(tell => new IntersectionObserver(([entry]) => tell(entry)).observe(half));
    scrollTo(0, 1e6);
    await frame(), await frame();
    const bottom = scrollY;
    scrollTo(0, 0);
    return {
        sizes: [innerWidth, innerHeight, outerWidth, outerHeight, screen.width, visualViewport.width, devicePixelRatio],
        hit: document.elementFromPoint(1250, 700).id, seen: [seen.intersectionRatio, seen.rootBounds.toJSON()], bottom,
        focus: document.hasFocus(), visibility: document.visibilityState, resized: Boolean(window.resized), clicked: window.clicked,
    };
}"""


def size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_unpainted_page_sees_no_difference_and_has_a_complete_screenshot(on_page: Try) -> None:
    async def visited(page: Page, *, is_drawn: bool) -> Any:
        if not is_drawn:
            await limit_painting(page)
        await page.goto(f"data:text/html,{quote(_SHOP_WINDOW)}")
        await page.mouse.click(910, 610)
        found = await page.evaluate(_FOUND)
        session = await page.context.new_cdp_session(page)
        drawn = base64.b64decode((await session.send("Page.captureScreenshot"))["data"])
        return found, await page.screenshot(), size(drawn)

    drawn, picture, whole = on_page(lambda page: visited(page, is_drawn=True))
    undrawn, its_picture, point = on_page(lambda page: visited(page, is_drawn=False))
    assert (whole, point) == ((1280, 720), (1, 1))
    assert drawn == undrawn
    assert (drawn["sizes"][:2], drawn["seen"][0], drawn["hit"], drawn["clicked"]) == ([1280, 720], 0.25, "half", True)
    assert its_picture == picture
