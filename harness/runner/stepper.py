"""Set a number that only plus and minus buttons change, such as a quantity in a cart."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from playwright.async_api import Page

from harness.browser.elements import ElementError, element_name, is_present, read_text
from harness.browser.errors import ActionError
from harness.scenario.actions import Call

_MOST_PRESSES: Final = 100
"""A number that is not reached after this many presses is out of reach."""


async def adjust(
    stepper: Mapping[str, str],
    call: Call,
    *,
    page: Callable[[], Page],
    press: Callable[[str], Awaitable[None]],
    timeout: float,
) -> None:
    """Press one button after the other until the number at `stepper["at"]` is `stepper["to"]`.

    `page` returns the page on screen; `press` presses the element of a selector until the page has settled. An element that
    disappears at 0 has the number 0. ActionError if a press does not change the number.
    """
    wanted = whole_number(stepper["to"])
    if wanted is None:
        raise ActionError(f'"{call.title}": {stepper["to"]!r} is no whole number', place=call.place)
    number, presses = await _number(page(), stepper["at"], call, timeout), 0
    while number != wanted:
        button = "plus" if number < wanted else "minus"
        await press(stepper[button])
        before, presses = number, presses + 1
        is_gone = wanted == 0 and not await is_present(page(), stepper["at"])
        number = 0 if is_gone else await _number(page(), stepper["at"], call, timeout)
        if abs(wanted - number) >= abs(wanted - before) or presses == _MOST_PRESSES:
            message = (
                f'"{call.title}": a press of {button} changed the number from {before} to {number}; expected {wanted}'
            )
            raise ActionError(message, place=call.place, hint=f'Check the selectors "at" and "{button}".')


def whole_number(text: str) -> int | None:
    """The only whole number in a text, such as 2 in `Quantity: 2`; None without one."""
    numbers = re.findall(r"\d+", text, re.ASCII)
    return int(numbers[0]) if len(numbers) == 1 and len(numbers[0]) < 10 else None


async def _number(page: Page, selector: str, call: Call, timeout: float) -> int:
    try:
        text = await read_text(page, selector, timeout=timeout)
    except ElementError as error:
        raise ActionError(f'"{call.title}": {error}', place=call.place, hint=error.hint) from error
    number = whole_number(text)
    if number is None:
        message = f'"{call.title}": {element_name(selector)} contains {text.strip()[:40]!r}, no single whole number'
        raise ActionError(message, place=call.place, hint='Select the element of the number alone with "at".')
    return number
