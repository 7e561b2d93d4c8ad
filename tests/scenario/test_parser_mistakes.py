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


ITEM_MISTAKES = [
    ("faults:", "\"faults\" must be off, or a mapping of faults, as in 'faults: {collector: [503, 503, ok]}'"),
    (
        "faults: {collector: [503, okay]}",
        'no such fault "okay"; allowed: ok, a status from 400 to 599, reset, reset before body, no answer, 429 retry after',
    ),
    ("faults: {colector: 503}", '"faults" has no key "colector"; did you mean "collector"?'),
    ("faults: {for: beacons}", '"for" needs a fault of the collector; add "collector"'),
    ("faults: {blocked: [colector]}", '"blocked" cannot be "colector"; did you mean "collector"?'),
    ("faults: {lacks: []}", '"lacks" is empty; allowed: fetch, '),
    ("faults: {offline: half}", '"offline" can only be true'),
    ("faults: {collector: 503, for: document}", '"for" cannot be "document"; did you mean "documents"?'),
    ("faults: {collector: ok}", "no attempt has a fault; write faults: off"),
    ("expect: ordr document", 'no such event or document "ordr document"; did you mean "order document"?'),
    (
        "expect: {order document: {items: [{quantty: 2}]}}",
        'no such field "quantty" in "order document/items"; did you mean "quantity"?',
    ),
    ("add to crt: 2", 'no such action "add to crt"; did you mean "add to cart"?'),
    ("Search: a", 'no such action "Search"; did you mean "search"?'),
    ("qqq", 'no such action "qqq"; allowed: home, category,'),
    ("search:cup", 'no such action "search:cup"; write a space after'),
    ("yes: ", 'no such action "yes"; allowed: '),
    ("1: ", 'no such action "1"; allowed: '),
    ("~", "an item is an action, as in '- home' or '- goto: /', not nothing"),
    ("[home]", "an item is an action, as in '- home' or '- goto: /', not a list"),
    ("search:", '"search" needs "words", as in \'search: {words: …}\''),
    ("search: null", '"search" needs "words"'),
    ("search: {words: }", '"words" of "search" has no value'),
    ("check out: {pya: card}", '"check out" has no parameter "pya"; did you mean "pay"?'),
    ("check out: {pay: crad}", '"pay" of "check out" cannot be "crad"; did you mean "card"?'),
    ("search: [a]", '"words" of "search" must be text, not a list'),
    ("cart: 2", '"cart" must have no value, not "2"'),
    ("reload: now", '"reload" must have no value, not "now"'),
    ("click: [name=q]", '"click" must have a selector (in quotes if'),
    ("click: {buton: Buy}", '"click" does not support "buton"; did you mean "button"?'),
    ("fill: {.q: }", '"fill" of ".q" has no value'),
    ("arrive: {at: hme}", 'no such page "hme"; did you mean "home"?'),
    ("goto: crat", 'no such page "crat"; did you mean "cart"?'),
    ("arrive: {from: 'https://a.b/'}", '"from" must be a host name, such as'),
    ("arrive: {for: cups}", '"for" is a search on another site; name the site with "from"'),
    ("search: $product.nme", 'no such variable "$product.nme"; did you mean "$product.name"?'),
    ("search: $prodct.name", 'no such variable "$prodct.name"; did you mean "product"? (write $$ for a dollar sign)'),
    ("search: $Product.name", 'no such variable "$Product.name"; did'),
    ("search: $cart", '"$cart" needs a field; allowed: $cart.id, $cart.s'),
    ("search: ${product.name}", "variables have no braces; write $product.sku"),
    ('fill: {"#$crt.id": a}', 'no such variable "$crt.id"'),
    ("goto: 'http://[::1'", '"http://[::1" is not a valid URL: '),
    ("arrive: {at: 'http://a:b/'}", '"http://a:b/" is not a valid URL: '),
    ("new tab: //[a", '"//[a" is not a valid URL: '),
    ("arrive: {from: a_b.test}", '"from" must be a host name, such as'),
    ("arrive: {from: a..test}", '"from" must be a host name, such as'),
    ("arrive: {from: 1.2.3}", '"from" must be a host name, such as'),
    ('arrive: {from: "a.test\\n"}', '"from" must be a host name,'),
    ("arrive: {from: Shop.test}", '"from" cannot be "shop.test": the harness serves'),
    ("expect:", '"expect" has no event; allowed: pageview, visit,'),
    ("expect: pagevew", 'no such event or document "pagevew"; did you mean "pageview"?'),
    ("expect: [visit, ~]", "an event has no value"),
    ("expect: {pageview: cart}", '"pageview" must be a mapping'),
    ("expect: {pageview: {search: cups}}", '"search" cannot be "cups"; allowed: a mapping of its fields'),
    (
        "expect: {pageview: {search: {keyword: {a: b}}}}",
        '"keyword" cannot be a mapping; allowed: text, a number or a matcher',
    ),
    ("expect: {pageview: {search: {keyword: {$matches: (}}}}", '"$matches" has an invalid regular expression'),
    ("expect: {pageview: {search: {keyword: {$matches: 12}}}}", '"$matches" needs text; put 12 in quotes'),
    ("expect: {pageview: {search: {page: {$about: '1'}}}}", '"$about" needs a number; remove the quotes'),
    ("expect: {pageview: {search: {page: {$about: one}}}}", '"$about" needs a number'),
    ("expect: {pageview: {search: {$any: , page: 1}}}", '"$any" must be the only key of its object'),
    ("expect: {visit: {$times: -1}}", "$times must be a number such as 2"),
    ("expect: {visit: {$times: 3-1}}", "$times must be a number such as 2"),
    ("expect: {visit: {$times: }}", "$times has no value"),
    ("expect: {pageview: {search: {$times: 2}}}", 'no such matcher "$times"'),
]

MORE_MISTAKES = [
    ("store: {backnd: v2}\n", 4, '"store" has no key "backnd"; did you mean "backend"?'),
    ("store: {backend: v3}\n", 4, '"backend" cannot be "v3"; allowed: off, v1, v2'),
    ("store: v2\n", 4, '"store" must be a mapping'),
    (
        "  - expect: visit\n  - faults: off\n  - expect: pageview\n",
        6,
        "there is no step between this expectation and line 4; merge the two",
    ),
    ("tag: [a]\n", 4, 'a scenario has no key "tag"; did you mean "tags"?'),
    ("tags: smoke\n", 4, '"tags" must be a list'),
    ("shopper: Guest\n", 4, '"shopper" cannot be "Guest"; did you mean "guest"?'),
    ("browser: firefox\n", 4, '"browser" cannot be "firefox"; allowed: any, full'),
    ("not in firefox:\n", 4, '"not in firefox" has no value'),
    ("not in firfox: why\n", 4, 'a scenario has no key "not in firfox"; did you mean "not in firefox"?'),
    ("others: alow\n", 4, '"others" cannot be "alow"; did you mean "allow"?'),
    ("  -\n", 4, "an item is an action, as in '- home' or '- goto: /', not nothing"),
    ("  - cart:\n    home:\n", 5, 'an item has one key; start a new item for "home"'),
    ("  - add to cart:\n    quantity: 2\n", 5, 'indent "quantity" further, so that it belongs to "add to cart"'),
    (
        "  - expect:\n      pageview:\n        product: {sku_code: $product.sk}\n",
        6,
        'no such variable "$product.sk"; did you mean "$product.sku"?',
    ),
    (f"  - arrive: {{from: {'a' * 64}.test}}\n", 4, '"from" must be a host name,'),
    (f"  - arrive: {{from: {'a.' * 127}test}}\n", 4, '"from" must be a host name,'),
    (f"  - arrive: {{from: {PROTOCOL.script_host}}}\n", 4, f'"from" cannot be "{PROTOCOL.script_host}"'),
    (f"  - arrive: {{from: {PROTOCOL.collector_hosts[1]}}}\n", 4, f'"from" cannot be "{PROTOCOL.collector_hosts[1]}"'),
    (
        "  - expect: visit\n  - expect: pageview\n",
        5,
        "there is no step between this expectation and line 4; merge the two",
    ),
    ("    expect: visit\n", 4, '"expect" is not allowed here; fix'),
    ("expect: visit\n", 4, '"expect" is a step: write'),
    ("  - expect:\n    pageview: {page_type: cart}\n", 5, 'indent "pageview" further, so that it belongs to "expect"'),
    ("  - expect:\n      - visit\n      - home\n", 6, 'no such event or document "home"; allowed: '),
    ("never: [visits]\n", 4, 'no such event or document "visits"; did you mean "visit"?'),
    ("never:\n", 4, "an event has no value"),
    (
        "  - expect:\n      - visit\n      - pageview: {page_tpe: cart}\n",
        6,
        'no such field "page_tpe" in "pageview"; did you mean "page_type"?',
    ),
    (
        "  - expect:\n      pageview:\n        search:\n          keywrd: a\n",
        7,
        'no such field "keywrd" in "pageview/search"; did you mean "keyword"?',
    ),
    (
        "  - expect:\n      pageview:\n        page_type: hompage\n",
        6,
        '"page_type" cannot be "hompage"; did you mean "homepage"?',
    ),
    (
        "  - expect:\n      pageview:\n        search: {keyword: }\n",
        6,
        '"keyword" has no value; write null, "", or {$any: } for any value',
    ),
    (
        "  - expect:\n      pageview:\n        search:\n          keyword: {$mtches: a}\n",
        7,
        'no such matcher "$mtches"; did you mean "$matches"?',
    ),
    (f"  - expect: {{visit: {{$times: {'9' * 5000}}}}}\n", 4, "$times must be a number such as 2"),
    ("never:\n  - visit:\n      $times: 2\n", 6, '"never" does not support $times'),
]

MISTAKES = [
    *((f"{HEAD}  - {item}\n", 4, message) for item, message in ITEM_MISTAKES),
    *((HEAD + more, line, message) for more, line, message in MORE_MISTAKES),
    ("name: A\nsteps:\n  - faults: off\n", 2, "steps is empty; begin with '- arrive'"),
    ("steps: [home]\n", 1, 'a scenario needs the key "name"'),
    ("name: A\n", 1, 'a scenario needs the key "steps"'),
    ("name:\nsteps: [home]\n", 1, '"name" has no value'),
    ("- home\n", 1, "a scenario must be a mapping with a line 'key: value' for each field, not a list"),
    ("hello\n", 1, "a scenario must be a mapping with a line 'key: value' for each field, not \"hello\""),
    ("name: A\nsteps: home\n", 2, "steps must be a list with a line '- …' for each item, not \"home\""),
    ("name: A\nsteps:\n  -home\n", 2, "steps must be a list with a line '- …' for each item"),
    ("name: A\nsteps:\n", 2, "steps must be a list with a line '- …' for each item, not nothing"),
    ("name: A\nsteps: []\n", 2, "steps is empty; begin with '- arrive'"),
    ("name: A\nsteps:\n  - home\n  - arrive\n", 3, "\"home\" needs an open page; begin with '- arrive'"),
    ("name: A\nsteps:\n  - reload\n", 3, '"reload" needs an open page; begin with'),
    (
        "name: A\nsteps:\n  - expect: visit\n  - home\n",
        3,
        "there is no step before this expectation; begin with '- arrive'",
    ),
    (f"{PRODUCT_PAGE}    expect: visit\n", 5, "an item has one key; start a new item for \"expect\": '- expect: …'"),
    (f"{PRODUCT_PAGE}      expect: visit\n", 5, '"expect" is not allowed here; fix'),
    (
        "name: A\nsteps:\n  - search:\n      expect: visit\n",
        4,
        '"expect" is not allowed under "search"; start a new item',
    ),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES, ids=lambda value: str(value)[:60])
def test_a_mistake_is_reported_in_one_line_with_its_place(text: str, line: int, words: str) -> None:
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
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_scenario_or_an_error_of_one_line(text: str) -> None:
    assert re.fullmatch(r"|a\.yaml:\d+: .+", error_of(text))
