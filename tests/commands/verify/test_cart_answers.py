"""The requests that change a cart, and the errors in their answers."""

import json

import pytest

from harness.commands.verify.cart_answers import answer_error, is_about_cart

HOST = "www.shop.example"


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("POST", "https://www.shop.example/api/cart/mine/items", ""),
        ("POST", "https://shop.example/graphql", '{"query": "mutation { addCartLine }"}'),
        ("PUT", "https://api.shop.example/basket", ""),
        ("PATCH", "https://backend.example/api/cart", ""),
        ("GET", "https://www.shop.example/?add-to-cart=12", ""),
    ],
)
def test_a_request_that_changes_the_cart_is_recognized(method: str, url: str, body: str) -> None:
    assert is_about_cart(method, url, body, store_host=HOST)


@pytest.mark.parametrize(
    ("method", "url", "body"),
    [
        ("GET", "https://www.shop.example/cart", ""),
        ("POST", "https://www.shop.example/newsletter", "mail=a"),
        ("POST", "https://events.tracker.example/v1/tracker", '{"event": "add_to_cart"}'),
        ("POST", "https://www.shop.example/collect", '{"event": "add_to_cart"}'),
        ("POST", "https://notshop.example/cart", ""),
    ],
)
def test_other_requests_are_not(method: str, url: str, body: str) -> None:
    assert not is_about_cart(method, url, body, store_host=HOST)


@pytest.mark.parametrize(
    ("status", "content", "error"),
    [
        (200, {"count": 1}, ""),
        (200, {"success": True, "errors": []}, ""),
        (302, None, ""),
        (200, {"success": False, "message": "Choose a size"}, "Choose a size"),
        (200, {"errors": [{"message": "No stock"}]}, "No stock"),
        (400, {"error": {"status": 400, "message": "Invalid"}}, "Invalid"),
        (500, None, "status 500"),
    ],
)
def test_the_error_of_an_answer(status: int, content: object, error: str) -> None:
    assert answer_error(status, json.dumps(content).encode() if content else b"<html>") == error
