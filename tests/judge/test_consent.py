"""Consent: the tracker sends and stores nothing without it."""

from dataclasses import replace

from support.recordings import Story, verdict

from harness.events import Beacon
from harness.recording.records import PageView

ONE, TWO, THREE = "- arrive\n", "- arrive\n- cart\n", "- arrive\n- cart\n- home\n"


def hush(story: Story, *, since: int = 0, sends: bool = False, keeps: bool = False) -> Story:
    """Remove the tracker's beacons and cookies from the story, from that record on."""
    later = [record for record in story.records[since:] if sends or not isinstance(record, Beacon)]
    story.records[since:] = [
        replace(record, cookies={}) if isinstance(record, PageView) and not keeps else record for record in later
    ]
    return story


def found(story: Story, steps: str = ONE) -> list[str]:
    return [finding.code for finding in verdict(story.tale(), steps)]


def test_without_consent_no_event_is_expected() -> None:
    for consent in ("required", "denied"):
        assert found(hush(Story().step().show("/", consent=consent))) == []


def test_an_event_without_consent_is_the_only_finding() -> None:
    story = hush(Story().step().show("/", consent="required"), sends=True)
    [finding] = verdict(story.tale(), ONE)
    assert finding.code == "consent-ignored"
    assert finding.message == "the tracker sent visit, pageview although the shopper had not been asked for consent"


def test_a_cookie_without_consent_is_a_finding() -> None:
    [finding] = verdict(hush(Story().step().show("/", consent="denied"), keeps=True).tale(), ONE)
    assert finding.message == "the tracker stored the cookie jirafe_vid although the shopper had denied consent"


def test_with_consent_all_events_are_expected() -> None:
    assert found(Story().step().show("/", consent="granted")) == []
    assert found(hush(Story().step().show("/", consent="granted"))) == ["tracker-silent"]


def agreed(*, is_explained: bool) -> Story:
    """A page that asks for consent, and then gets it."""
    story = Story().step().show("/", consent="required")
    told = [record for record in story.records if isinstance(record, Beacon)]
    hush(story).step().tell({"kind": "consent", "consent": "granted"})
    return story.add(*[replace(record, time=story.now) for record in told] * is_explained)


def test_the_shown_page_is_reported_after_consent() -> None:
    assert found(agreed(is_explained=True), TWO) == []


def test_a_shown_page_that_is_not_reported_after_consent_is_missing() -> None:
    assert found(agreed(is_explained=False), TWO) == ["tracker-silent"]


def test_a_denial_ends_the_visit() -> None:
    story = Story().step().show("/", consent="granted").step()
    since = len(story.records)
    hush(story.show("/cart", "cart", consent="denied"), since=since)
    story.step().show("/", consent="granted", starts_visit=True)
    assert found(story, THREE) == []
