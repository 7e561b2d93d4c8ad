"""The proof that a product is in the cart: from the page or from an answer, never from the press alone."""

from typing import Any

import pytest

from harness.commands.verify.cart_evidence import CartEvidence, cart_contains, cart_evidence, shows_cart
from harness.commands.verify.page_classifier import Survey

ANSWER = {"method": "POST", "url": "/api/cart", "status": 200, "error": ""}


def survey(
    *lines: str, count: int | None = None, drawer: str = "", url: str = "/lamp", headed: str = "Lamp A"
) -> Survey:
    return {
        "url": f"https://shop.example{url}",
        "headed": headed,
        "lines": ["Lamp A", *lines],
        "cart": {"count": count, "drawer": drawer},
    }


def evidence(after: Survey, *answers: dict[str, Any], before: Survey | None = None) -> CartEvidence:
    return cart_evidence(before or survey(), after, answers, button_text="Add to cart")


@pytest.mark.parametrize(
    ("after", "proof"),
    [
        (survey(count=1), "the cart counter changed from 0 to 1"),
        (survey(drawer="Your cart Lamp A 9.00 €"), "the cart drawer contains the product"),
        (survey(url="/cart", headed="Your cart"), "the cart page contains the product"),
        (survey("Lamp A was added to your cart"), 'the page shows "Lamp A was added to your cart"'),
    ],
)
def test_the_page_shows_that_the_product_is_in_the_cart(after: Survey, proof: str) -> None:
    assert evidence(after) == CartEvidence(proof=proof)


def test_an_answer_without_an_error_is_a_proof() -> None:
    assert evidence(survey(), ANSWER).proof == "POST /api/cart answered 200"


@pytest.mark.parametrize(
    "after",
    [
        survey(),
        survey("Add to cart"),
        survey(drawer="Your cart is empty"),
        survey(url="/cart", headed="Your cart is empty"),
        survey(count=0),
    ],
)
def test_the_press_alone_is_no_proof(after: Survey) -> None:
    if after["url"].endswith("/cart"):
        after = {**after, "lines": ["Your cart is empty"]}
    assert evidence(after) == CartEvidence()


@pytest.mark.parametrize(
    "text", ["Please select variant options", "Sold out", "Sorry, something went wrong", "Bitte Größe wählen"]
)
def test_the_page_refuses(text: str) -> None:
    assert evidence(survey(text), ANSWER) == CartEvidence(refusal=f'the page shows "{text}"')


def test_the_store_refuses() -> None:
    failed = {**ANSWER, "error": "Not enough stock"}
    assert evidence(survey(), failed).refusal == "/api/cart answered: Not enough stock"


def test_a_counter_that_rises_outweighs_new_text() -> None:
    assert evidence(survey("Only 2 left; sold out soon", count=3), before=survey(count=2)).refusal == ""


@pytest.mark.parametrize(
    "text", ["Your cart is currently empty.", "Dein Warenkorb ist leer", "Votre panier est vide", "0 items"]
)
def test_an_empty_cart_contains_no_product_but_is_a_cart(text: str) -> None:
    page = {**survey(headed=""), "lines": [text, "Recently viewed", "Lamp A"]}
    assert not cart_contains(page, "Lamp A")
    assert shows_cart(page, "Lamp A")


def test_a_button_that_empties_the_cart_does_not_make_it_empty() -> None:
    page = {**survey(headed=""), "lines": ["Empty cart", "LAMP A", "9.00"]}
    assert cart_contains(page, "Lamp A")
    assert not shows_cart({**page, "lines": ["Page not found"]}, "Lamp A")
