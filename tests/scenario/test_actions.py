"""Reading a line as an action with arguments."""

from typing import Any

import pytest

from harness.errors import FileError
from harness.runner.action_executor import ActionExecutor
from harness.scenario.actions import PLAIN, Action, Call, Parameter, read_call
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


def error_of(line: str, **options: Any) -> str:
    with pytest.raises(FileError) as caught:
        call(line, **options)
    return str(caught.value).removeprefix("a.yaml:1: ")


def test_the_title_of_a_call_is_the_text_of_the_file() -> None:
    assert call("buy: {what: cup, pay: cash}").title == "buy: what: cup, pay: cash"
    assert call("reload").title == "reload"


def test_a_bare_value_is_the_first_parameter_and_the_others_have_their_defaults() -> None:
    assert call("buy: cup").arguments == {"what": "cup", "pay": "card", "wrap": None}


def test_a_choice_may_be_a_variable() -> None:
    assert call("buy: {what: cup, pay: $by}", parameters=["by"]).arguments["pay"] == "$by"


def test_a_misspelt_parameter_is_reported_in_a_value_and_in_a_selector() -> None:
    assert error_of("click: .$nmae", parameters=["name"]).startswith('no such variable "$nmae"; did you mean "name"?')
    assert error_of('fill: {".$nmae": a}', parameters=["name"]).startswith('no such variable "$nmae"')


def test_an_action_that_is_defined_below_cannot_be_called() -> None:
    assert (
        error_of("sell", later=["sell"])
        == '"sell" is not defined above; an action can use only actions that are defined above it'
    )


def test_a_missing_parameter_is_reported() -> None:
    assert error_of("buy") == '"buy" needs "what", as in \'buy: {what: …}\''


@pytest.mark.parametrize("page", ["home", "/a?b#c", "https://a.b", "about:blank", "$page.url"])
def test_a_page_is_a_name_a_path_a_url_or_a_variable(page: str) -> None:
    assert call(f"goto: {page}", pages=["home"]).arguments == {"value": page}


def test_a_visit_cannot_come_from_a_host_of_the_harness() -> None:
    assert error_of("arrive: {from: WWW.b.test}", hosts=["www.b.test"]).startswith('"from" cannot be "www.b.test": ')


@pytest.mark.parametrize("name", PLAIN)
def test_every_plain_action_can_be_performed(name: str) -> None:
    assert PLAIN[name].shape == "arrival" or hasattr(ActionExecutor, f"_do_{name.replace(' ', '_')}")
