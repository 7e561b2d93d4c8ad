"""Recognize a purchase by an element's label before it is used, so that a store without test orders gets no order."""

from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.browser.elements import Element, find
from harness.scenario.purchases import is_buying

_LABELS: Final = """elements => elements.slice(0, 1).flatMap(element => {
    const texts = each => [each.innerText, each.value, each.getAttribute('aria-label'), each.title, each.id, each.name].filter(Boolean);
    const inner = element.closest('button, a, [role=button]') || element;
    const form = element.matches('input:not([type=submit]):not([type=image]):not([type=button]), select, textarea') && element.form;
    const submit = form && form.querySelector('button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]');
    return form ? (submit ? texts(submit) : []) : texts(inner);
}).map(String)"""
"""Return the texts of a button or a link; for a field, those of its form's submit button."""


async def purchase_label(page: Page, element: Element) -> str | None:
    """The element's label if it looks like a purchase, else None."""
    try:
        labels: list[str] = await (await find(page, element)).evaluate_all(_LABELS)
    except PlaywrightError:  # the use of the element fails too, with a better message
        return None
    return next((label.strip() for label in labels if is_buying(label)), None)
