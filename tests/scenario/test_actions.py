"""Actions and variables: what a line means."""

from datetime import UTC, datetime
from typing import Any

import pytest

from harness.errors import FileError
from harness.runner.action_executor import ActionExecutor
from harness.scenario.actions import PLAIN, Action, Call, Parameter, read_call
from harness.scenario.durations import seconds_of
from harness.scenario.variables import substitute, variables_in
from harness.scenario.yaml_source import parse

BUY = Action(
    name="buy",
    parameters={
        "what": Parameter(),
        "pay": Parameter(default="card", one_of=("card", "cash")),
        "wrap": Parameter(optional=True),
    },
)


def call(line: str, **options: Any) -> Call:
    (node,) = parse(f"- {line}\n", file="a.yaml", what="target").items("steps")
    return read_call(node, {"buy": BUY}, **options)


def complaint(line: str, **options: Any) -> str:
    with pytest.raises(FileError) as caught:
        call(line, **options)
    return str(caught.value).removeprefix("a.yaml:1: ")


def test_a_call_has_the_words_of_the_file_for_a_title() -> None:
    assert call("buy: {what: cup, pay: cash}").title == "buy: what: cup, pay: cash"
    assert call("reload").title == "reload"


def test_a_bare_value_goes_to_the_first_parameter_and_others_have_their_defaults() -> None:
    assert call("buy: cup").arguments == {"what": "cup", "pay": "card", "wrap": None}


def test_a_choice_may_be_a_variable() -> None:
    assert call("buy: {what: cup, pay: $by}", parameters=["by"]).arguments["pay"] == "$by"


def test_a_parameter_is_misspelt_in_a_value_or_in_a_selector() -> None:
    assert complaint("click: .$nmae", parameters=["name"]).startswith('no such variable "$nmae"; did you mean "name"?')
    assert complaint('fill: {".$nmae": a}', parameters=["name"]).startswith('no such variable "$nmae"')


def test_an_action_that_stands_below_cannot_be_called() -> None:
    assert complaint("sell", later=["sell"]) == '"sell" does not stand above; an action can use only those that do'


def test_a_required_parameter_is_asked_for() -> None:
    assert complaint("buy") == '"buy" needs "what", as in \'buy: {what: …}\''


@pytest.mark.parametrize("page", ["home", "/a?b#c", "https://a.b", "about:blank", "$page.url"])
def test_a_page_is_a_name_a_path_a_url_or_a_variable(page: str) -> None:
    assert call(f"goto: {page}", pages=["home"]).arguments == {"value": page}


def test_nobody_comes_from_a_host_of_ours() -> None:
    assert complaint("arrive: {from: WWW.b.test}", hosts=["www.b.test"]).startswith('"from" cannot be "www.b.test": ')


@pytest.mark.parametrize("name", PLAIN)
def test_every_plain_action_can_be_performed(name: str) -> None:
    assert PLAIN[name].shape == "arrival" or hasattr(ActionExecutor, f"_do_{name.replace(' ', '_')}")


def test_variables_are_replaced_in_every_value_and_key() -> None:
    values = {"product.sku": "AB", "words": "blue cup"}

    def lookup(name: str, field: str | None) -> str:
        return values[f"{name}.{field}" if field else name]

    nest = {"[title=$words]": ["$product.sku-$words.", "$$5", "$5"], "n": 3}
    assert substitute(nest, lookup) == {"[title=blue cup]": ["AB-blue cup.", "$5", "$5"], "n": 3}


def test_a_quotation_mark_is_escaped_in_a_selector_only() -> None:
    assert substitute({'a:text-is("$x")': "$x"}, lambda _name, _field: 'a"\\') == {'a:text-is("a\\"\\\\")': 'a"\\'}


def test_a_value_with_a_dollar_sign_is_not_replaced_again() -> None:
    assert substitute("$x", lambda _name, _field: "pa$$word $y") == "pa$$word $y"


def test_bare_variables_are_parameters() -> None:
    assert variables_in({"$a b": ["$c", {"d": "$e.f $$g"}]}) == {"a", "c"}


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("90 seconds", 90), ("2 days", 172_800), ("until 23:50", 600), ("until 23:40", 0), ("until 00:10", 1_800)],
)
def test_a_wait_is_so_long_or_until_a_time_of_day(duration: str, seconds: int) -> None:
    assert seconds_of(duration, now=datetime(2026, 3, 1, 23, 40, tzinfo=UTC)) == seconds
