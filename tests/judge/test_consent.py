"""What the shopper said to being tracked, by the ledger, and what the tracker made of it."""

from dataclasses import replace

from support.recordings import Story, verdict

from harness.events import Beacon
from harness.recording.records import PageView

ONE, TWO, THREE = "- arrive\n", "- arrive\n- cart\n", "- arrive\n- cart\n- home\n"


def hush(story: Story, *, since: int = 0, sends: bool = False, keeps: bool = False) -> Story:
    """Take from the story, from that record on, what the tracker sent and its cookies."""
    later = [record for record in story.records[since:] if sends or not isinstance(record, Beacon)]
    story.records[since:] = [
        replace(record, cookies={}) if isinstance(record, PageView) and not keeps else record for record in later
    ]
    return story


def found(story: Story, steps: str = ONE) -> list[str]:
    return [finding.code for finding in verdict(story.tale(), steps)]


def test_without_consent_nothing_is_due() -> None:
    for consent in ("required", "denied"):
        assert found(hush(Story().step().show("/", consent=consent))) == []


def test_what_is_sent_without_consent_is_told_and_nothing_else() -> None:
    story = hush(Story().step().show("/", consent="required"), sends=True)
    [finding] = verdict(story.tale(), ONE)
    assert finding.code == "consent-ignored"
    assert finding.message == "the tracker sent visit, pageview though the shopper had not been asked yet"


def test_what_is_kept_without_consent_is_told() -> None:
    [finding] = verdict(hush(Story().step().show("/", consent="denied"), keeps=True).tale(), ONE)
    assert finding.message == "the tracker kept the cookie jirafe_vid though the shopper had refused it"


def test_with_consent_all_is_due_as_ever() -> None:
    assert found(Story().step().show("/", consent="granted")) == []
    assert found(hush(Story().step().show("/", consent="granted"))) == ["tracker-silent"]


def agreed(*, is_explained: bool) -> Story:
    """A page that waits for an answer, and then gets one."""
    story = Story().step().show("/", consent="required")
    told = [record for record in story.records if isinstance(record, Beacon)]
    hush(story).step().tell({"kind": "consent", "consent": "granted"})
    return story.add(*[replace(record, time=story.now) for record in told] * is_explained)


def test_the_page_that_is_up_is_told_of_when_the_shopper_agrees() -> None:
    assert found(agreed(is_explained=True), TWO) == []


def test_a_page_that_is_not_told_of_then_is_missing() -> None:
    assert found(agreed(is_explained=False), TWO) == ["tracker-silent"]


def test_who_refuses_is_forgotten_and_begins_another_visit_later() -> None:
    story = Story().step().show("/", consent="granted").step()
    since = len(story.records)
    hush(story.show("/cart", "cart", consent="denied"), since=since)
    story.step().show("/", consent="granted", starts_visit=True)
    assert found(story, THREE) == []
