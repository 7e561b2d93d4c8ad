"""What a page says of itself."""

import pytest

from harness.observed import is_thrown


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("TypeError: undefined is not a function", True),
        ("Error: Cookie “a” has been rejected", True),
        ("Cookie “jirafe_try” has been rejected for invalid domain.", False),
    ],
)
def test_a_cookie_that_the_browser_does_not_take_is_no_error_of_a_script(message: str, expected: bool) -> None:
    assert is_thrown(message) == expected
