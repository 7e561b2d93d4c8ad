"""A recording and its findings as a result that reports can show."""

import pytest
from support.recordings import STORE, Story, purchase, scenario

from harness.errors import FileError
from harness.findings import Finding, Severity
from harness.judge.judge import judge
from harness.judge.result_builder import scenario_result
from harness.protocol import get
from harness.recording.records import ActionFailed
from harness.results import ScenarioResult

STEPS = "- arrive\n- reload\n"


def shown(*findings: Finding, strict: bool = False) -> ScenarioResult:
    story = Story().step().show("/").step().show("/", navigation="reload")
    return scenario_result(
        story.tale(), scenario(STEPS), get(), findings, strict=strict, screenshots={2: b"png"}, name="again (2)"
    )


def test_each_step_has_its_title_line_events_and_screenshot() -> None:
    result = shown()
    assert [(step.number, step.title, step.line) for step in result.steps] == [(1, "arrive", 3), (2, "reload", 4)]
    assert [[event.type for event in step.events] for step in result.steps] == [["visit", "pageview"], ["pageview"]]
    assert [step.screenshot for step in result.steps] == [None, b"png"]
    assert (result.name, result.events) == ("again (2)", 3)


def test_a_scenario_with_a_variable_without_a_value_was_not_run_unless_it_failed() -> None:
    story = Story(ledger=False).step().show("/")
    asked = scenario("- arrive\n- expect: {order_success: {order: {num: $order.number}}}\n")
    result = scenario_result(story.tale(), asked, get(), (), strict=False)
    assert result.verdict == "not-run"
    assert result.reason == "shop.yaml:4: $order.number has no value: no page before this step contains it"
    error = Finding(code="schema", message="")
    assert scenario_result(story.tale(), asked, get(), (error,), strict=False).verdict == "fail"


def test_a_scenario_whose_action_needs_an_unknown_value_was_not_run() -> None:
    story = Story(ledger=False).step().show("/").step()
    why = "$order.number has no value: no page before this step contains it"
    story.add(ActionFailed(message=why, place="shop.yaml:4", url=STORE, is_unknown_value=True))
    asked = scenario("- arrive\n- click: {link: $order.number}\n- home\n")
    assert judge(story.tale(), asked, get()) == ()
    result = scenario_result(story.tale(), asked, get(), (), strict=False)
    assert (result.verdict, result.reason) == ("not-run", f"shop.yaml:4: {why}")


def test_events_carry_their_time_since_the_beginning_and_their_place() -> None:
    event = shown().steps[0].events[1]
    assert (event.number, event.pointer, event.status, event.time) == (1, "/data/1", 200, 0.31)


def test_errors_fail_a_verdict_and_warnings_only_if_strict() -> None:
    error, warning = Finding(code="schema", message=""), Finding(code="schema", message="", severity=Severity.WARNING)
    note = Finding(code="schema", message="", severity=Severity.NOTE)
    assert shown().verdict == "pass"
    assert shown(error).verdict == "fail"
    assert shown(warning, note).verdict == "pass"
    assert shown(warning, strict=True).verdict == "fail"
    assert shown(note, strict=True).verdict == "pass"


def test_a_purchase_has_the_number_of_its_events() -> None:
    result = scenario_result(purchase(), scenario(), get(), (), strict=False)
    assert (result.events, result.file, result.name) == (15, "shop.yaml", "A test")


def test_a_step_that_is_not_in_the_scenario_is_an_error() -> None:
    story = Story().step().show("/").step(99).show("/cart", "cart")
    with pytest.raises(FileError) as caught:
        scenario_result(story.tale(), scenario(STEPS), get(), (), strict=False)
    assert str(caught.value) == (
        "shop.yaml: the recording's step 99 is not in this scenario; judge it with its own scenario"
    )
