"""Errors of actions on a page."""

from playwright.async_api import Error as PlaywrightError


class ActionError(Exception):
    """An action that failed on the page: the message, the step's `place` in the scenario, and a hint.

    `target_line` is the `file:line` in the target if the failed action belongs to it. `is_unknown_value` if the action needs a
    variable that has no value: then it was not performed.
    """

    def __init__(
        self, message: str, *, place: str, hint: str = "", target_line: str = "", is_unknown_value: bool = False
    ) -> None:
        super().__init__(message)
        self.place = place
        self.hint = hint
        self.target_line = target_line
        self.is_unknown_value = is_unknown_value


def first_line(error: PlaywrightError) -> str:
    """The first line of Playwright's message, without its call log."""
    return error.message.splitlines()[0].removeprefix("Error: ")
