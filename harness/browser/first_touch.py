"""Touch a silent page as a shopper does: some stores load their scripts at the first movement on a page."""

from playwright.async_api import Page

from harness.browser.page_script import NOTE_SCRIPTS, WAIT_FOR_NEW_SCRIPTS


async def touch(page: Page) -> bool:
    """Move the mouse in the page's corner, and return whether the page loaded a script then."""
    await page.evaluate(NOTE_SCRIPTS)
    for x in (1, 2):  # a movement needs a change of position
        await page.mouse.move(x, 1)
    return bool(await page.evaluate(WAIT_FOR_NEW_SCRIPTS))
