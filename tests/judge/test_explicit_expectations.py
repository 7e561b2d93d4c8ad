"""What is written in a scenario, against what arrived: exactly once, in order, never, others, and nothing said twice."""

from dataclasses import replace

import pytest
from support.recordings import (
    ADDED,
    STORE,
    Story,
    codes,
    doubled,
    in_event,
    on,
    purchase,
    rewritten,
    scenario,
    verdict,
    without,
)

from harness.judge.progress import is_satisfied
from harness.protocol import get
from harness.recording.records import PageRead, Recording, StepBegun, StepEnded

ADD = "add_item_to_cart: {line_item: {sku_code: $product.sku, quantity: 2, total_price: 39.98, currency: EUR}}"
ORDERED = """\
- expect in order:
    - funnel: {step_name: success, last_step: true}
    - order_success: {order: {num: $order.number}}
    - pageview: {page_type: order_success}
"""
FIRST_FOUR = "- arrive\n- search: tumbler\n- open product: Tumbler\n- add to cart: {quantity: 2}\n"
CHECK_OUT = "- check out\n"
EVERYTHING = FIRST_FOUR + CHECK_OUT


SPLIT = FIRST_FOUR + f"- expect: {{{ADD}}}\n" + CHECK_OUT + ORDERED
"""The five steps, with an expectation after the fourth and one after the last."""


def split_purchase() -> Recording:
    return numbered(purchase(), (1, 2, 3, 4, 6))


def asking(*expects: str) -> str:
    """The five steps, and then an `expect` with these lines."""
    return f"{EVERYTHING}- expect:\n" + "".join(f"    - {expect}\n" for expect in expects)


def test_what_is_written_and_arrives_has_no_findings() -> None:
    assert verdict(split_purchase(), SPLIT) == []


@pytest.mark.parametrize(
    ("event", "path", "value", "code"),
    [
        ("add_item_to_cart", ("line_item", "currency"), "USD", "wrong-value"),
        ("add_item_to_cart", ("line_item", "quantity"), "3", "wrong-value"),
        ("add_item_to_cart", ("line_item", "quantity"), 2, "schema"),
        ("add_item_to_cart", ("line_item", "total_price"), "3.00", "total-mismatch"),
        ("order_success", ("order", "num"), "10", "order-number-mismatch"),
    ],
)
def test_what_is_written_does_not_repeat_what_a_finding_says_already(
    event: str, path: tuple[str, ...], value: object, code: str
) -> None:
    found = codes(rewritten(split_purchase(), in_event(event, *path, to=value)), SPLIT)
    assert found == [(code, event)]


@pytest.mark.parametrize("event", ["add_item_to_cart", "order_success"])
def test_a_missing_event_that_is_written_too_is_missing_once(event: str) -> None:
    found = codes(rewritten(split_purchase(), without(event)), SPLIT)
    assert found == [("missing-event", event)]


def test_a_written_value_that_the_store_does_not_agree_with_is_missing_with_the_nearest() -> None:
    [finding] = verdict(purchase(), asking(ADD.replace("39.98", "40.00")))
    assert finding.code == "missing-event"
    assert finding.place == "shop.yaml:9"
    assert 'nearest is beacon 4: line_item.total_price is "39.98"; expected "40.00"' in finding.message


def test_what_differs_beyond_the_journeys_own_finding_is_told_too() -> None:
    recording = rewritten(purchase(), in_event("add_item_to_cart", "line_item", "quantity", to="3"))
    found = verdict(recording, asking("add_item_to_cart: {line_item: {name: Goblet}}"))
    assert [finding.code for finding in found] == ["wrong-value", "missing-event"]
    assert 'line_item.name is "Tumbler"; expected "Goblet"' in found[1].message


def test_an_event_that_the_journey_does_not_make_due_can_be_asked_for() -> None:
    story = Story().step().show("/").send({"event_type": "funnel", "funnel_name": "quiz", "step_name": "a", **LAST})
    steps = "- arrive\n- expect: {funnel: {funnel_name: quiz}}\n"
    assert verdict(story.tale(), steps) == []


LAST = {"step_position": 1, "last_step": True}


def test_an_expected_event_with_other_values_is_wrong_but_not_missing_or_unexpected() -> None:
    story = Story().step().show("/").send({"event_type": "funnel", "funnel_name": "quiz", "step_name": "a", **LAST})
    [finding] = verdict(story.tale(), "- arrive\n- expect: {funnel: {funnel_name: survey}}\n")
    assert finding.code == "wrong-value"
    assert 'funnel: funnel_name is "quiz"; expected "survey"' in finding.message
    assert finding.evidence.pointer == "/data/0/funnel_name"


def test_an_expected_event_in_a_later_segment_is_late() -> None:
    story = Story().step(1).show("/").step(3)
    story.send({"event_type": "funnel", "funnel_name": "quiz", "step_name": "a", **LAST}).show("/", navigation="reload")
    steps = "- arrive\n- expect: {funnel: {funnel_name: quiz}}\n- reload\n"
    [finding] = verdict(story.tale(), steps)
    assert (finding.code, finding.step) == ("late-event", 1)
    assert "arrived in step 3" in finding.message


def test_an_event_is_expected_once_by_default() -> None:
    [finding] = verdict(purchase(), asking("pageview"))
    assert finding.code == "unexpected-event"
    assert (
        finding.message
        == "pageview arrived 8 times, which is correct for these steps, but the scenario expects exactly one"
    )


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ("3", None),
        ("1+", None),
        ("0-3", None),
        ("0+", None),
        ("4", "pageview is missing"),
        ("4+", "pageview is missing"),
        ("2", "but the scenario expects exactly 2"),
        ("1-2", "but the scenario expects at most 2"),
        ("0", "but the scenario expects none"),
    ],
)
def test_times_is_the_expected_number(times: str, words: str | None) -> None:
    found = verdict(purchase(), asking(f'pageview: {{page_type: checkout, $times: "{times}"}}'))
    assert [words in finding.message for finding in found if words] == ([True] if words else [])
    assert len(found) == (1 if words else 0)


def test_times_allows_events_that_the_journey_does_not_imply() -> None:
    twice = rewritten(purchase(), doubled("order_success"))
    assert verdict(twice, asking("order_success: {$times: 2}")) == []
    assert verdict(twice, asking('order_success: {$times: "1+"}')) == []
    assert codes(twice, asking("order_success")) == [("duplicate-event", "order_success")]


def test_two_expectations_of_one_type_need_an_event_each() -> None:
    assert verdict(purchase(), asking("pageview: {page_type: product}", "pageview: {page_type: search}")) == []
    [finding] = verdict(purchase(), asking("pageview: {page_type: product}", "pageview: {page_type: product}"))
    assert finding.code == "missing-event"
    assert "that event matches another expectation" in finding.message


def test_an_expectation_with_several_matches_leaves_one_to_the_next_expectation() -> None:
    steps = EVERYTHING.replace(
        "- open",
        '- expect:\n    - pageview: {page_type: {$matches: "home|search"}}\n'
        "    - pageview: {page_type: homepage}\n- open",
    )
    assert verdict(numbered(purchase(), (1, 2, 4, 5, 6)), steps) == []


def test_an_expectation_covers_only_the_steps_since_the_previous_one() -> None:
    steps = FIRST_FOUR + f"- expect: {{{ADD}}}\n" + CHECK_OUT + f"- expect: {{{ADD}}}\n"
    recording = numbered(purchase(), (1, 2, 3, 4, 6))
    [finding] = verdict(recording, steps)
    assert (finding.code, finding.place) == ("missing-event", "shop.yaml:9")


def test_events_in_another_order_than_expected_are_a_finding() -> None:
    turned = rewritten(purchase(), on("/orders/0000000010/success", lambda wrapper: wrapper["data"].reverse()))
    [finding] = verdict(turned, EVERYTHING + ORDERED)
    assert finding.code == "wrong-order"
    assert finding.message == "order_success arrived before funnel; the scenario expects funnel first"
    assert finding.place == "shop.yaml:10"
    assert verdict(turned, asking("order_success", "pageview: {page_type: order_success}")) == []


def test_a_loose_expectation_in_order_matches_the_event_that_fits_the_order() -> None:
    asked = """\
- expect in order:
    - pageview: {page_type: {$matches: "search|order"}}
    - order_success
    - pageview: {page_type: order_success}
"""
    assert verdict(purchase(), EVERYTHING + asked) == []


def test_never_also_forbids_implied_events() -> None:
    [finding] = verdict(purchase(), EVERYTHING, more="never: [add_item_to_cart]\n")
    assert finding.code == "forbidden-event"
    assert (finding.step, finding.evidence.url) == (4, f"{STORE}/cart")


def test_a_forbidden_event_is_not_reported_as_unexpected() -> None:
    story = Story().step().show("/").send({"event_type": "funnel", "funnel_name": "quiz", "step_name": "a", **LAST})
    assert codes(story.tale(), "- arrive\n", more="never: [funnel]\n") == [("forbidden-event", "funnel")]


def test_never_with_a_pattern_forbids_only_matching_events() -> None:
    assert verdict(purchase(), EVERYTHING, more="never: [{pageview: {page_type: other}}]\n") == []


def test_other_events_are_an_error_unless_they_are_allowed() -> None:
    story = Story().step().show("/").send({"event_type": "funnel", "funnel_name": "quiz", "step_name": "a", **LAST})
    assert codes(story.tale(), "- arrive\n") == [("unexpected-event", "funnel")]
    assert verdict(story.tale(), "- arrive\n", more="others: allow\n") == []


def test_duplicates_are_an_error_even_if_others_are_allowed() -> None:
    twice = rewritten(purchase(), doubled("order_success"))
    assert codes(twice, EVERYTHING, more="others: allow\n") == [("duplicate-event", "order_success")]


@pytest.mark.parametrize(
    "expect",
    [
        "order_success: {order: {num: {$matches: ^00.*10$}}}",
        "order_success: {order: {num: {$any: }}}",
        "order_success: {order: {num: $order.number}}",
        "add_item_to_cart: {line_item: {total_price: {$about: 39.98}}}",
    ],
)
def test_matchers_and_variables_match(expect: str) -> None:
    assert verdict(purchase(), asking(expect)) == []


NUMBERED = "- arrive\n- expect: {order_success: {order: {num: $order.number}}}\n"


def test_a_variable_that_a_ledger_lacks_is_shown_as_written() -> None:
    [finding] = verdict(Story().step().show("/").tale(), NUMBERED)
    assert finding.evidence.expected == {"order": {"num": "$order.number"}}


def test_without_a_ledger_an_expectation_with_an_unknown_variable_is_not_judged() -> None:
    story = Story(ledger=False).step().show("/")
    assert verdict(story.tale(), NUMBERED) == []
    assert satisfied(story.tale(), NUMBERED)


def test_a_page_fact_is_the_value_until_another_page_contains_it() -> None:
    facts = {"product": {"sku": "1-blue", "name": "Tumbler"}}
    story = Story(ledger=False).step().show("/lamp", "other").add(PageRead(url=STORE, facts=facts))
    story.send(ADDED).show("/").add(PageRead(url=STORE, facts={"product": {"name": "Home"}}))
    expected = "- arrive\n- expect: {add_item_to_cart: {line_item: {sku_code: $product.sku}}}\n"
    assert verdict(story.tale(), expected) == []
    broken = rewritten(story.tale(), in_event("add_item_to_cart", "line_item", "sku_code", to="1-red"))
    [finding] = verdict(broken, expected)
    assert (finding.code, finding.evidence.allowed) == ("wrong-value", "1-blue")


# Satisfied


def satisfied(recording: Recording, steps: str = EVERYTHING, *, more: str = "") -> bool:
    return is_satisfied(recording, scenario(steps, more=more), get())


def test_a_journey_is_satisfied_when_all_expected_events_have_arrived() -> None:
    assert satisfied(purchase())
    assert satisfied(split_purchase(), SPLIT)


@pytest.mark.parametrize("event", ["pageview", "visit", "funnel", "add_item_to_cart", "order_success"])
def test_a_journey_is_not_satisfied_while_an_event_is_missing(event: str) -> None:
    assert not satisfied(rewritten(purchase(), without(event)))


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ("edit_cart", False),
        ("edit_cart: {$times: 0}", True),
        ('edit_cart: {$times: "0-2"}', True),
        ("order_success: {$times: 2}", False),
        ('order_success: {$times: "1+"}', True),
        ("funnel: {$times: 4}", True),
        ("funnel: {$times: 5}", False),
    ],
)
def test_a_journey_is_satisfied_when_the_least_number_has_arrived(expect: str, expected: bool) -> None:
    assert satisfied(purchase(), asking(expect)) is expected


def test_a_later_expectation_is_not_due_yet() -> None:
    story = Story().step().show("/")
    assert satisfied(story.tale(), "- arrive\n- reload\n- expect: edit_cart\n")
    story.step().show("/", navigation="reload")
    assert not satisfied(story.tale(), "- arrive\n- reload\n- expect: edit_cart\n")


def test_never_and_others_need_no_waiting() -> None:
    assert satisfied(purchase(), more="never: [add_item_to_cart]\nothers: allow\n")


def numbered(recording: Recording, numbers: tuple[int, ...]) -> Recording:
    """The steps with other numbers: those that they have where there is an `expect` between."""
    names = dict(zip(range(1, len(numbers) + 1), numbers, strict=True))
    renamed = [
        replace(record, number=names[record.number]) if isinstance(record, StepBegun | StepEnded) else record
        for record in recording.records
    ]
    return replace(recording, records=tuple(renamed))
