"""A quantity that only plus and minus buttons change."""

from typing import Any

import pytest
from playwright.async_api import Page
from support.script_page import Try

from harness.browser.elements import use
from harness.browser.errors import ActionError
from harness.runner.stepper import adjust, whole_number
from harness.scenario.actions import Call

LINE = """<p id=line><button id=less onclick="add(-1)">−</button> <output id=n>Qty: 2</output>
<button id=more onclick="add(1)">+</button></p><script>
let count = 2, all = [];
const add = by => { count += by; all.push(by); n.textContent = 'Qty: ' + count; if (!count) line.remove(); };
</script>"""
FIELD = LINE.replace("<output id=n>Qty: 2</output>", "<input id=n value=2>").replace(
    "n.textContent = 'Qty: ' +", "n.value ="
)
CALL = Call(action="adjust", arguments={}, place="shop.yaml:9", title="adjust")


def presses(on_page: Try, html: str, to: str, **selectors: str) -> Any:
    """The presses with which the number becomes `to`."""

    async def do(page: Page) -> Any:
        await page.set_content(html)
        stepper = {"at": "#n", "to": to, "plus": "#more", "minus": "#less", **selectors}

        async def press(button: str) -> None:
            await use(page, button, "click", timeout=1)

        await adjust(stepper, CALL, page=lambda: page, press=press, timeout=1)
        return await page.evaluate("all")

    return on_page(do)


@pytest.mark.parametrize("html", [LINE, FIELD])
@pytest.mark.parametrize(("to", "pressed"), [("2", []), ("5", [1, 1, 1]), ("1", [-1]), ("0", [-1, -1])])
def test_buttons_are_pressed_until_the_number_is_right(on_page: Try, html: str, to: str, pressed: list[int]) -> None:
    assert presses(on_page, html, to) == pressed


@pytest.mark.parametrize(
    ("html", "to", "selectors", "message"),
    [
        (LINE, "5", {"plus": "#less"}, "a press of plus changed the number from 2 to 1; expected 5"),
        (LINE, "5", {"plus": "#n"}, "a press of plus changed the number from 2 to 2; expected 5"),
        (LINE, "5", {"at": "#less"}, "the selector '#less' contains '−', no single whole number"),
        (LINE, "5", {"at": "button"}, "the selector 'button' matches 2 elements on"),
        (LINE, "5", {"at": "#none"}, "the selector '#none' matches nothing on"),
        (LINE, "two", {}, "'two' is no whole number"),
    ],
)
def test_a_number_that_cannot_be_reached_is_an_error(
    on_page: Try, html: str, to: str, selectors: dict[str, str], message: str
) -> None:
    with pytest.raises(ActionError) as caught:
        presses(on_page, html, to, **selectors)
    assert message in str(caught.value)


@pytest.mark.parametrize(("text", "number"), [("2", 2), (" Qty: 12 ", 12), ("", None), ("1 of 5", None), ("²", None)])
def test_the_only_whole_number_of_a_text_is_read(text: str, number: int | None) -> None:
    assert whole_number(text) == number
