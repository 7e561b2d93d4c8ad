"""Implicit expectations: matched events, unexplained events, and expectations that another finding explains."""

from support.recordings import Story, beacons, bought, purchase, rewritten, scenario, verdict, without

from harness.judge.expectations import Expectation
from harness.judge.implicit_expectations import implicit_findings, surplus_findings
from harness.judge.protocol_rules import protocol_rules
from harness.judge.step_expectations import StepExpectations, StepMatcher, match_late
from harness.judge.suppression import KnownDefects
from harness.protocol import get
from harness.recording.records import Recording
from harness.recording.timeline_builder import build_timeline


def matched(recording: Recording) -> tuple[list[StepExpectations], KnownDefects]:
    timeline = build_timeline(recording, get().read)
    implied = protocol_rules("jirafe").implied(timeline)
    steps = StepMatcher(scenario(), {"email": "eve@example.com"}).match(timeline, implied)
    return steps, KnownDefects(timeline, get().event_types)


def test_a_healthy_journey_has_no_unmet_expectation_and_no_unexplained_event() -> None:
    steps, defects = matched(purchase())
    assert [len(step.met) for step in steps] == [2, 1, 1, 2, 9]
    assert implicit_findings(steps, defects, ()) == []
    assert surplus_findings(steps, scenario(), known=None) == []


def test_an_unmet_expectation_has_the_line_of_its_step() -> None:
    steps, _defects = matched(rewritten(purchase(), without("order_success")))
    [unmet] = steps[4].unmet
    assert (unmet.type, unmet.place) == ("order_success", "shop.yaml:7")


def test_a_reported_expectation_is_explained() -> None:
    steps, defects = matched(rewritten(purchase(), without("order_success")))
    assert len(implicit_findings(steps, defects, ())) == 1
    assert implicit_findings(steps, defects, ()) == []
    assert [each.expectation.type for each in steps[4].explained] == ["order_success"]


def test_variables_have_the_values_of_their_step() -> None:
    steps, _defects = matched(purchase())
    assert steps[0].variables("shopper", "email") == "eve@example.com"
    assert steps[2].variables("product", "name") == "Tumbler"
    assert steps[0].variables.or_as_written("product", "name") == "$product.name"


def test_a_matched_event_of_a_later_step_is_not_late() -> None:
    steps, _defects = matched(purchase())
    assert match_late(Expectation(type="pageview", pattern={}, why="", step=1), steps[1:]) is None


def test_without_a_ledger_events_of_unknown_types_are_accepted() -> None:
    story = Story(ledger=False).step().show("/").send({"event_type": "order_success", "order": {"num": "1"}})
    steps, _defects = matched(story.tale())
    assert surplus_findings(steps, scenario(), known={"pageview", "visit"}) == []
    assert [finding.code for finding in surplus_findings(steps, scenario(), known=None)] == ["unexpected-event"]


def test_a_repeated_beacon_is_named_by_its_gravest_event() -> None:
    story = bought()
    receipt = beacons(story.tale())[-1]
    [finding] = verdict(story.request(receipt.body).tale())
    assert finding.message == (
        "beacon 8 was sent twice: order_success, funnel, pageview; beacon 9 repeats all events of beacon 8"
    )
    assert (finding.evidence.event, finding.place, finding.count) == ("order_success", "/data/1", 3)
