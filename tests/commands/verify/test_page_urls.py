"""URLs of an unknown store's pages, also of hash routers."""

import pytest

from harness.commands.verify import page_classifier as pages
from harness.commands.verify.page_urls import is_home, is_same_address, path_of

SHOP = "https://shop.example/"


@pytest.mark.parametrize(
    ("url", "path"),
    [("#/lamps?sort=price", "/lamps"), ("#!/lamps/", "/lamps"), ("lamps?a=b#top", "/lamps"), ("#/", ""), ("#top", "")],
)
def test_the_path_of_a_hash_route_is_that_of_its_page(url: str, path: str) -> None:
    assert path_of(SHOP + url) == path
    assert is_home(SHOP + url) is (path == "")


def test_a_hash_route_is_a_page_of_its_own_and_a_fragment_is_not() -> None:
    assert not is_same_address(f"{SHOP}#/lamps", f"{SHOP}#/chairs")
    assert not is_same_address(f"{SHOP}#/lamps", SHOP)
    assert is_same_address(f"{SHOP}#top", SHOP)


def test_products_and_search_of_a_hash_router_are_recognized() -> None:
    card = {"n": 0, "text": "Lamp", "marks": "", "area": "main", "card": True}
    links = [{**card, "url": f"{SHOP}#/p/{number}"} for number in (1, 2)]
    survey = {
        "url": f"{SHOP}#/search?q=lamp",
        "links": links,
        "og": "",
        "types": [],
        "buttons": [],
        "headed": "Results",
    }
    assert [link["url"][-1] for link in pages.products(survey)] == ["1", "2"]
    assert pages.searched_words(survey) == "lamp"
    assert pages.kind_of(survey) == "search"
    assert pages.kind_of({**survey, "url": f"{SHOP}#/cart", "links": []}) == "cart"
