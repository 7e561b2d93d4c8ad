"""Page view ids in cookies: each is new, and the previous one is kept."""

from support.recordings import Story, Wrapper, rewritten

from harness.protocol import get
from harness.protocols.jirafe.rules.page_view_ids import page_view_id_findings
from harness.recording.records import PageView, Recording
from harness.recording.timeline_builder import build_timeline


def messages(recording: Recording, *ids: tuple[str, str]) -> list[str]:
    """The messages if the wrappers' cookies contain these pairs of current and last id."""
    remaining = iter(ids)

    def change(wrapper: Wrapper) -> None:
        current, last = next(remaining)
        wrapper["cookie"] = f"other=1; jirafe_pvid={current}; jirafe_lpvid={last}"

    return [
        finding.message for finding in page_view_id_findings(build_timeline(rewritten(recording, change), get().read))
    ]


def two_pages() -> Recording:
    return Story().step().show("/").step().show("/cart", "cart").tale()


def test_a_chain_has_no_findings() -> None:
    assert messages(two_pages(), ("1", ""), ("2", "1")) == []


def test_another_visit_starts_another_chain() -> None:
    arrived = Story().step().show("/").step().show("/", referrer="https://www.google.com/", starts_visit=True)
    assert messages(arrived.tale(), ("1", ""), ("2", "")) == []


def test_a_page_view_without_the_previous_id_is_a_finding() -> None:
    [message] = messages(two_pages(), ("1", ""), ("2", "7"))
    assert message == 'pageview: the cookie jirafe_lpvid is "7"; expected "1" (the id of the page view before)'


def test_a_page_view_with_an_old_id_is_a_finding() -> None:
    [message] = messages(two_pages(), ("1", ""), ("1", ""))
    assert message == 'pageview: the cookie jirafe_pvid is "1" again; expected a new id'


def test_a_page_view_without_a_wrapper_needs_no_id() -> None:
    silent = Story().step().show("/")
    silent.step().add(PageView(url="https://shop.test/cart", at=silent.now, clock=60, observed=True))
    assert messages(silent.tale(), ("1", "")) == []


def test_without_cookies_the_chain_is_not_checked() -> None:
    assert messages(two_pages(), ("", ""), ("", "")) == []
