"""Reading target files: their meaning, and the error message of each mistake."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import FileError
from harness.scenario.actions import Parameter
from harness.scenario.target import Target, built_in, parse_target, read_target, receipt_setting

HEAD = "name: B\nurl: https://b.example\n"
ACTIONS = "actions:\n  look:\n    do:\n      - goto: /\n"


def read(text: str) -> Target:
    return parse_target(text, file="b.yaml")


def outcome(text: str) -> str:
    try:
        read(text)
    except FileError as error:
        return str(error)
    return ""


def test_the_built_in_target_has_the_actions_of_the_scenarios() -> None:
    target = built_in()
    assert target.host == "shop.test"
    assert target.ledger == "https://shop.test/ledger.json"
    assert {"home", "category", "search", "open product", "add to cart", "cart", "check out"} <= target.actions.keys()
    assert all(action.about for action in target.actions.values())


def test_an_address_is_a_name_a_path_or_a_url() -> None:
    target = read(f"{HEAD}pages: {{home: /index.html}}\n{ACTIONS}")
    assert [target.address(page) for page in ("home", "/a", "http://c.example/")] == [
        "https://b.example/index.html",
        "https://b.example/a",
        "http://c.example/",
    ]


def test_a_store_may_have_other_hosts() -> None:
    assert read(f"{HEAD}other hosts: [Outlet.b.example]\n{ACTIONS}").hosts == ("b.example", "outlet.b.example")
    assert outcome(f"{HEAD}other hosts: ['https://a.b']\n{ACTIONS}").startswith(
        'b.yaml:3: "other hosts" must be host names'
    )


@pytest.mark.parametrize(
    ("setting", "expected"), [("", True), ("hash routes: pages\n", True), ("hash routes: ignored\n", False)]
)
def test_hash_routes_are_pages_unless_the_target_ignores_them(setting: str, expected: bool) -> None:
    assert read(f"{HEAD}{setting}{ACTIONS}").external.are_routes_pages is expected


def test_parameters_are_required_optional_defaults_or_choices() -> None:
    parameters = "{a: required, b: optional, c: 2, d: {default: x, one of: [x, y]}, e: {one of: [x]}}"
    text = f"{HEAD}actions:\n  act:\n    parameters: {parameters}\n    do:\n      - click: $a$b$c$d$e\n"
    assert read(text).actions["act"].parameters == {
        "a": Parameter(),
        "b": Parameter(optional=True),
        "c": Parameter(default="2"),
        "d": Parameter(default="x", one_of=("x", "y")),
        "e": Parameter(one_of=("x",)),
    }


def test_an_action_can_use_the_actions_above_it_and_the_pages() -> None:
    more = "  go:\n    do:\n      - look\n      - arrive: {at: home}\n"
    target = read(f"{HEAD}pages: {{home: /}}\n{ACTIONS}{more}")
    assert [call.action for call in target.actions["go"].do] == ["look", "arrive"]


def act(parameters: str, line: str) -> str:
    return f"{HEAD}actions:\n  act:\n    parameters: {parameters}\n    do:\n      - {line}\n"


MISTAKES = [
    (HEAD, 1, 'a target needs the key "actions"'),
    (f"{HEAD}page: {{}}\n{ACTIONS}", 3, 'a target has no key "page"; did you mean "pages"?'),
    (f"name: B\nurl: b.example\n{ACTIONS}", 2, '"url" must be like https://shop.example'),
    (f"name: B\nurl: http://b.example/shop\n{ACTIONS}", 2, '"url" must be the store\'s origin'),
    (f"name: B\nurl: http://b.example:x\n{ACTIONS}", 2, '"url" is not a valid URL: '),
    (f"name: B\nurl: 'http://[b'\n{ACTIONS}", 2, '"url" is not a valid URL: '),
    (f"{HEAD}currency: euro\n{ACTIONS}", 3, '"currency" must be three letters, such as EUR'),
    (f"{HEAD}pages:\n  home: index.html\n{ACTIONS}", 4, '"home" must be a path that begins'),
    (f"{HEAD}ledger: ledger\n{ACTIONS}", 3, '"ledger" must be a path that begins with /'),
    (
        f"{HEAD}customer:\n  first_nme: James\n{ACTIONS}",
        4,
        '"customer" has no key "first_nme"; did you mean "first_name"?',
    ),
    (f"{HEAD}payment hosts: ['https://a.b']\n{ACTIONS}", 3, '"payment hosts" must be host names'),
    (f"{HEAD}hash routes: page\n{ACTIONS}", 3, '"hash routes" cannot be "page"; did you mean "pages"?'),
    (f"{HEAD}payment hosts: a.b\n{ACTIONS}", 3, '"payment hosts" must be a list'),
    (
        f"{HEAD}actions:\n  go:\n    do:\n      - look\n  look:\n    do:\n      - goto: /\n",
        6,
        '"look" is not defined above; an action can use only actions that are defined above it',
    ),
    (
        f"{HEAD}actions:\n  go:\n    do:\n      - go\n",
        6,
        '"go" is not defined above; an action can use only actions that are defined above it',
    ),
    (f"{HEAD}actions:\n  click:\n    do: []\n", 4, '"click" is a word of the harness; give'),
    (f"{HEAD}actions:\n  expect:\n    do: []\n", 4, '"expect" is a word of the harness; give'),
    (f"{HEAD}actions:\n  go:\n    do:\n      - expect: visit\n", 6, '"expect" is allowed in scenarios only'),
    (f"{HEAD}actions:\n  go:\n    about: a\n", 4, '"go" needs the key "do"'),
    (f"{HEAD}actions:\n  go:\n    do: []\n", 5, '"do" of "go" is empty'),
    (act("{name: required}", "click: .$nmae"), 7, 'no such variable "$nmae"; did you mean "name"?'),
    (act("{name: required}", "click: .a"), 5, '"do" of "act" never uses $name'),
    (act("{the name: required}", "reload"), 5, 'the parameter "the name" must be a word'),
    (act("{name: }", "reload"), 5, 'the parameter "name" has no value'),
    (
        act("{pay: {default: crad, one of: [card]}}", "click: $pay"),
        5,
        '"default" of the parameter "pay" cannot be "crad"; did you mean "card"?',
    ),
    (act("{pay: {one of: []}}", "click: $pay"), 5, '"one of" of the parameter "pay" is empty'),
    (
        act("{mail: $shopper.mail}", "click: $mail"),
        5,
        'no such variable "$shopper.mail"; did you mean "$shopper.email"?',
    ),
    (f"{HEAD}actions:\n  go:\n    do:\n      - goto: hme\n", 6, 'no such page "hme"'),
]


@pytest.mark.parametrize(("text", "line", "words"), MISTAKES)
def test_a_mistake_is_reported_in_one_line_with_its_place(text: str, line: int, words: str) -> None:
    assert outcome(text).startswith(f"b.yaml:{line}: {words}")


def test_a_target_has_the_path_as_given(tmp_path: Path) -> None:
    file = tmp_path / "b.yaml"
    file.write_text(f"{HEAD}{ACTIONS}", encoding="utf-8")
    assert read_target(file).file == str(file)


LINES = st.sampled_from(
    [
        *("name: B", "url: https://b.example", "url: 'http://[::1'", "actions:", "  go:", "    do:", "      - goto: /"),
        *("      - go", "    parameters: {a: 1}", "    parameters:", "      a:", "pages:", "  home: /", "customer: x"),
        *("ledger: ''", "currency:", "payment hosts: [~]", "      - click: $a", "    about: x", "  1: 2", "- x"),
    ]
)


@given(st.text() | st.lists(LINES).map(lambda lines: f"{HEAD}{ACTIONS}" + "\n".join(lines)))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_target_or_an_error_of_one_line(text: str) -> None:
    assert re.fullmatch(r"|b\.yaml:\d+: .+", outcome(text))


def test_a_target_can_describe_an_external_store() -> None:
    more = """test orders: allowed
on arrival: [{click if there: {button: Accept}}]
words: {Tumbler: Lamp}
lacks: {change variant: none}
facts: {product: {code: h1}}
store: {backend: v2}
"""
    target = read(f"{HEAD}{more}{ACTIONS}")
    assert target.external.allows_orders
    assert [call.action for call in target.external.on_arrival] == ["click if there"]
    assert (target.external.words, target.external.lacks, target.external.store) == (
        {"Tumbler": "Lamp"},
        {"change variant": "none"},
        {"backend": "v2"},
    )
    assert [fact.name for fact in target.external.facts] == ["$product.code"]


def test_orders_need_the_permission_of_the_target() -> None:
    assert not read(f"{HEAD}{ACTIONS}").external.allows_orders
    assert not read(f"{HEAD}test orders: forbidden\n{ACTIONS}").external.allows_orders


@pytest.mark.parametrize(
    ("line", "due"), [("", "paid"), ("receipt due: paid\n", "paid"), ("receipt due: placed\n", "placed")]
)
def test_the_receipt_is_due_for_paid_or_placed_orders(line: str, due: str) -> None:
    target = read(f"{HEAD}{line}{ACTIONS}")
    assert target.external.receipt_due == due
    assert receipt_setting(target) == ({} if due == "paid" else {"receipt due": "placed"})


def test_a_parameter_with_one_value_need_not_be_used() -> None:
    action = "actions:\n  buy:\n    parameters: {pay: {one of: [card]}}\n    do: [{click: button}]\n"
    assert read(f"{HEAD}{action}").actions["buy"].parameters["pay"].one_of == ("card",)
    assert "never uses $pay" in outcome(f"{HEAD}{action}".replace("[card]", "[card, cash]"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("receipt due: shipped\n", 'b.yaml:3: "receipt due" cannot be "shipped"; allowed: placed, paid'),
        ("test orders: yes\n", 'b.yaml:3: "test orders" cannot be "yes"; allowed: allowed, forbidden'),
        ("lacks: {look: none}\n", 'b.yaml:3: "look" is an action of this target; remove it from one of the two'),
        ("on arrival: [{goto: /}]\n", '"on arrival" applies to the page that is open; "goto" is not allowed'),
        ("store: {backend: v3}\n", '"backend" cannot be "v3"'),
        ("words: {a: }\n", '"a" has no value'),
    ],
)
def test_a_mistake_about_an_external_store_is_reported(more: str, words: str) -> None:
    assert words in outcome(f"{HEAD}{more}{ACTIONS}")


def test_buys_must_be_yes_or_no() -> None:
    assert '"buys" of "look" must be yes or no, not "maybe"' in outcome(f"{HEAD}{ACTIONS}    buys: maybe\n")
