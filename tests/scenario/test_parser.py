"""Reading scenario files: their meaning, and the error message of each mistake."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
PRODUCT_PAGE = f"{HEAD}  - search: tumbler\n"


def read(text: str) -> Scenario:
    return parse_scenario(text, file="a.yaml", target=TARGET, protocol=PROTOCOL)


def error_of(text: str) -> str:
    with pytest.raises(FileError) as caught:
        read(text)
    return str(caught.value)


def outcome(text: str) -> str:
    """The error message for a text, empty for a valid scenario."""
    try:
        read(text)
    except FileError as error:
        return str(error)
    return ""


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


MISTAKES = {
    "an unknown store option": (
        f"{HEAD}store: {{backnd: v2}}\n",
        4,
        '"store" has no key "backnd"; did you mean "backend"?',
    ),
    "a wrong value of a store option": (
        f"{HEAD}store: {{backend: v3}}\n",
        4,
        '"backend" cannot be "v3"; allowed: off, v1, v2',
    ),
    "a word for the store options": (f"{HEAD}store: v2\n", 4, '"store" must be a mapping'),
    "faults without a value": (
        f"{HEAD}  - faults:\n",
        4,
        "\"faults\" must be off, or a mapping of faults, as in 'faults: {collector: [503, 503, ok]}'",
    ),
    "an unknown fault": (
        f"{HEAD}  - faults: {{collector: [503, okay]}}\n",
        4,
        'no such fault "okay"; allowed: ok, a status from 400 to 599, reset, reset before body, no answer, 429 retry after',
    ),
    "an unknown place of faults": (
        f"{HEAD}  - faults: {{colector: 503}}\n",
        4,
        '"faults" has no key "colector"; did you mean "collector"?',
    ),
    "traffic without a fault": (
        f"{HEAD}  - faults: {{for: beacons}}\n",
        4,
        '"for" needs a fault of the collector; add "collector"',
    ),
    "an unknown host to block": (
        f"{HEAD}  - faults: {{blocked: [colector]}}\n",
        4,
        '"blocked" cannot be "colector"; did you mean "collector"?',
    ),
    "an empty list of features": (f"{HEAD}  - faults: {{lacks: []}}\n", 4, '"lacks" is empty; allowed: fetch, '),
    "a wrong value of offline": (f"{HEAD}  - faults: {{offline: half}}\n", 4, '"offline" can only be true'),
    "faults for unknown traffic": (
        f"{HEAD}  - faults: {{collector: 503, for: document}}\n",
        4,
        '"for" cannot be "document"; did you mean "documents"?',
    ),
    "faults without a fault": (
        f"{HEAD}  - faults: {{collector: ok}}\n",
        4,
        "no attempt has a fault; write faults: off",
    ),
    "only faults": ("name: A\nsteps:\n  - faults: off\n", 2, "steps is empty; begin with '- arrive'"),
    "two expectations with faults between them": (
        f"{HEAD}  - expect: visit\n  - faults: off\n  - expect: pageview\n",
        6,
        "there is no step between this expectation and line 4; merge the two",
    ),
    "a document that there is not": (
        f"{HEAD}  - expect: ordr document\n",
        4,
        'no such event or document "ordr document"; did you mean "order document"?',
    ),
    "a misspelt field of a document": (
        f"{HEAD}  - expect: {{order document: {{items: [{{quantty: 2}}]}}}}\n",
        4,
        'no such field "quantty" in "order document/items"; did you mean "quantity"?',
    ),
    "no name": ("steps: [home]\n", 1, 'a scenario needs the key "name"'),
    "no steps": ("name: A\n", 1, 'a scenario needs the key "steps"'),
    "an empty name": ("name:\nsteps: [home]\n", 1, '"name" has no value'),
    "a wrong key": (f"{HEAD}tag: [a]\n", 4, 'a scenario has no key "tag"; did you mean "tags"?'),
    "a list": ("- home\n", 1, "a scenario must be a mapping with a line 'key: value' for each field, not a list"),
    "a word": ("hello\n", 1, "a scenario must be a mapping with a line 'key: value' for each field, not \"hello\""),
    "a step for steps": (
        "name: A\nsteps: home\n",
        2,
        "steps must be a list with a line '- …' for each item, not \"home\"",
    ),
    "no space behind a dash": ("name: A\nsteps:\n  -home\n", 2, "steps must be a list with a line '- …' for each item"),
    "empty steps": ("name: A\nsteps:\n", 2, "steps must be a list with a line '- …' for each item, not nothing"),
    "a list of no steps": ("name: A\nsteps: []\n", 2, "steps is empty; begin with '- arrive'"),
    "a word for tags": (f"{HEAD}tags: smoke\n", 4, '"tags" must be a list'),
    "a wrong shopper": (f"{HEAD}shopper: Guest\n", 4, '"shopper" cannot be "Guest"; did you mean "guest"?'),
    "a browser by its name": (f"{HEAD}browser: firefox\n", 4, '"browser" cannot be "firefox"; allowed: any, full'),
    "a browser that cannot, without a reason": (f"{HEAD}not in firefox:\n", 4, '"not in firefox" has no value'),
    "a browser that nobody knows": (
        f"{HEAD}not in firfox: why\n",
        4,
        'a scenario has no key "not in firfox"; did you mean "not in firefox"?',
    ),
    "a wrong word for others": (f"{HEAD}others: alow\n", 4, '"others" cannot be "alow"; did you mean "allow"?'),
    "an unknown action": (f"{HEAD}  - add to crt: 2\n", 4, 'no such action "add to crt"; did you mean "add to cart"?'),
    "an action of another case": (f"{HEAD}  - Search: a\n", 4, 'no such action "Search"; did you mean "search"?'),
    "nothing like an action": (f"{HEAD}  - qqq\n", 4, 'no such action "qqq"; allowed: home, category,'),
    "no space after a colon": (f"{HEAD}  - search:cup\n", 4, 'no such action "search:cup"; write a space after'),
    "a key that YAML 1.1 took for true": (f"{HEAD}  - yes: \n", 4, 'no such action "yes"; allowed: '),
    "a number for a key": (f"{HEAD}  - 1: \n", 4, 'no such action "1"; allowed: '),
    "an empty item": (f"{HEAD}  -\n", 4, "an item is an action, as in '- home' or '- goto: /', not nothing"),
    "a null item": (f"{HEAD}  - ~\n", 4, "an item is an action, as in '- home' or '- goto: /', not nothing"),
    "a list for an item": (f"{HEAD}  - [home]\n", 4, "an item is an action, as in '- home' or '- goto: /', not a list"),
    "two actions in one item": (f"{HEAD}  - cart:\n    home:\n", 5, 'an item has one key; start a new item for "home"'),
    "a parameter too far left": (
        f"{HEAD}  - add to cart:\n    quantity: 2\n",
        5,
        'indent "quantity" further, so that it belongs to "add to cart"',
    ),
    "a value that is missing": (f"{HEAD}  - search:\n", 4, '"search" needs "words", as in \'search: {words: …}\''),
    "a null for a value": (f"{HEAD}  - search: null\n", 4, '"search" needs "words"'),
    "a parameter without a value": (f"{HEAD}  - search: {{words: }}\n", 4, '"words" of "search" has no value'),
    "an unknown parameter": (
        f"{HEAD}  - check out: {{pya: card}}\n",
        4,
        '"check out" has no parameter "pya"; did you mean "pay"?',
    ),
    "a value outside the choices": (
        f"{HEAD}  - check out: {{pay: crad}}\n",
        4,
        '"pay" of "check out" cannot be "crad"; did you mean "card"?',
    ),
    "a list for a value": (f"{HEAD}  - search: [a]\n", 4, '"words" of "search" must be text, not a list'),
    "a value for an action without parameters": (f"{HEAD}  - cart: 2\n", 4, '"cart" must have no value, not "2"'),
    "a value for reload": (f"{HEAD}  - reload: now\n", 4, '"reload" must have no value, not "now"'),
    "a selector with brackets": (f"{HEAD}  - click: [name=q]\n", 4, '"click" must have a selector (in quotes if'),
    "an unknown role": (
        f"{HEAD}  - click: {{buton: Buy}}\n",
        4,
        '"click" does not support "buton"; did you mean "button"?',
    ),
    "a field without a value": (f"{HEAD}  - fill: {{.q: }}\n", 4, '"fill" of ".q" has no value'),
    "an unknown page": (f"{HEAD}  - arrive: {{at: hme}}\n", 4, 'no such page "hme"; did you mean "home"?'),
    "an unknown page to go to": (f"{HEAD}  - goto: crat\n", 4, 'no such page "crat"; did you mean "cart"?'),
    "a URL for a site": (f"{HEAD}  - arrive: {{from: 'https://a.b/'}}\n", 4, '"from" must be a host name, such as'),
    "a search without a site": (
        f"{HEAD}  - arrive: {{for: cups}}\n",
        4,
        '"for" is a search on another site; name the site with "from"',
    ),
    "an unknown field of a variable": (
        f"{HEAD}  - search: $product.nme\n",
        4,
        'no such variable "$product.nme"; did you mean "$product.name"?',
    ),
    "an unknown variable": (
        f"{HEAD}  - search: $prodct.name\n",
        4,
        'no such variable "$prodct.name"; did you mean "product"? (write $$ for a dollar sign)',
    ),
    "a variable of another case": (f"{HEAD}  - search: $Product.name\n", 4, 'no such variable "$Product.name"; did'),
    "a variable without a field": (
        f"{HEAD}  - search: $cart\n",
        4,
        '"$cart" needs a field; allowed: $cart.id, $cart.s',
    ),
    "a variable in braces": (
        f"{HEAD}  - search: ${{product.name}}\n",
        4,
        "variables have no braces; write $product.sku",
    ),
    "a variable in a selector": (f'{HEAD}  - fill: {{"#$crt.id": a}}\n', 4, 'no such variable "$crt.id"'),
    "a variable in a pattern": (
        f"{HEAD}  - expect:\n      pageview:\n        product: {{sku_code: $product.sk}}\n",
        6,
        'no such variable "$product.sk"; did you mean "$product.sku"?',
    ),
    "an invalid URL": (f"{HEAD}  - goto: 'http://[::1'\n", 4, '"http://[::1" is not a valid URL: '),
    "an invalid port": (f"{HEAD}  - arrive: {{at: 'http://a:b/'}}\n", 4, '"http://a:b/" is not a valid URL: '),
    "an invalid URL for a new tab": (f"{HEAD}  - new tab: //[a\n", 4, '"//[a" is not a valid URL: '),
    "a site with an underscore": (
        f"{HEAD}  - arrive: {{from: a_b.test}}\n",
        4,
        '"from" must be a host name, such as',
    ),
    "a site with an empty label": (
        f"{HEAD}  - arrive: {{from: a..test}}\n",
        4,
        '"from" must be a host name, such as',
    ),
    "a site that is a number": (f"{HEAD}  - arrive: {{from: 1.2.3}}\n", 4, '"from" must be a host name, such as'),
    "a label that is too long": (f"{HEAD}  - arrive: {{from: {'a' * 64}.test}}\n", 4, '"from" must be a host name,'),
    "a site that is too long": (f"{HEAD}  - arrive: {{from: {'a.' * 127}test}}\n", 4, '"from" must be a host name,'),
    "a site with a line break": (f'{HEAD}  - arrive: {{from: "a.test\\n"}}\n', 4, '"from" must be a host name,'),
    "an arrival from the store": (
        f"{HEAD}  - arrive: {{from: Shop.test}}\n",
        4,
        '"from" cannot be "shop.test": the harness serves',
    ),
    "an arrival from the script's host": (
        f"{HEAD}  - arrive: {{from: {PROTOCOL.script_host}}}\n",
        4,
        f'"from" cannot be "{PROTOCOL.script_host}"',
    ),
    "an arrival from a collector": (
        f"{HEAD}  - arrive: {{from: {PROTOCOL.collector_hosts[1]}}}\n",
        4,
        f'"from" cannot be "{PROTOCOL.collector_hosts[1]}"',
    ),
    "a click before any page": (
        "name: A\nsteps:\n  - home\n  - arrive\n",
        3,
        "\"home\" needs an open page; begin with '- arrive'",
    ),
    "a plain action before any page": ("name: A\nsteps:\n  - reload\n", 3, '"reload" needs an open page; begin with'),
    "an expectation before any step": (
        "name: A\nsteps:\n  - expect: visit\n  - home\n",
        3,
        "there is no step before this expectation; begin with '- arrive'",
    ),
    "an expectation after another": (
        f"{HEAD}  - expect: visit\n  - expect: pageview\n",
        5,
        "there is no step between this expectation and line 4; merge the two",
    ),
    "an expectation without an event": (f"{HEAD}  - expect:\n", 4, '"expect" has no event; allowed: pageview, visit,'),
    "an expectation as a second key": (
        f"{PRODUCT_PAGE}    expect: visit\n",
        5,
        "an item has one key; start a new item for \"expect\": '- expect: …'",
    ),
    "an expectation under a value": (f"{PRODUCT_PAGE}      expect: visit\n", 5, '"expect" is not allowed here; fix'),
    "an expectation under a word": (f"{HEAD}    expect: visit\n", 4, '"expect" is not allowed here; fix'),
    "an expectation under an action": (
        "name: A\nsteps:\n  - search:\n      expect: visit\n",
        4,
        '"expect" is not allowed under "search"; start a new item',
    ),
    "an expectation outside the steps": (f"{HEAD}expect: visit\n", 4, '"expect" is a step: write'),
    "an event that is not indented": (
        f"{HEAD}  - expect:\n    pageview: {{page_type: cart}}\n",
        5,
        'indent "pageview" further, so that it belongs to "expect"',
    ),
    "an action for an event": (
        f"{HEAD}  - expect:\n      - visit\n      - home\n",
        6,
        'no such event or document "home"; allowed: ',
    ),
    "an unknown event": (
        f"{HEAD}  - expect: pagevew\n",
        4,
        'no such event or document "pagevew"; did you mean "pageview"?',
    ),
    "an unknown event never": (
        f"{HEAD}never: [visits]\n",
        4,
        'no such event or document "visits"; did you mean "visit"?',
    ),
    "never without an event": (f"{HEAD}never:\n", 4, "an event has no value"),
    "an empty item of an expectation": (f"{HEAD}  - expect: [visit, ~]\n", 4, "an event has no value"),
    "a word for a pattern": (f"{HEAD}  - expect: {{pageview: cart}}\n", 4, '"pageview" must be a mapping'),
    "a misspelt field": (
        f"{HEAD}  - expect:\n      - visit\n      - pageview: {{page_tpe: cart}}\n",
        6,
        'no such field "page_tpe" in "pageview"; did you mean "page_type"?',
    ),
    "a misspelt field further in": (
        f"{HEAD}  - expect:\n      pageview:\n        search:\n          keywrd: a\n",
        7,
        'no such field "keywrd" in "pageview/search"; did you mean "keyword"?',
    ),
    "a misspelt value": (
        f"{HEAD}  - expect:\n      pageview:\n        page_type: hompage\n",
        6,
        '"page_type" cannot be "hompage"; did you mean "homepage"?',
    ),
    "text for a mapping": (
        f"{HEAD}  - expect: {{pageview: {{search: cups}}}}\n",
        4,
        '"search" cannot be "cups"; allowed: a mapping of its fields',
    ),
    "a mapping for text": (
        f"{HEAD}  - expect: {{pageview: {{search: {{keyword: {{a: b}}}}}}}}\n",
        4,
        '"keyword" cannot be a mapping; allowed: text, a number or a matcher',
    ),
    "a field that is empty": (
        f"{HEAD}  - expect:\n      pageview:\n        search: {{keyword: }}\n",
        6,
        '"keyword" has no value; write null, "", or {$any: } for any value',
    ),
    "a misspelt matcher": (
        f"{HEAD}  - expect:\n      pageview:\n        search:\n          keyword: {{$mtches: a}}\n",
        7,
        'no such matcher "$mtches"; did you mean "$matches"?',
    ),
    "a bad regular expression": (
        f"{HEAD}  - expect: {{pageview: {{search: {{keyword: {{$matches: (}}}}}}}}\n",
        4,
        '"$matches" has an invalid regular expression',
    ),
    "a number for a regular expression": (
        f"{HEAD}  - expect: {{pageview: {{search: {{keyword: {{$matches: 12}}}}}}}}\n",
        4,
        '"$matches" needs text; put 12 in quotes',
    ),
    "a number in quotes": (
        f"{HEAD}  - expect: {{pageview: {{search: {{page: {{$about: '1'}}}}}}}}\n",
        4,
        '"$about" needs a number; remove the quotes',
    ),
    "a word for a number": (
        f"{HEAD}  - expect: {{pageview: {{search: {{page: {{$about: one}}}}}}}}\n",
        4,
        '"$about" needs a number',
    ),
    "a matcher with fields": (
        f"{HEAD}  - expect: {{pageview: {{search: {{$any: , page: 1}}}}}}\n",
        4,
        '"$any" must be the only key of its object',
    ),
    "times that are negative": (
        f"{HEAD}  - expect: {{visit: {{$times: -1}}}}\n",
        4,
        "$times must be a number such as 2",
    ),
    "times that are too large": (
        f"{HEAD}  - expect: {{visit: {{$times: {'9' * 5000}}}}}\n",
        4,
        "$times must be a number such as 2",
    ),
    "times backwards": (f"{HEAD}  - expect: {{visit: {{$times: 3-1}}}}\n", 4, "$times must be a number such as 2"),
    "times that are empty": (f"{HEAD}  - expect: {{visit: {{$times: }}}}\n", 4, "$times has no value"),
    "times in the wrong place": (
        f"{HEAD}  - expect: {{pageview: {{search: {{$times: 2}}}}}}\n",
        4,
        'no such matcher "$times"',
    ),
    "times of never": (f"{HEAD}never:\n  - visit:\n      $times: 2\n", 6, '"never" does not support $times'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_in_one_line_with_its_place(mistake: str) -> None:
    text, line, words = MISTAKES[mistake]
    message = error_of(text)
    assert message.startswith(f"a.yaml:{line}: {words}")
    assert "\n" not in message


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


PIECES = st.sampled_from(
    [
        *("home", "search", "add to cart", "check out", "expect", "expect in order", "visit", "pageview", "page_type"),
        *("cart", "name", "steps", "never", "others", "tags", "arrive", "goto", "click", "fill", "press", "at", "from"),
        *("$times", "$any", "$about", "$matches", "$product.name", "$", "1", "2+", "null", "~", "[", "]", "{", "}"),
        *(": ", "- ", ", ", "\n", "\n  ", "\n    ", "\n  - ", "'", '"', "#", "*", "&", "x"),
    ]
)


@given(st.text() | st.lists(PIECES, max_size=25).map(lambda pieces: "name: A\nsteps:\n  - " + "".join(pieces)))
@settings(max_examples=1500, deadline=None)
def test_any_text_is_a_scenario_or_an_error_of_one_line(text: str) -> None:
    assert re.fullmatch(r"|a\.yaml:\d+: .+", outcome(text))
