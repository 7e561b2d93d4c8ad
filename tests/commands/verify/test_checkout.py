"""The checkout of an unknown store: the values of its fields, and the buttons that are pressed."""

from typing import Any

import pytest

from harness.commands.verify.checkout import choice_for, continue_button, text_for
from harness.scenario.shopper import make_shopper

SHOPPER = make_shopper(seed=0, name="verify")
NO_BUTTON = "the page has no button that continues"


def field(marks: str, **changes: Any) -> dict[str, Any]:
    return {"n": 1, "type": "text", "value": "", "required": True, "form": 0, "options": [], "marks": marks, **changes}


def button(text: str, **changes: Any) -> dict[str, Any]:
    plain = {"n": 2, "text": text, "marks": "", "visible": True, "disabled": False, "form": 0, "card": False}
    return {**plain, **changes}


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
def test_a_field_is_recognized_by_its_attributes(marks: str, name: str) -> None:
    assert text_for(field(marks), SHOPPER) == getattr(SHOPPER, name)


def test_filled_private_and_unknown_fields_are_skipped() -> None:
    assert text_for(field("email", value="a@b.example"), SHOPPER) is None
    assert text_for(field("email", type="password"), SHOPPER) is None
    assert text_for(field("cc-number card number"), SHOPPER) is None
    assert text_for(field("cc-name name on card number"), SHOPPER) is None
    assert text_for(field("favourite colour"), SHOPPER) is None
    assert text_for(field("fullname Name"), SHOPPER) == f"{SHOPPER.first_name} {SHOPPER.last_name}"


def test_the_shoppers_country_is_chosen_else_the_first_value() -> None:
    options = [{"value": "", "text": "-"}, {"value": "FR", "text": "France"}, {"value": "GB", "text": "Great Britain"}]
    assert choice_for(field("country", options=options)) == "GB"
    assert choice_for(field("country", options=options[:2])) == "FR"
    assert choice_for(field("country", options=options, required=False)) is None
    assert choice_for(field("country", options=options, value="FR")) is None


def test_the_button_of_the_form_with_the_fields_continues() -> None:
    way = continue_button(survey(button("Continue", form=3, n=7), button("Continue", n=8), fields=(field("email"),)))
    assert isinstance(way, dict)
    assert way["n"] == 8


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (survey(button("Continue"), button("Place order")), 'the next button buys ("Place order")'),
        (survey(button("Continue", marks="submit_payment")), 'the next button buys ("Continue")'),
        (survey(button("Continue"), fields=(field("cc-number"),)), "the page requires payment data"),
        (survey(button("Continue"), fields=(field("password", type="password"),)), "the page requires an account"),
        (survey(button("Submit"), button("Confirm"), button("OK")), NO_BUTTON),
        (survey(button("Continue", visible=False), button("Next", disabled=True)), NO_BUTTON),
        (survey(button("Continue and remove the items")), NO_BUTTON),
    ],
)
def test_the_end_of_the_checkout_has_a_reason(page: dict[str, Any], reason: str) -> None:
    assert continue_button(page) == reason
