"""Read a target's page facts from the current page."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.scenario.page_facts import Fact

_READ = (Path(__file__).parent / "page_facts.js").read_text(encoding="utf-8")


async def read_facts(page: Page, facts: Iterable[Fact]) -> dict[str, dict[str, str]]:
    """Read the facts by kind and field; missing facts are left out."""
    wanted = list(facts)
    if not wanted:
        return {}
    values: list[Any] = await page.evaluate(_READ, [[fact.at, fact.attribute, fact.data] for fact in wanted])
    found: dict[str, dict[str, str]] = {}
    for fact, value in zip(wanted, values, strict=True):
        text = _extract(fact, await _by_playwright(page, fact) if value is False else value)
        if text:
            found.setdefault(fact.kind, {})[fact.field] = text
    return found


async def _by_playwright(page: Page, fact: Fact) -> str | None:
    """Read a fact at a selector that is not plain CSS."""
    with suppress(PlaywrightError):  # the page has just gone, or the selector is invalid: the fact is unknown
        element = page.locator(fact.at).first
        if await element.count():
            return await (element.get_attribute(fact.attribute) if fact.attribute else element.text_content())
    return None


def _extract(fact: Fact, text: str | None) -> str:
    plain = re.sub(r"\s+", " ", text or "").strip()
    if not fact.matches:
        return plain
    match = re.search(fact.matches, plain)
    return "" if match is None else str(match[1] if match.re.groups else match[0])
