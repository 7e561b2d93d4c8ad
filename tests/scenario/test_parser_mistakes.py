"""Mistakes in scenario files: one error message of one line for each."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness import protocol as protocols
from harness.errors import FileError
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

TARGET, PROTOCOL = built_in(), protocols.get()
HEAD = "name: A\nsteps:\n  - arrive\n"
PRODUCT_PAGE = f"{HEAD}  - search: tumbler\n"


def error_of(text: str) -> str:
    """The error message for a text, empty for a valid scenario."""
    try:
        parse_scenario(text, file="a.yaml", target=TARGET, protocol=PROTOCOL)
    except FileError as error:
        return str(error)
    return ""


ITEM_MISTAKES = {
    "faults without a value": (
        "faults:",
        "\"faults\" must be off, or a mapping of faults, as in 'faults: {collector: [503, 503, ok]}'",
    ),
    "an unknown fault": (
        "faults: {collector: [503, okay]}",
        'no such fault "okay"; allowed: ok, a status from 400 to 599, reset, reset before body, no answer, 429 retry after',
    ),
    "an unknown place of faults": (
        "faults: {colector: 503}",
        '"faults" has no key "colector"; did you mean "collector"?',
    ),
    "traffic without a fault": ("faults: {for: beacons}", '"for" needs a fault of the collector; add "collector"'),
    "an unknown host to block": (
        "faults: {blocked: [colector]}",
        '"blocked" cannot be "colector"; did you mean "collector"?',
    ),
    "an empty list of features": ("faults: {lacks: []}", '"lacks" is empty; allowed: fetch, '),
    "a wrong value of offline": ("faults: {offline: half}", '"offline" can only be true'),
    "faults for unknown traffic": (
        "faults: {collector: 503, for: document}",
        '"for" cannot be "document"; did you mean "documents"?',
    ),
    "faults without a fault": ("faults: {collector: ok}", "no attempt has a fault; write faults: off"),
    "an unknown document": (
        "expect: ordr document",
        'no such event or document "ordr document"; did you mean "order document"?',
    ),
    "a misspelt field of a document": (
        "expect: {order document: {items: [{quantty: 2}]}}",
        'no such field "quantty" in "order document/items"; did you mean "quantity"?',
    ),
    "an unknown action": ("add to crt: 2", 'no such action "add to crt"; did you mean "add to cart"?'),
    "an action of another case": ("Search: a", 'no such action "Search"; did you mean "search"?'),
    "nothing like an action": ("qqq", 'no such action "qqq"; allowed: home, category,'),
    "no space after a colon": ("search:cup", 'no such action "search:cup"; write a space after'),
    "a key that YAML 1.1 took for true": ("yes: ", 'no such action "yes"; allowed: '),
    "a number for a key": ("1: ", 'no such action "1"; allowed: '),
    "a null item": ("~", "an item is an action, as in '- home' or '- goto: /', not nothing"),
    "a list for an item": ("[home]", "an item is an action, as in '- home' or '- goto: /', not a list"),
    "a value that is missing": ("search:", '"search" needs "words", as in \'search: {words: …}\''),
    "a null for a value": ("search: null", '"search" needs "words"'),
    "a parameter without a value": ("search: {words: }", '"words" of "search" has no value'),
    "an unknown parameter": ("check out: {pya: card}", '"check out" has no parameter "pya"; did you mean "pay"?'),
    "a value outside the choices": (
        "check out: {pay: crad}",
        '"pay" of "check out" cannot be "crad"; did you mean "card"?',
    ),
    "a list for a value": ("search: [a]", '"words" of "search" must be text, not a list'),
    "a value for an action without parameters": ("cart: 2", '"cart" must have no value, not "2"'),
    "a value for reload": ("reload: now", '"reload" must have no value, not "now"'),
    "a selector with brackets": ("click: [name=q]", '"click" must have a selector (in quotes if'),
    "an unknown role": ("click: {buton: Buy}", '"click" does not support "buton"; did you mean "button"?'),
    "a field without a value": ("fill: {.q: }", '"fill" of ".q" has no value'),
    "an unknown page": ("arrive: {at: hme}", 'no such page "hme"; did you mean "home"?'),
    "an unknown page to go to": ("goto: crat", 'no such page "crat"; did you mean "cart"?'),
    "a URL for a site": ("arrive: {from: 'https://a.b/'}", '"from" must be a host name, such as'),
    "a search without a site": ("arrive: {for: cups}", '"for" is a search on another site; name the site with "from"'),
    "an unknown field of a variable": (
        "search: $product.nme",
        'no such variable "$product.nme"; did you mean "$product.name"?',
    ),
    "an unknown variable": (
        "search: $prodct.name",
        'no such variable "$prodct.name"; did you mean "product"? (write $$ for a dollar sign)',
    ),
    "a variable of another case": ("search: $Product.name", 'no such variable "$Product.name"; did'),
    "a variable without a field": ("search: $cart", '"$cart" needs a field; allowed: $cart.id, $cart.s'),
    "a variable in braces": ("search: ${product.name}", "variables have no braces; write $product.sku"),
    "a variable in a selector": ('fill: {"#$crt.id": a}', 'no such variable "$crt.id"'),
    "an invalid URL": ("goto: 'http://[::1'", '"http://[::1" is not a valid URL: '),
    "an invalid port": ("arrive: {at: 'http://a:b/'}", '"http://a:b/" is not a valid URL: '),
    "an invalid URL for a new tab": ("new tab: //[a", '"//[a" is not a valid URL: '),
    "a site with an underscore": ("arrive: {from: a_b.test}", '"from" must be a host name, such as'),
    "a site with an empty label": ("arrive: {from: a..test}", '"from" must be a host name, such as'),
    "a site that is a number": ("arrive: {from: 1.2.3}", '"from" must be a host name, such as'),
    "a site with a line break": ('arrive: {from: "a.test\\n"}', '"from" must be a host name,'),
    "an arrival from the store": ("arrive: {from: Shop.test}", '"from" cannot be "shop.test": the harness serves'),
    "an expectation without an event": ("expect:", '"expect" has no event; allowed: pageview, visit,'),
    "an unknown event": ("expect: pagevew", 'no such event or document "pagevew"; did you mean "pageview"?'),
    "an empty item of an expectation": ("expect: [visit, ~]", "an event has no value"),
    "a word for a pattern": ("expect: {pageview: cart}", '"pageview" must be a mapping'),
    "text for a mapping": (
        "expect: {pageview: {search: cups}}",
        '"search" cannot be "cups"; allowed: a mapping of its fields',
    ),
    "a mapping for text": (
        "expect: {pageview: {search: {keyword: {a: b}}}}",
        '"keyword" cannot be a mapping; allowed: text, a number or a matcher',
    ),
    "a bad regular expression": (
        "expect: {pageview: {search: {keyword: {$matches: (}}}}",
        '"$matches" has an invalid regular expression',
    ),
    "a number for a regular expression": (
        "expect: {pageview: {search: {keyword: {$matches: 12}}}}",
        '"$matches" needs text; put 12 in quotes',
    ),
    "a number in quotes": (
        "expect: {pageview: {search: {page: {$about: '1'}}}}",
        '"$about" needs a number; remove the quotes',
    ),
    "a word for a number": ("expect: {pageview: {search: {page: {$about: one}}}}", '"$about" needs a number'),
    "a matcher with fields": (
        "expect: {pageview: {search: {$any: , page: 1}}}",
        '"$any" must be the only key of its object',
    ),
    "times that are negative": ("expect: {visit: {$times: -1}}", "$times must be a number such as 2"),
    "times backwards": ("expect: {visit: {$times: 3-1}}", "$times must be a number such as 2"),
    "times that are empty": ("expect: {visit: {$times: }}", "$times has no value"),
    "times in the wrong place": ("expect: {pageview: {search: {$times: 2}}}", 'no such matcher "$times"'),
}

MISTAKES = {
    **{name: (f"{HEAD}  - {item}\n", 4, message) for name, (item, message) in ITEM_MISTAKES.items()},
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
    "only faults": ("name: A\nsteps:\n  - faults: off\n", 2, "steps is empty; begin with '- arrive'"),
    "two expectations with faults between them": (
        f"{HEAD}  - expect: visit\n  - faults: off\n  - expect: pageview\n",
        6,
        "there is no step between this expectation and line 4; merge the two",
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
    "an excluded browser without a reason": (f"{HEAD}not in firefox:\n", 4, '"not in firefox" has no value'),
    "an unknown browser": (
        f"{HEAD}not in firfox: why\n",
        4,
        'a scenario has no key "not in firfox"; did you mean "not in firefox"?',
    ),
    "a wrong word for others": (f"{HEAD}others: alow\n", 4, '"others" cannot be "alow"; did you mean "allow"?'),
    "an empty item": (f"{HEAD}  -\n", 4, "an item is an action, as in '- home' or '- goto: /', not nothing"),
    "two actions in one item": (f"{HEAD}  - cart:\n    home:\n", 5, 'an item has one key; start a new item for "home"'),
    "a parameter too far left": (
        f"{HEAD}  - add to cart:\n    quantity: 2\n",
        5,
        'indent "quantity" further, so that it belongs to "add to cart"',
    ),
    "a variable in a pattern": (
        f"{HEAD}  - expect:\n      pageview:\n        product: {{sku_code: $product.sk}}\n",
        6,
        'no such variable "$product.sk"; did you mean "$product.sku"?',
    ),
    "a label that is too long": (f"{HEAD}  - arrive: {{from: {'a' * 64}.test}}\n", 4, '"from" must be a host name,'),
    "a site that is too long": (f"{HEAD}  - arrive: {{from: {'a.' * 127}test}}\n", 4, '"from" must be a host name,'),
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
    "an unknown event never": (
        f"{HEAD}never: [visits]\n",
        4,
        'no such event or document "visits"; did you mean "visit"?',
    ),
    "never without an event": (f"{HEAD}never:\n", 4, "an event has no value"),
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
    "times that are too large": (
        f"{HEAD}  - expect: {{visit: {{$times: {'9' * 5000}}}}}\n",
        4,
        "$times must be a number such as 2",
    ),
    "times of never": (f"{HEAD}never:\n  - visit:\n      $times: 2\n", 6, '"never" does not support $times'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_in_one_line_with_its_place(mistake: str) -> None:
    text, line, words = MISTAKES[mistake]
    message = error_of(text)
    assert message.startswith(f"a.yaml:{line}: {words}")
    assert "\n" not in message


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
    assert re.fullmatch(r"|a\.yaml:\d+: .+", error_of(text))
