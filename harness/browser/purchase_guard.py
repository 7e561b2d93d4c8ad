"""Whether something would buy: by the words on it, before it is done. Where no test orders are allowed, it is then not done."""

from typing import Final

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from harness.browser.elements import Element, locate
from harness.scenario.purchases import is_buying

_LABELS: Final = """elements => elements.slice(0, 1).flatMap(element => {
    const says = each => [each.innerText, each.value, each.getAttribute('aria-label'), each.title, each.id, each.name].filter(Boolean);
    const inner = element.closest('button, a, [role=button]') || element;
    const form = element.matches('input:not([type=submit]):not([type=image]):not([type=button]), select, textarea') && element.form;
    const submit = form && form.querySelector('button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]');
    return form ? (submit ? says(submit) : []) : says(inner);
}).map(String)"""
"""The words on a button or a link; of a field those on the button that its form is sent with."""


async def purchase_label(page: Page, element: Element) -> str | None:
    """The words by which using the element looks like a purchase, None where nothing does."""
    try:
        labels: list[str] = await locate(page, element).evaluate_all(_LABELS)
    except PlaywrightError:  # no element can be told of; to use it fails, and tells more
        return None
    return next((label.strip() for label in labels if is_buying(label)), None)
