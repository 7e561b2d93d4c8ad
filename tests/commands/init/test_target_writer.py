"""A first target: the elements that were found, and comments for those that were not."""

import re
from dataclasses import replace

import pytest
import typer

from harness.commands.init.command import _ask_for, _ask_user
from harness.commands.init.store_probe import CartSelectors, CheckoutPage, Selectors, StoreProbe, StoreProfile
from harness.commands.init.target_writer import CURRENCY, ORDER_BUTTON, UserInput, target_text
from harness.scenario.page_facts import Fact
from harness.scenario.shopper import make_shopper
from harness.scenario.target import Target, parse_target

FULL = StoreProfile(
    title="It's a shop",
    currency="EUR",
    selectors=Selectors(
        search_field="'#q'",
        category_link="'.menu a:text-is(\"$name\")'",
        product_link="'.cards a:text-is(\"$name\")'",
        home_link="'.brand'",
        cart_link="'.cart'",
        add_button="{button: 'Add'}",
        quantity="'#quantity'",
        variant="'#size'",
        checkout_link="{link: 'Check out'}",
    ),
    names={"category": ["Lamps", "Chairs"], "product": ["Blue lamp", 'Red "chair"']},
    pages={"home": "/", "tumbler": "/p/1?a=b", "cart": "/cart"},
    facts=[
        Fact(kind="product", field="code", data="Product.sku"),
        Fact(kind="product", field="price", at=".p", matches="[0-9]+"),
    ],
    banner=["Accept", "Refuse"],
    checkout=[
        CheckoutPage(fills={"'#email'": "email", "'#n'": "name"}, selects={"'#c'": "GB"}, button="{button: 'On'}"),
        CheckoutPage(fills={}, selects={}, button="'#b47'", buys=True),
    ],
)


def write_target(
    profile: StoreProfile, user_input: UserInput, answers: dict[str, str] | None = None
) -> tuple[Target, str, list[str]]:
    text, missing = target_text("https://shop.example/de/", profile, user_input, answers)
    return parse_target(text, file="target.yaml"), text, [part.name for part in missing]


def test_found_elements_are_in_the_target() -> None:
    user_input = UserInput(name="It's a shop", allows_orders=True, account=("a@b.example", "x"), consent="Accept")
    target, _text, missing = write_target(FULL, user_input)
    assert (target.name, target.url, target.external.currency, target.external.allows_orders) == (
        "It's a shop",
        "https://shop.example",
        "EUR",
        True,
    )
    assert target.customer == {"email": "a@b.example", "password": "x"}
    assert target.external.on_arrival[0].arguments == {"value": {"button": "Accept"}}
    assert list(target.actions) == [
        *("home", "category", "search", "open product", "add to cart", "cart"),
        *("go to checkout", "give address", "place order", "check out"),
    ]
    assert target.actions["place order"].buys
    assert target.external.words["Tumbler"] == "Blue lamp"
    assert target.external.words["tumbler"] == "Blue"
    assert target.external.words["Kitchen"] == "Lamps"
    assert [call.arguments["value"] for call in target.actions["give address"].do] == [
        {"#email": "$shopper.email"},
        {"#n": "$shopper.first_name $shopper.last_name"},
        {"#c": "GB"},
        {"button": "On"},
    ]
    assert missing == [
        "where a product page contains product.sku",
        "where a product page contains product.name",
        "where the order confirmation contains the order number",
        'how to do "change quantity"',
        'how to do "remove"',
    ]


def test_a_hidden_search_field_a_variant_and_the_elements_of_a_cart_line_are_in_the_target() -> None:
    selectors = replace(FULL.selectors, search_opener="{button: 'Search'}", options=["{link: 'M'}"])
    cart = CartSelectors(remove="'.line:has-text(\"$product\") .x'", quantity="'.line:has-text(\"$of\") input'")
    target, _text, missing = write_target(replace(FULL, selectors=selectors, cart=cart), UserInput(name="A"))
    assert [call.action for call in target.actions["search"].do] == ["click", "fill", "press"]
    assert next(call.action for call in target.actions["add to cart"].do) == "click if there"
    assert [call.action for call in target.actions["remove"].do] == ["cart", "click"]
    assert [call.action for call in target.actions["change quantity"].do] == ["cart", "fill", "press"]
    assert not {'how to do "remove"', 'how to do "change quantity"'} & set(missing)


def test_plus_and_minus_buttons_change_the_quantity() -> None:
    row = '.line:has-text("$of")'
    cart = CartSelectors(quantity=f"'{row} input'", plus=f"'{row} .plus'", minus=f"'{row} .minus'")
    target, _text, _missing = write_target(replace(FULL, cart=cart), UserInput(name="A"))
    assert [call.action for call in target.actions["change quantity"].do] == ["cart", "adjust"]


def test_a_search_that_needs_its_button_is_in_the_target() -> None:
    selectors = replace(FULL.selectors, search_button="{button: 'Go'}")
    target, _text, _missing = write_target(replace(FULL, selectors=selectors), UserInput(name="A"))
    assert [call.action for call in target.actions["search"].do] == ["fill", "click"]


def test_each_part_to_fill_in_can_be_answered() -> None:
    nothing = StoreProfile(pages={"home": "/"}, banner=["Yes"])
    _text, parts = target_text("https://shop.example/", nothing, UserInput(name="A"))
    variables = {part.name: "".join(re.findall(r"\$(\w+)\\b", part.form)) for part in parts}
    answers = {name: f"#a ${variable}" if variable else "#a" for name, variable in variables.items()} | {
        CURRENCY: "EUR"
    }
    assert all(re.fullmatch(part.form, answers[part.name]) for part in parts)
    _target, _text, more = write_target(nothing, UserInput(name="A"), answers)
    assert more == ['how to do "go to checkout"']
    answers |= dict.fromkeys([*more, ORDER_BUTTON], "Go on")
    target, text, missing = write_target(nothing, UserInput(name="A"), answers)
    assert missing == []
    assert "NOT FOUND" not in text
    assert target.external.currency == "EUR"
    assert {"search", "open product", "add to cart", "cart", "remove", "change quantity", "check out"} <= set(
        target.actions
    )


def test_the_user_is_asked_for_the_currency_and_each_part_to_fill_in(monkeypatch: pytest.MonkeyPatch) -> None:
    _text, missing = target_text("https://shop.example/", StoreProfile(), UserInput(name="A"))
    questions: list[str] = []
    replies = iter(["dollars", "USD"])

    def prompt(question: str, **_options: object) -> str:
        questions.append(question)
        return next(replies, "")

    monkeypatch.setattr(typer, "prompt", prompt)
    answers = _ask_for(missing)
    assert {name: text for name, text in answers.items() if text} == {CURRENCY: "USD"}
    assert questions[0] == "The store's currency: its code, such as EUR (Enter to skip)"
    assert questions[1].startswith("dollars does not fit.")
    assert len(questions) == len(missing) + 1


def test_missing_parts_are_comments_in_a_valid_target() -> None:
    target, text, missing = write_target(StoreProfile(pages={"home": "/"}, banner=["Yes"]), UserInput(name="A"))
    assert list(target.actions) == ["home"]
    assert not target.external.allows_orders
    assert "# test orders: allowed" in text
    for part in ("the store's currency", 'how to do "category"', 'how to do "search"', 'how to do "add to cart"'):
        assert part in missing
        assert f"# NOT FOUND: {part}" in text
    assert any("consent banner" in part for part in missing)


def test_without_a_terminal_no_question_is_asked() -> None:
    probe = StoreProbe(shopper=make_shopper(seed=0, name="a"), profile=FULL)
    assert _ask_user(probe, "", is_interactive=False) == UserInput(name="It's a shop")


def test_the_user_is_asked_at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    replies = iter(["My shop", "a@b.example", "secret", "Refuse"])
    monkeypatch.setattr(typer, "prompt", lambda *_arguments, **_options: next(replies))
    monkeypatch.setattr(typer, "confirm", lambda *_arguments, **_options: True)
    user_input = _ask_user(StoreProbe(shopper=make_shopper(seed=0, name="a"), profile=FULL), "", is_interactive=True)
    assert user_input == UserInput(
        name="My shop", allows_orders=True, account=("a@b.example", "secret"), consent="Refuse"
    )
