"""The language rules themselves: each one rejects a finding that breaks it."""

import pytest
from support.finding_language import problems

MESSAGE, HINT = "pageview: page_type is missing", "Send `page_type` with every page view."


def test_a_plain_finding_has_no_problems() -> None:
    assert list(problems(MESSAGE, HINT)) == []


@pytest.mark.parametrize(
    ("message", "hint", "problem"),
    [
        (" ".join(["word"] * 26), HINT, "more than 25 words"),
        (MESSAGE, f"Send {'very ' * 30}much.", "more than 25 words"),
        ("the page tells nobody", HINT, "banned word 'tells'"),
        (MESSAGE, "", "no hint"),
        (MESSAGE, "is the snippet on the page?", "not an imperative sentence"),
        (MESSAGE, "Send it", "not an imperative sentence"),
    ],
)
def test_a_broken_rule_is_a_problem(message: str, hint: str, problem: str) -> None:
    assert [found for found in problems(message, hint) if found.startswith(problem)]


def test_quoted_values_do_not_count_as_words() -> None:
    assert list(problems(f'title is "{"a " * 40}", not "{"b " * 40}"', HINT)) == []
