"""Errors of actions on a page."""

from playwright.async_api import Error as PlaywrightError


class ActionError(Exception):
    """An action that failed on the page: the message, the step's `place` in the scenario, and a hint."""

    def __init__(self, message: str, *, place: str, hint: str = "") -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint


def first_line(error: PlaywrightError) -> str:
    """The first line of Playwright's message, without its call log."""
    return error.message.splitlines()[0].removeprefix("Error: ")
