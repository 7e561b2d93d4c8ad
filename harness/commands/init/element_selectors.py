"""Find selectors for elements of a surveyed page, and quote them for a target."""

import re
from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

from playwright.async_api import Page

from harness.browser.elements import locate
from harness.commands.verify.page_classifier import Item, Survey

_FIND_SELECTORS: Final = (resources.files(__package__) / "selectors.js").read_text(encoding="utf-8")
_BY_NAME: Final = (
    ':text-is("$name")',
    '[title="$name"]',
    ':has(img[alt="$name"])',
    ':has(:text-is("$name"))',
    ':has-text("$name")',
)


async def find_selectors(page: Page, groups: Sequence[Sequence[int]] = ()) -> Any:
    """Selectors for groups of surveyed elements, and for the page's price and product codes."""
    return await page.evaluate(_FIND_SELECTORS, [groups])


async def unique_selector(page: Page, number: int) -> str:
    """A quoted selector that matches only this element; empty if there is none."""
    found = await find_selectors(page, [[number]])
    return quoted(next(iter(found["groups"][0]["unique"]), ""))


async def visible_selectors(page: Page, item: Item) -> list[str]:
    """All selectors that match only this element, if the shopper can see it."""
    found = await find_selectors(page, [[item["n"]]])
    selectors = [str(selector) for selector in found["groups"][0]["unique"]]
    return [selector for selector in selectors if item.get("shown") and await page.locator(selector).is_visible()]


async def pressable(page: Page, item: Item) -> str:
    """A button or link by its name if that is unique and does not depend on the cart, else by a selector."""
    name = item["text"]
    if name and len(name) <= 40 and not re.search(r"\d", name):
        for role in ("button", "link"):
            if await locate(page, {role: name}).count() == 1:
                return f"{{{role}: {quoted(name)}}}"
    return await unique_selector(page, item["n"])


async def row_selector(page: Page, item: Item, name: str, parameter: str) -> str:
    """A quoted selector with the `parameter` for the element in the row of a list that contains `name`; empty if none is unique."""
    found = await page.evaluate(_FIND_SELECTORS, [[[item["n"]]], name, parameter])
    for selector in found["groups"][0]["row"]:
        if await page.locator(selector.replace(parameter, _escaped(name))).count() == 1:
            return quoted(selector)
    return ""


async def selector_by_name(page: Page, links: Sequence[Item], survey: Survey) -> str:
    """A selector with `$name` that matches exactly one link for most of these names, the first included; else empty.

    A page may contain the same link several times, some of them hidden.
    """
    urls = [link["url"] for link in links]
    names = [link["text"] for link in links]
    everywhere = [link for link in survey["links"] if link["url"] in urls and link["text"]]
    for first in (link for link in everywhere if link["url"] == urls[0]):
        found = await find_selectors(page, [[first["n"], *(link["n"] for link in everywhere)]])
        for form in _BY_NAME:
            for start in found["groups"][0]["common"]:
                if await _matches_names(page, f"{start}{form}", names):
                    return quoted(f"{start}{form}")
    return ""


def quoted(text: str) -> str:
    """Text as a quoted YAML scalar; empty text stays empty."""
    return "'" + text.replace("'", "''") + "'" if text else ""


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"')


async def _matches_names(page: Page, selector: str, names: Sequence[str]) -> bool:
    """Whether it matches one visible link for the first name, and for a second if there is one; never two links for a name."""
    matched = 0
    for name in names:
        links = page.locator(selector.replace("$name", _escaped(name)))
        count = await links.count()
        if count > 1 or (name == names[0] and not (count and await links.is_visible())):
            return False
        matched += count
    return matched >= min(2, len(names))
