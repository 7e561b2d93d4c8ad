"""Reading scenario files: their meaning, and the error message of each mistake."""

from pathlib import Path

import pytest

from harness import protocol as protocols
from harness.collector_faults import Fault, FaultScript
from harness.errors import FileError
from harness.scenario.faults import NONE, FaultSet
from harness.scenario.model import EventPattern, Expect, Scenario, SetFaults, Step
from harness.scenario.parser import find_files, parse_scenario, read_scenario
from harness.scenario.target import built_in, parse_target

TARGET, PROTOCOL = built_in(), protocols.get()
FAIL = Fault(status=503)
HEAD = "name: A\nsteps:\n  - arrive\n"


def read(text: str) -> Scenario:
    return parse_scenario(text, file="a.yaml", target=TARGET, protocol=PROTOCOL)


def patterns_of(expect: str) -> tuple[EventPattern, ...]:
    """The patterns of an expectation in one line."""
    (item,) = (item for item in read(f"{HEAD}  - expect: {expect}\n").items if isinstance(item, Expect))
    return item.patterns


def test_a_scenario_has_a_name_tags_a_shopper_and_numbered_items() -> None:
    scenario = read("name: A\ntags: [smoke]\nshopper: customer\nsteps:\n  - arrive\n  - expect: visit\n  - cart\n")
    assert (scenario.name, scenario.tags, scenario.shopper, scenario.others) == ("A", ("smoke",), "customer", "error")
    assert [(item.number, item.line) for item in scenario.items] == [(1, 5), (2, 6), (3, 7)]
    assert [step.call.action for step in scenario.steps] == ["arrive", "cart"]


def test_a_scenario_can_require_a_full_browser_and_exclude_browsers() -> None:
    assert (read(HEAD).browser, read(HEAD).not_in) == ("any", {})
    scenario = read(f"{HEAD}browser: full\nnot in firefox: no such cache\nnot in webkit: no such event\n")
    assert scenario.browser == "full"
    assert scenario.not_in == {"firefox": "no such cache", "webkit": "no such event"}


def test_a_step_has_a_bare_value_a_mapping_or_its_defaults() -> None:
    text = f"{HEAD}  - search: 0010\n  - add to cart: {{quantity: 2}}\n  - check out\n"
    assert [step.call.arguments for step in read(text).steps[1:]] == [
        {"words": "0010"},
        {"quantity": "2", "variant": None},
        {"pay": "card", "ship": "standard"},
    ]


def test_an_empty_text_in_quotes_is_a_value() -> None:
    assert read(f'{HEAD}  - search: ""\n').steps[1].call.arguments == {"words": ""}


def test_an_arrival_is_a_page_or_a_mapping_with_the_origin() -> None:
    text = "name: A\nsteps:\n  - arrive\n  - arrive: cart\n  - arrive: {at: /a, from: www.google.com, for: cups}\n"
    assert [step.call.arguments for step in read(text).steps] == [
        {},
        {"at": "cart"},
        {"at": "/a", "from": "www.google.com", "for": "cups"},
    ]


@pytest.mark.parametrize("expect", ["visit", "[visit]", "{visit: }", "{visit: null}", "[{visit: {}}]"])
def test_an_expected_event_can_have_each_form(expect: str) -> None:
    assert patterns_of(expect) == (EventPattern(type="visit", pattern={}, line=4),)


def test_a_pattern_keeps_its_scalars_as_text_and_its_null() -> None:
    (only,) = patterns_of("{pageview: {search: {keyword: 0010, page: 1}, category: {id: null}}}")
    assert only.pattern == {"search": {"keyword": "0010", "page": "1"}, "category": {"id": None}}


@pytest.mark.parametrize(
    ("times", "least", "most"), [("2", 2, 2), ("1+", 1, None), ("0-2", 0, 2), ("'3'", 3, 3), ("0", 0, 0)]
)
def test_an_event_can_be_expected_several_times(times: str, least: int, most: int | None) -> None:
    (only,) = patterns_of(f"{{pageview: {{$times: {times}}}}}")
    assert (only.least, only.most, only.pattern) == (least, most, {})


def test_never_contains_patterns() -> None:
    scenario = read(f"{HEAD}never: [visit, pageview: {{page_type: cart}}]\n")
    assert [(item.type, item.pattern) for item in scenario.never] == [
        ("visit", {}),
        ("pageview", {"page_type": "cart"}),
    ]


def test_an_order_of_events_can_be_expected() -> None:
    item = read(f"{HEAD}  - expect in order: [visit, pageview]\n").items[-1]
    assert isinstance(item, Expect)
    assert item.in_order
    assert [one.type for one in item.patterns] == ["visit", "pageview"]


def test_a_file_may_name_its_schema_for_editors() -> None:
    first = "# yaml-language-server: $schema=scenario.schema.json\n"
    assert read(first + HEAD).steps == (Step(number=1, line=4, call=read(first + HEAD).steps[0].call),)


def test_a_scenario_can_set_options_of_the_store() -> None:
    assert read(f"{HEAD}store: {{backend: v2, history: 12}}\n").store == {"backend": "v2", "history": "12"}
    assert read(HEAD).store == {}


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("off", NONE),
        ("{collector: 503}", FaultSet(script=FaultScript(attempts=(FAIL,), repeats_last=True, words="collector: 503"))),
        (
            "{collector: [503, ok], for: documents}",
            FaultSet(
                script=FaultScript(
                    attempts=(FAIL, None),
                    traffic=frozenset({"documents"}),
                    words="collector: [503, ok], for: documents",
                )
            ),
        ),
        ("{blocked: [collector, script]}", FaultSet(blocked=frozenset({"collector", "script"}))),
        ("{lacks: fetch, offline: true}", FaultSet(lacks=frozenset({"fetch"}), is_offline=True)),
    ],
)
def test_faults_are_items_between_the_steps(text: str, faults: FaultSet) -> None:
    scenario = read(f"{HEAD}  - faults: {text}\n  - expect: visit\n")
    assert scenario.items[1] == SetFaults(number=2, line=4, faults=faults)
    assert len(scenario.steps) == 1


def test_faults_keep_the_words_of_the_scenario() -> None:
    given = "{collector: [503, ok], for: beacons, blocked: [script], lacks: [sendBeacon, fetch], offline: true}"
    faults = read(f"{HEAD}  - faults: {given}\n").items[1]
    assert isinstance(faults, SetFaults)
    words = "collector: [503, ok], for: beacons, blocked: script, lacks: fetch, sendBeacon, offline"
    assert faults.faults.words == words


@pytest.mark.parametrize(
    ("faults", "delays"),
    [
        ("{collector: 503}", True),
        ("{collector: 503, for: documents}", False),
        ("{collector: [503, ok]}", False),
        ("{collector: 400 ms late}", False),
        ("{shopper: in a hurry}", False),
        ("{blocked: collector}", True),
        ("{blocked: script}", False),
        ("{offline: true}", True),
        ("off", False),
    ],
)
def test_lasting_faults_delay_beacons(faults: str, delays: bool) -> None:
    item = read(f"{HEAD}  - faults: {faults}\n").items[1]
    assert isinstance(item, SetFaults)
    assert item.faults.delays is delays


def test_faults_may_come_before_the_first_step() -> None:
    assert len(read("name: A\nsteps:\n  - faults: {collector: 503}\n  - arrive\n").items) == 2


def test_a_document_is_expected_like_an_event() -> None:
    (only,) = patterns_of("{order document: {status: placed, $times: 2}}")
    assert (only.type, only.pattern, only.least) == ("order document", {"status": "placed"}, 2)


def test_a_site_is_converted_to_lower_case() -> None:
    assert read(f"{HEAD}  - arrive: {{from: www.Google.com}}\n").steps[1].call.arguments == {"from": "www.google.com"}


@pytest.mark.parametrize("opener", ["arrive", "goto: /", "new tab: /", "enter", "come in"])
def test_a_scenario_begins_with_an_action_that_opens_a_page(opener: str) -> None:
    actions = "actions:\n  enter: {do: [{goto: /}, reload]}\n  come in: {do: [enter, reload]}\n"
    target = parse_target(f"name: B\nurl: https://b.test\n{actions}", file="b.yaml")
    text = f"name: A\nsteps:\n  - {opener}\n  - expect: visit\n"
    assert len(parse_scenario(text, file="a.yaml", target=target, protocol=PROTOCOL).items) == 2


def test_a_double_dollar_sign_or_one_before_a_digit_is_not_a_variable() -> None:
    assert read(f"{HEAD}  - search: $5 or $$cheap\n").steps[1].call.arguments == {"words": "$5 or $$cheap"}


def test_an_unknown_field_may_be_expected_if_no_known_name_is_close() -> None:
    (only,) = patterns_of("{pageview: {colour: red}}")
    assert only.pattern == {"colour": "red"}


def test_an_error_contains_the_path_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text("name: A\nsteps: [hme]\n", encoding="utf-8")
    with pytest.raises(FileError, match=r'^a.yaml:2: no such action "hme"'):
        read_scenario(Path("a.yaml"), target=TARGET, protocol=PROTOCOL)


def test_scenarios_in_folders_are_found_once_and_sorted(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    files = [tmp_path / name for name in ("b.yaml", "deep/a.yml", "deep/note.txt")]
    for file in files:
        file.touch()
    assert find_files([tmp_path, tmp_path / "b.yaml"]) == files[:2]


def test_a_file_with_several_names_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "b.yaml").touch()
    (tmp_path / "a.yaml").touch()
    (tmp_path / "c.yaml").symlink_to("a.yaml")
    names = [Path("b.yaml"), Path("./a.yaml"), tmp_path / "b.yaml", Path("c.yaml"), tmp_path]
    assert find_files(names) == [Path("b.yaml"), Path("a.yaml")]


def test_a_path_that_is_too_long_is_reported_in_one_line() -> None:
    (path,) = find_files([Path("a" * 300)])
    with pytest.raises(FileError, match=r"cannot be read: File name too long$"):
        read_scenario(path, target=TARGET, protocol=PROTOCOL)


def test_a_folder_without_scenarios_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="this folder contains no scenario"):
        find_files([tmp_path])
