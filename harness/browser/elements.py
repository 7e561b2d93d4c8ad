"""Use the one element that is meant: at once where nothing stands in the way, else with all the patience of Playwright.

Playwright puts a large script of its own into each document where it looks for an element; to do without saves a third of the
processor time of a page. What is not plainly there and free to be used is left to it, with its waiting and its words.
"""

import asyncio
from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Locator, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from harness.browser_names import FIREFOX

Element = str | dict[str, str]
"""A selector, or a role and a name; see `actions.ROLES`."""

_USE = "([element, how, ...values]) => window[Symbol.for('harness')].use(element, how, ...values)"
_TAGS = """elements => elements.map(element => {
    const text = (element.innerText || element.value || '').replace(/\\s+/g, ' ').trim().slice(0, 60);
    return element.cloneNode(false).outerHTML.replace(/><\\/.*$/, '>').slice(0, 160) + (text ? ` "${text}"` : '');
})"""
_HINT = "look at the screenshot; mend the selector or the step"


class ElementError(Exception):
    """An element that could not be used: what of it, and what to do."""

    def __init__(self, message: str, *, hint: str = _HINT) -> None:
        super().__init__(message)
        self.hint = hint


async def use(page: Page, element: Element, method: str, *values: str, timeout: float) -> None:
    """Do what the `method` of a Playwright locator does to the one element that matches, within `timeout` seconds.

    A page that does not even answer gets three times as long: that may be the machine's fault, and the element is not missing.
    Raises ElementError where none or more than one does, or it cannot be used; other errors are Playwright's.
    """
    to_answer = 3 * timeout
    try:
        async with asyncio.timeout(to_answer):
            if await _use_at_once(page, element, method, *values):
                return
    except TimeoutError:
        message = f"{element_name(element)}: nothing moved for {to_answer:g} s after {method} on {page.url}"
        raise ElementError(message, hint="is there an endless loop in a script of the page?") from None
    await _use_with_patience(page, element, method, *values, timeout=timeout)


async def is_there(page: Page, element: Element) -> bool:
    """Whether anything on the page matches now."""
    return await locate(page, element).count() > 0


async def describe_matches(page: Page, element: Element, *, timeout: float) -> str:
    """What matches, once anything does, within `timeout` seconds: how many, and of the first its tag and its text."""
    locator = locate(page, element)
    try:
        with suppress(PlaywrightTimeout):
            await locator.first.wait_for(state="attached", timeout=timeout * 1000)
        tags: list[str] = await locator.evaluate_all(_TAGS)
    except PlaywrightError as error:
        return f"cannot be looked for: {error.message.splitlines()[0]}"
    if not tags:
        return "matches nothing"
    return tags[0] if len(tags) == 1 else f"matches {len(tags)}: {', '.join(tags[:3])}"


def locate(page: Page, element: Element) -> Locator:
    """All that matches, for Playwright."""
    if isinstance(element, str):
        return page.locator(element)
    role, name = next(iter(element.items()))
    if role == "link":
        return page.get_by_role("link", name=name, exact=True)
    if role == "button":
        return page.get_by_role("button", name=name, exact=True)
    return page.get_by_label(name, exact=True) if role == "label" else page.get_by_text(name, exact=True)


def element_name(element: Element) -> str:
    """The element in words."""
    if isinstance(element, str):
        return f"the selector {element!r}"
    role, name = next(iter(element.items()))
    return f'the {role} "{name}"'


async def _use_at_once(page: Page, element: Element, method: str, *values: str) -> bool:
    """Whether that could be done. An element for `fill` or `press` has the focus then, its text selected."""
    given = values if method in ("select_option", "fill") else ()
    ready: Any = None
    with suppress(PlaywrightError):  # the page has just been replaced
        ready = await page.evaluate(_USE, [element, method, *given])
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


async def _use_with_patience(page: Page, element: Element, method: str, *values: str, timeout: float) -> None:
    locator = locate(page, element)
    try:
        if method == "fill" and _adds_to_fields(page):
            await locator.fill("", timeout=timeout * 1000)
        await getattr(locator, method)(*values, timeout=timeout * 1000)
    except PlaywrightTimeout:
        if await locator.count() == 0:
            raise ElementError(f"{element_name(element)} matches nothing on {page.url}") from None
        raise ElementError(
            f"{element_name(element)} cannot be used with {method}: hidden, covered or disabled on {page.url}"
        ) from None
    except PlaywrightError as error:
        if "strict mode violation" not in error.message:
            raise
        message = f"{element_name(element)} matches {await locator.count()} elements on {page.url}"
        raise ElementError(message, hint="make the selector narrower, so that it matches one") from None


def _adds_to_fields(page: Page) -> bool:
    """Whether Playwright, asked to fill a field that knows no selection (such as one for e-mail), adds to what is in it."""
    browser = page.context.browser
    return browser is not None and browser.browser_type.name == FIREFOX
