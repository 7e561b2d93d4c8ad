"""Comparison of page URLs."""

import pytest

from harness.urls import plain_url

SHOP = "https://shop.example/"


@pytest.mark.parametrize(
    ("one", "other", "are_equal"),
    [
        ("", "#reviews", True),
        ("", "#", True),
        ("", "#/", True),
        ("", "#!/", True),
        ("", "#!", True),
        ("", "#/cart", False),
        ("#/cart", "#!/cart", False),
        ("#/cart", "#/cart?page=2", False),
        ("#/a%20b", "#/a b", True),
        ("cart#/a", "cart#/b", False),
        ("?q=a+b", "?q=a%20b", True),
    ],
)
def test_routes_of_hash_routers_are_part_of_an_address_and_other_fragments_are_not(
    one: str, other: str, are_equal: bool
) -> None:
    assert (plain_url(SHOP + one) == plain_url(SHOP + other)) is are_equal
