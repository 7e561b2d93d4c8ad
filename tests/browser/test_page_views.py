"""Distinguish script errors from Firefox's other messages."""

import pytest

from harness.browser.page_views import is_script_error


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("TypeError: undefined is not a function", True),
        ("Error: Cookie “a” has been rejected", True),
        ("Cookie “jirafe_try” has been rejected for invalid domain.", False),
        ("The page’s settings blocked the loading of a resource (img-src) at https://a.example/x", False),
    ],
)
def test_firefox_messages_on_cookies_and_blocked_resources_are_no_script_errors(message: str, expected: bool) -> None:
    assert is_script_error(message) == expected
