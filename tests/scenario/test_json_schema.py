"""The JSON Schema of scenario files: it is valid, and agrees with the parser."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from harness import protocol as protocols
from harness.errors import FileError
from harness.scenario.json_schema import scenario_schema
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in, parse_target

TARGET, PROTOCOL = built_in(), protocols.get()
SCHEMA = scenario_schema(TARGET, PROTOCOL)
VALIDATOR = Draft7Validator(SCHEMA)
HEAD = "name: A\nsteps:\n  - arrive\n"
SCENARIOS = sorted((Path(__file__).parents[2] / "scenarios").rglob("*.yaml"))

EXAMPLE = """
name: A guest finds a tumbler by search and buys two
tags: [smoke, checkout]
shopper: guest
steps:
  - arrive: {at: home, from: www.google.com}
  - expect: visit

  - search: tumbler
  - expect:
      pageview: {page_type: search, search: {keyword: tumbler, page: 1}}

  - open product: Tumbler
  - add to cart: {quantity: 2}
  - expect:
      add_item_to_cart: {line_item: {sku_code: $product.sku, quantity: 2, total_price: 39.98}}

  - check out: {pay: card}
  - expect in order:
      - funnel: {step_name: success, last_step: true}
      - order_success: {order: {num: $order.number}}
      - pageview: {page_type: order_success}
never: [remove_item_from_cart, edit_cart]
"""


def load(text: str) -> Any:
    """The data of a YAML 1.2 text, with text keys and without dates."""
    return as_json(YAML(typ="safe", pure=True).load(text))


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return str(value) if isinstance(value, date) else value


def is_valid(text: str) -> bool:
    try:
        parse_scenario(text, file="a.yaml", target=TARGET, protocol=PROTOCOL)
    except FileError:
        return False
    return True


def test_the_schema_is_valid_draft_07() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(SCHEMA)


def test_each_choice_of_a_step_has_a_title_and_a_description() -> None:
    choices = [choice for choice in SCHEMA["properties"]["steps"]["items"]["anyOf"] if "title" in choice]
    assert {choice["title"] for choice in choices} >= {*TARGET.actions, "goto", "expect", "expect in order"}
    assert all(choice["description"] for choice in choices)


def test_an_example_is_valid() -> None:
    assert is_valid(EXAMPLE)
    VALIDATOR.validate(load(EXAMPLE))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_each_shipped_scenario_is_valid(path: Path) -> None:
    VALIDATOR.validate(load(path.read_text(encoding="utf-8")))


GOOD = [
    "  - home:\n",
    "  - arrive\n  - arrive:\n  - arrive: cart\n  - arrive: {}\n  - arrive: {at: /a, from: a.b, for: 3}\n",
    "  - goto: home\n  - goto: /a\n  - goto: https://a.b\n  - new tab: $page.url\n",
    "  - search: 12\n  - search: {words: a}\n  - search: ''\n  - search: true\n",
    "  - check out\n  - check out: invoice\n  - check out: {pay: $order.state}\n  - add to cart: 2\n",
    "  - click: .a\n  - click: {link: 3}\n  - check: {label: a}\n  - wait for: {text: a}\n",
    "  - fill: {'#q': a, '#r': 2}\n  - select: {a: ''}\n  - press: Enter\n  - press: {'#q': Enter}\n",
    "  - reload\n  - back:\n  - forward: null\n",
    "  - expect: visit\n",
    "  - expect: [visit, pageview: {$times: 2}, visit: ]\n",
    "  - expect: {pageview: {$times: 1+}, visit: {$times: 0-2}}\n",
    "  - expect: {pageview: {page_type: {$matches: a}, search: {keyword: {$any: }, page: {$about: 1}}}}\n",
    "  - expect: {pageview: {page_type: $page.type, category: {id: null}, colour: red}}\n",
    "never: {pageview: {page_type: cart}}\n",
    "  - expect: [order document, cart document: {items: [{quantity: 2}], $times: 2}]\n",
    "  - expect in order: {order document: {status: accepted, items: [{product: {code: $product.sku}}]}}\n",
    "  - faults: {collector: 503}\n  - faults: {collector: [503, ok], for: documents}\n  - faults: off\n",
    "  - faults: {collector: [429, 500], for: beacons}\n  - expect: visit\n",
    "  - faults: {collector: [429 retry after 20 s, no answer, reset, reset before body, 400 ms late, 503 40 ms late, ok]}\n",
    "  - faults: {collector: 400 ms late, for: preflights, blocked: script, lacks: [fetch, storage], offline: true}\n",
    "  - wait: 31 minutes\n  - wait: 1 second\n  - wait: until 23:50\n  - close tab\n",
    "  - faults: {clock: stands still, offline: true}\n",
    "  - faults: {collector: 3000 ms late, shopper: in a hurry}\n",
    "  - faults: {clock: 3 days behind}\n  - faults: {clock: 20 minutes ahead}\n",
    "  - expect: {visit: {$wrapper: {visit: {rule_attribution: [direct]}, cookie: {$matches: a}}, $times: 2}}\n",
    "never: {pageview: {$wrapper: {org: other}}}\n",
    "store: {levels: 6, wares: hard, consent: asked}\n",
    "  - faults: {signals: GPC}\n  - faults: {signals: [GPC, DNT]}\n  - new shopper: home\n",
    "  - faults: {blocked: [collector, script]}\n  - faults: {lacks: cookies}\n",
    "store: {backend: v2, history: 12}\n",
    "store: {}\nnever: {order document: {status: cancelled}}\n",
    "never: []\nothers: allow\ntags: []\nshopper: customer\nabout: 12\n",
    "browser: full\nnot in firefox: it has no such cache\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_parser_and_schema_accept_a_valid_scenario(text: str) -> None:
    assert is_valid(HEAD + text)
    VALIDATOR.validate(load(HEAD + text))


BAD_KEYS = [
    *("store: v2", "store: {backend: v3}", "store: {backnd: v2}", "store: {history: many}"),
    *("store: {history: 1001}", "store: {levels: 7}", "store: {consent: maybe}", "tag: [a]", "tags: smoke"),
    *("shopper: Guest", "browser: firefox", "not in opera: no such browser", "others: alow", "never:"),
    "never: [{}]",
]
BAD_ITEMS = [
    *("faults:", "faults: on", "faults: {}", "faults: {collector: 200}", "faults: {collector: okay}"),
    *("faults: {collector: []}", "faults: {collector: 400 ms}", "faults: {collector: reset after body}"),
    *("faults: {for: beacons}", "faults: {blocked: store}", "faults: {clock: stops}"),
    *("faults: {clock: 0 days behind}", "faults: {shopper: slow}", "faults: {signals: gpc}"),
    *("faults: {lacks: []}", "faults: {offline: false}", "faults: {colector: 503}"),
    *("faults: {collector: 503, for: all}", "wait: soon", "wait: 0 minutes", "wait: 31", "wait: until 24:00"),
    *("expect: {visit: {$wrapper: {visit: direct}}}", "expect: {visit: {$wrapper: }}"),
    *("expect: {order documents: {status: placed}}", "expect: {order document: {status: [a]}}"),
    *("expect: {order document: {items: {quantity: 2}}}", "expect", "expect:", "expect: {}", "expect: pagevew"),
    *("expect: [[visit]]", "expect: {pageview: cart}", "expect: {pageview: {page_type: hompage}}"),
    *("expect: {pageview: {search: cups}}", "expect: {pageview: {search: {keyword: {$matches: 12}}}}"),
    *("expect: {pageview: {search: {page: {$about: '1'}}}}", "expect: {pageview: {$times: -1}}"),
    *("expect: {pageview: {$times: 1000}}", "expect: {pageview: {$times: }}"),
    *("expect: {pageview: {$times: often}}", "new shopper", "close tab: 1", "hme", "1: ", "{}", "[home]"),
    *("home: 2", "home: {}", "serch: a", "search:", "search: [a]", "search: {word: a}", "search: {words: }"),
    *("search: a\n    expect: visit", "change quantity: 2", "check out: {pay: cash}", "check out: cash"),
    *("arrive: {form: a}", "arrive: {for: a}", "arrive: {from: 'https://a.b'}", "arrive: {from: a_b.test}"),
    *("arrive: {from: 1.2.3}", "goto: hme", "goto:", "click:", "click: {buton: a}", "click: {link: a, text: b}"),
    *("fill: {}", "fill: {a: }", "reload: now"),
]


@pytest.mark.parametrize("text", [*BAD_KEYS, *(f"  - {item}" for item in BAD_ITEMS)])
def test_parser_and_schema_reject_an_invalid_scenario(text: str) -> None:
    assert not is_valid(f"{HEAD}{text}\n")
    assert not VALIDATOR.is_valid(load(f"{HEAD}{text}\n"))


def test_another_target_has_its_own_actions_and_pages() -> None:
    text = "name: B\nurl: https://b.example\npages: {2: /two}\nactions:\n  dance:\n    do:\n      - goto: 2\n"
    validator = Draft7Validator(scenario_schema(parse_target(text, file="b.yaml"), PROTOCOL))
    assert validator.is_valid(load("name: A\nsteps:\n  - dance\n  - goto: 2\n"))
    assert not validator.is_valid(load(f"{HEAD}  - home\n"))


SCALARS = st.sampled_from(
    [
        *("a", "2", "0010", "-1", "9.5", "1e3", "true", "yes", "null", "~", "", '""', "'2'", "$product.sku", "$5"),
        *("2026-01-01", "0x1F", ".5", "card", "home", "/a", "www.a.b", "homepage", "1+", "0-2", "visit", "pageview"),
    ]
)
KEYS = st.sampled_from(
    "pay quantity words at from for link text a 1 '#q' visit pageview funnel page_type search keyword page"
    " $times $matches $about $any line_item images".split()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=2).map(
            lambda fields: "{" + ", ".join(f"{key}: {value}" for key, value in fields.items()) + "}"
        )
    ),
    max_leaves=5,
)
WORDS = st.sampled_from([*TARGET.actions, *("goto", "arrive", "click", "fill", "press", "reload")])
STEPS = st.builds("  - {}: {}".format, WORDS | st.just("expect"), VALUES) | WORDS.map("  - {}".format)
PATTERNS = st.builds("  - expect: {{pageview: {}}}".format, VALUES)


@given(STEPS | PATTERNS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_the_schema_accepts_each_text_that_the_parser_accepts(step: str) -> None:
    text = f"{HEAD}{step}\n"
    assume(is_valid(text))
    VALIDATOR.validate(load(text))
