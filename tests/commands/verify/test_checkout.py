"""How far into an unknown checkout: what is filled in, which button leads on, and what is never pressed."""

from typing import Any

import pytest

from harness.commands.verify.checkout import wanted_choice, wanted_text, way_on
from harness.scenario.shopper import make_shopper

SHOPPER = make_shopper(seed=0, name="verify")


def field(marks: str, **more: Any) -> dict[str, Any]:
    return {"n": 1, "type": "text", "value": "", "required": True, "form": 0, "options": [], "marks": marks, **more}


def button(text: str, **more: Any) -> dict[str, Any]:
    plain = {"n": 2, "text": text, "marks": "", "seen": True, "disabled": False, "form": 0, "card": False, "action": ""}
    return {**plain, **more}


def survey(*buttons: dict[str, Any], fields: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"buttons": list(buttons), "fields": list(fields)}


@pytest.mark.parametrize(
    ("marks", "name"),
    [
        ("username id_username email Email address", "email"),
        ("firstname given-name text", "first_name"),
        ("billing[lastname] Last name", "last_name"),
        ("line1 id_line1 First line of address", "street"),
        ("plz PLZ", "postcode"),
        ("line4 id_line4 City", "city"),
        ("telephone tel", "phone"),
    ],
)
def test_a_field_is_known_by_its_marks(marks: str, name: str) -> None:
    assert wanted_text(field(marks), SHOPPER) == getattr(SHOPPER, name)


def test_what_is_filled_already_or_is_nobodys_business_is_left() -> None:
    assert wanted_text(field("email", value="a@b.example"), SHOPPER) is None
    assert wanted_text(field("email", type="password"), SHOPPER) is None
    assert wanted_text(field("cc-number card number"), SHOPPER) is None
    assert wanted_text(field("cc-name name on card number"), SHOPPER) is None
    assert wanted_text(field("favourite colour"), SHOPPER) is None
    assert wanted_text(field("fullname Name"), SHOPPER) == f"{SHOPPER.first_name} {SHOPPER.last_name}"


def test_our_country_is_chosen_else_the_first_that_there_is() -> None:
    options = [{"value": "", "text": "-"}, {"value": "FR", "text": "France"}, {"value": "GB", "text": "Great Britain"}]
    assert wanted_choice(field("country", options=options)) == "GB"
    assert wanted_choice(field("country", options=options[:2])) == "FR"
    assert wanted_choice(field("country", options=options, required=False)) is None
    assert wanted_choice(field("country", options=options, value="FR")) is None


def test_the_button_of_the_form_with_the_fields_leads_on() -> None:
    way = way_on(survey(button("Continue", form=3, n=7), button("Continue", n=8), fields=(field("email"),)))
    assert isinstance(way, dict)
    assert way["n"] == 8


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (survey(button("Continue"), button("Place order")), 'the next button buys: "Place order"'),
        (survey(button("Continue", marks="submit_payment")), 'the next button buys: "Continue"'),
        (survey(button("Continue"), fields=(field("cc-number"),)), "it asks for means of payment"),
        (survey(button("Continue"), fields=(field("password", type="password"),)), "it asks for an account"),
        (survey(button("Submit"), button("Confirm"), button("OK")), "no button to go on was found"),
        (survey(button("Continue", seen=False), button("Next", disabled=True)), "no button to go on was found"),
        (survey(button("Continue and remove the items")), "no button to go on was found"),
    ],
)
def test_where_it_ends_is_said(page: dict[str, Any], why: str) -> None:
    assert way_on(page) == why
