"""The text report."""

import re
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console
from support.sample_results import failing_run, missing, passing_run, single, wrong_type

from harness.findings import Evidence, Severity
from harness.reports.text import print_to, render
from harness.results import EventView, RunResult


def printed(result: RunResult, *, width: int, color: bool = False) -> str:
    console = Console(file=StringIO(), width=width, force_terminal=color, color_system="truecolor" if color else None)
    print_to(console, result)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def lines(result: RunResult) -> list[str]:
    return render(result).splitlines()


def last_line(result: RunResult) -> str:
    return lines(result)[-1]


def test_the_last_line_of_a_passing_run_is_its_verdict() -> None:
    assert last_line(passing_run()) == "PASS  14 scenarios, 42 events, 0 errors, 0 warnings in 6.2 s (seed 7)"


def test_the_last_line_of_a_failing_run_counts_what_failed_and_what_did_not_run() -> None:
    expected = "FAIL  2 of 5 scenarios failed, 1 not run, 14 events, 5 errors, 2 warnings in 6.2 s (seed 7)"
    assert last_line(failing_run()) == expected


def test_what_did_not_run_never_counts_as_passed() -> None:
    passed, *_, not_run = failing_run().scenarios
    assert last_line(replace(failing_run(), scenarios=(passed, not_run))).startswith(
        "PASS  1 of 2 scenarios passed, 1 not run"
    )


def test_a_run_of_nothing_fails() -> None:
    not_run = failing_run().scenarios[-1]
    assert last_line(replace(failing_run(), scenarios=(not_run,))).startswith("FAIL  nothing ran, 1 not run")


def test_each_scenario_has_a_line_with_mark_name_events_and_seconds() -> None:
    assert re.fullmatch(
        r"✗  A guest buys +1 event +1\.2 s  1 error", lines(single(missing("x"), events=_one_event()))[0]
    )


def test_a_scenario_that_did_not_run_says_why() -> None:
    report = lines(failing_run())
    name = next(number for number, line in enumerate(report) if line.startswith("–"))
    assert report[name] == "–  Back from the receipt, the order is not counted again"
    assert report[name + 1].strip().startswith("not run: the back/forward cache needs full Chromium")


def test_a_cause_is_told_once_with_everything_needed() -> None:
    report = printed(failing_run(), width=200)
    assert report.count('page_type is "category", but the store showed a product page') == 1
    assert "error wrong-value, twice in 2 scenarios" in report
    assert 'scenarios/smoke/buy.yaml:9, step 3 "open product: Tumbler", https://shop.test/fakewww/products/2/' in report
    assert "scenarios/shopping/customer.yaml:8" in report


def test_the_nearest_event_is_compared_field_by_field() -> None:
    report = render(single(missing("add_item_to_cart")))
    assert re.search(r"nearest +edit_cart in beacon 14\n", report)
    assert re.search(r'differs in +/line_item/sku_code +got "TUM-BLU" +expected "TUM-RED"\n', report)
    assert re.search(r'/line_item/quantity +got nothing +expected "2"\n', report)


def test_a_cause_whose_sightings_differ_in_words_shows_the_words_of_each() -> None:
    report = render(single(wrong_type("category"), wrong_type("cart", index=1)))
    assert 'page_type is "category"' in report
    assert 'page_type is "cart"' in report


def test_of_many_places_the_first_are_shown_and_the_rest_counted() -> None:
    report = render(single(*(wrong_type("x", index=number) for number in range(100))))
    assert "and 95 more" in report
    assert len(report.splitlines()) < 30


def test_the_commands_repeat_the_run_and_its_failures() -> None:
    assert lines(failing_run())[-3:-1] == [
        "repeat      harness run scenarios --seed 7 --report html",
        "only failed harness run scenarios --seed 7 --report html --last-failed",
    ]


def test_a_passing_run_has_no_failed_ones_to_repeat() -> None:
    assert "--last-failed" not in render(passing_run())


def test_a_run_of_the_last_failed_does_not_say_it_twice() -> None:
    command = "harness run --seed 7 --last-failed"
    assert render(replace(failing_run(), command=command)).count("--last-failed") == 1


def test_warnings_of_a_passing_run_are_not_called_wrong() -> None:
    warning = replace(wrong_type("x"), severity=Severity.WARNING)
    report = render(single(warning, verdict="pass"))
    assert "Warnings" in report
    assert "Findings by likely cause" not in report


def test_notes_of_the_run_are_told() -> None:
    assert "certificates were not checked" in render(replace(passing_run(), notes=("certificates were not checked",)))


@pytest.mark.parametrize("width", [60, 80, 110, 200])
def test_only_a_word_longer_than_the_line_runs_over_it(width: int) -> None:
    for line in printed(failing_run(), width=width).splitlines():
        on_purpose = line.startswith(("repeat", "only failed", "FAIL"))
        assert len(line) <= width or on_purpose or max(map(len, line.split())) > width - 20, line


def test_verdict_and_commands_are_never_broken() -> None:
    assert printed(failing_run(), width=40).splitlines()[-3:] == lines(failing_run())[-3:]


def test_no_word_is_cut_or_broken_in_a_narrow_terminal() -> None:
    wide, narrow = (printed(failing_run(), width=width).split() for width in (300, 40))
    assert narrow == wide


def test_colour_is_for_terminals() -> None:
    assert "\x1b[" in printed(failing_run(), width=100, color=True)
    assert "\x1b" not in render(failing_run())


def test_nothing_from_the_wire_steers_the_terminal() -> None:
    hostile = "\x1b[2J\x1b]0;owned\x07\r\x9b31m\u202eevil\u2028[bold]not markup[/bold]"
    report = render(single(missing("visit", message=hostile), name=hostile))
    assert not re.search("[\x1b\x07\r\x9b\u202e\u2028]", report)
    assert "\\x1b[2J" in report
    assert "[bold]not markup[/bold]" in report


def test_a_very_long_value_is_cut_and_says_so() -> None:
    long = replace(wrong_type("x"), evidence=Evidence(value="y" * 100_000, pointer="/a"), message="z" * 100_000)
    report = render(single(long))
    assert len(report) < 5_000
    assert "(98,000 more characters)" in report


def _one_event() -> tuple[EventView, ...]:
    return failing_run().scenarios[0].steps[1].events
