"""Read a target's facts from the page that a shopper looks at."""

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
    """What the page says now, by kind and field; what it does not say is left out."""
    asked = list(facts)
    if not asked:
        return {}
    said: list[Any] = await page.evaluate(_READ, [[fact.at, fact.attribute, fact.data] for fact in asked])
    found: dict[str, dict[str, str]] = {}
    for fact, value in zip(asked, said, strict=True):
        text = _part(fact, await _by_playwright(page, fact) if value is False else value)
        if text:
            found.setdefault(fact.kind, {})[fact.field] = text
    return found


async def _by_playwright(page: Page, fact: Fact) -> str | None:
    """For selectors that are not CSS alone."""
    with suppress(PlaywrightError):  # the page has just gone, or the selector is none at all; then nothing is known
        element = page.locator(fact.at).first
        if await element.count():
            return await (element.get_attribute(fact.attribute) if fact.attribute else element.text_content())
    return None


def _part(fact: Fact, text: str | None) -> str:
    plain = re.sub(r"\s+", " ", text or "").strip()
    if not fact.matches:
        return plain
    match = re.search(fact.matches, plain)
    return "" if match is None else str(match[1] if match.re.groups else match[0])
