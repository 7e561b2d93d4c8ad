"""What a page set for a visit stands in all its wrappers."""

from typing import Any

from recordings import Story, Wrapper, rewritten

from harness.protocols import get
from harness.protocols.jirafe.attribution import check_attribution
from harness.timeline import cut

SPRING = ["newsletter", "email", "spring"]


def told(*said: Any) -> list[str]:
    """The messages where the first of two pages sets an attribution and each wrapper's visit says so, or something else."""
    story = Story().step().show("/", about={"attribution": SPRING}).step().show("/cart", "cart")
    rest = iter(said)

    def change(wrapper: Wrapper) -> None:
        wrapper["visit"] |= next(rest)

    recording = rewritten(story.tale(), change)
    return [finding.message for finding in check_attribution(cut(recording, get()))]


def test_what_is_kept_is_right_under_either_name() -> None:
    assert told({"tag_attribution": SPRING}, {"attribution": SPRING}) == []


def test_what_is_forgotten_on_the_next_page_is_told() -> None:
    [message] = told({"tag_attribution": SPRING}, {})
    assert message.startswith('pageview: visit.tag_attribution is missing; it was ["newsletter", "email", "spring"]')


def test_what_is_another_is_told() -> None:
    [message] = told({"tag_attribution": SPRING}, {"tag_attribution": ["direct"]})
    assert message.startswith('pageview: visit.tag_attribution is ["direct"], not ["newsletter", "email", "spring"]')


def test_another_visit_need_not_have_it() -> None:
    assert told({"tag_attribution": SPRING}, {"id": "another"}) == []


def test_without_an_attribution_of_a_page_there_is_nothing_to_keep() -> None:
    story = Story().step().show("/").step().show("/cart", "cart")
    assert list(check_attribution(cut(story.tale(), get()))) == []
