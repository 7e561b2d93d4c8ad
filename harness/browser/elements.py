"""Use the one element that matches: at once if it is clearly usable, otherwise through Playwright.

Playwright runs a large script of its own in each document in which it searches for an element. Without it, a page takes a third
less processor time. Playwright does everything that needs waiting.
"""

import asyncio
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any, Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.browser_names import FIREFOX

Element = str | dict[str, str]
"""A selector, or a role and a name as in `actions.ROLES`."""

_USE = "([element, method, ...values]) => window[Symbol.for('harness')].use(element, method, ...values)"
_TAGS = """elements => elements.map(element => {
    const text = (element.innerText || element.value || '').replace(/\\s+/g, ' ').trim().slice(0, 60);
    return element.cloneNode(false).outerHTML.replace(/><\\/.*$/, '>').slice(0, 160) + (text ? ` "${text}"` : '');
})"""
_TEXTS = "all => all.map(one => one.matches('input, select, textarea') ? one.value : one.textContent)"
_NAMES = """elements => elements.filter(element => element.getClientRects().length).map(element =>
    (element.getAttribute('aria-label') || element.innerText || element.value || element.title || '')
        .replace(/\\s+/g, ' ').trim().slice(0, 60)).filter(Boolean)"""
_TAGS_OF: Final = {
    "button": "button, [role=button], input:is([type=submit], [type=button], [type=image], [type=reset]), summary",
    "link": "a[href], [role=link]",
}
_MOST_NAMES: Final = 6
_HINT = "Look at the screenshot, then correct the selector or the step."


class ElementError(Exception):
    """An element that could not be used, and a hint."""

    def __init__(self, message: str, *, hint: str = _HINT) -> None:
        super().__init__(message)
        self.hint = hint


async def use(page: Page, element: Element, method: str, *values: str, timeout: float) -> None:
    """Apply the `method` of a Playwright locator to the one element that matches, within `timeout` seconds.

    A page without any answer gets three times as long: a slow machine may be the cause, and the element is not missing.
    ElementError if no or several elements match, or it is not usable; other errors are Playwright's.
    """
    answer_s = 3 * timeout
    try:
        async with asyncio.timeout(answer_s):
            if await _use_at_once(page, element, method, *values):
                return
    except TimeoutError as error:
        message = f"{element_name(element)}: the page gave no answer for {answer_s:g} s after {method} on {page.url}"
        raise ElementError(message, hint="Check the page's scripts for an endless loop.") from error
    await _use_by_playwright(page, element, method, *values, timeout=timeout)


async def is_present(page: Page, element: Element) -> bool:
    return await (await find(page, element)).count() > 0


async def find(page: Page, element: Element) -> Locator:
    """A Playwright locator of all present matches: if no button has exactly the name, those whose name contains it."""
    exact = locate(page, element)
    if isinstance(element, str) or "button" not in element or await exact.count():
        return exact
    containing = locate(page, element, exact=False)
    return containing if await containing.count() else exact


async def read_text(page: Page, element: Element, *, timeout: float) -> str:
    """The value of a field or the text of an element. ElementError unless exactly one matches within `timeout` seconds."""
    locator = await _wait_for(page, element, timeout=timeout)
    texts: list[str] = await locator.evaluate_all(_TEXTS)
    if len(texts) != 1:
        found = f"matches {len(texts)} elements" if texts else "matches nothing"
        raise ElementError(f"{element_name(element)} {found} on {page.url}")
    return texts[0]


async def describe_matches(page: Page, element: Element, *, timeout: float) -> str:
    """Describe the matches, as soon as there is one, within `timeout` seconds: their number, tag and text."""
    try:
        locator = await _wait_for(page, element, timeout=timeout)
        tags: list[str] = await locator.evaluate_all(_TAGS)
    except PlaywrightError as error:
        return f"is no valid selector: {error.message.splitlines()[0]}"
    if not tags:
        return "matches nothing"
    return tags[0] if len(tags) == 1 else f"matches {len(tags)}: {', '.join(tags[:3])}"


def locate(page: Page, element: Element, *, exact: bool = True) -> Locator:
    """A Playwright locator of all matches; `exact` is whether a name is the whole name, in the same case."""
    if isinstance(element, str):
        return page.locator(element)
    role, name = next(iter(element.items()))
    if role == "link":
        return page.get_by_role("link", name=name, exact=exact)
    if role == "button":
        return page.get_by_role("button", name=name, exact=exact)
    return page.get_by_label(name, exact=exact) if role == "label" else page.get_by_text(name, exact=exact)


def element_name(element: Element) -> str:
    if isinstance(element, str):
        return f"the selector {element!r}"
    role, name = next(iter(element.items()))
    return f'the {role} "{name}"'


async def _use_at_once(page: Page, element: Element, method: str, *values: str) -> bool:
    """Use the element without Playwright's search, and return whether that was possible."""
    arguments = values if method in ("select_option", "fill") else ()
    ready: Any = None
    with suppress(PlaywrightError):  # the page has just been replaced
        ready = await page.evaluate(_USE, [element, method, *arguments])
    if not ready:
        return False
    if method == "click":
        await page.mouse.click(ready["x"], ready["y"])
    elif method == "fill" and values[0]:
        await page.keyboard.insert_text(values[0])
    elif method == "fill":
        await page.keyboard.press("Delete")
    elif method == "press":
        await page.keyboard.press(values[0])
    return True


async def _use_by_playwright(page: Page, element: Element, method: str, *values: str, timeout: float) -> None:
    locator = await _wait_for(page, element, timeout=timeout)
    if not await locator.count():
        raise ElementError(f"{element_name(element)} matches nothing on {page.url}{await _near_names(page, element)}")
    try:
        if method == "fill" and _appends_on_fill(page):
            await locator.fill("", timeout=timeout * 1000)
        await getattr(locator, method)(*values, timeout=timeout * 1000)
    except PlaywrightTimeout as error:
        if await locator.count() == 0:
            raise ElementError(f"{element_name(element)} matches nothing on {page.url}") from error
        raise ElementError(
            f"{element_name(element)} cannot be used with {method}: hidden, covered or disabled on {page.url}"
        ) from error
    except PlaywrightError as error:
        if "strict mode violation" not in error.message:
            raise
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(await locator.evaluate_all(_NAMES)))
        message = f"{element_name(element)} matches {await locator.count()} elements on {page.url}"
        hint = "Make the selector match only one element."
        if isinstance(element, str) or not names:
            raise ElementError(message, hint=hint) from error
        raise ElementError(f"{message}: {names}", hint="Write the full name, or a selector.") from error


async def _wait_for(page: Page, element: Element, *, timeout: float) -> Locator:
    """The matches, as soon as there is one, within `timeout` seconds."""
    is_button = isinstance(element, dict) and "button" in element
    expected = locate(page, element, exact=not is_button)
    with suppress(PlaywrightTimeout):
        await expected.first.wait_for(state="attached", timeout=timeout * 1000)
    return await find(page, element)


async def _near_names(page: Page, element: Element) -> str:
    """The names of the page's buttons or links, the closest first, as the end of a message."""
    role, name = ("", "") if isinstance(element, str) else next(iter(element.items()))
    if role not in _TAGS_OF:
        return ""
    with suppress(PlaywrightError):  # the page has gone
        names = list(dict.fromkeys(await page.locator(_TAGS_OF[role]).evaluate_all(_NAMES)))
        if not names:
            return f"; the page has no {role}s"
        near = sorted(names, key=lambda other: -SequenceMatcher(None, name.lower(), other.lower()).ratio())
        listed = ", ".join(f'"{other}"' for other in near[:_MOST_NAMES])
        return f"; the closest {role}s are {listed}" if len(near) > _MOST_NAMES else f"; its {role}s are {listed}"
    return ""


def _appends_on_fill(page: Page) -> bool:
    """Whether Playwright's fill appends to a field without a text selection, such as an e-mail field."""
    browser = page.context.browser
    return browser is not None and browser.browser_type.name == FIREFOX
