"""What sort of page an unknown page is, and which links and buttons lead on, from its survey alone."""

from typing import Any

import pytest

from harness.commands.verify import page_classifier as pages
from harness.commands.verify.page_classifier import Survey


def link(url: str, text: str = "", *, area: str = "nav", card: bool = False, marks: str = "") -> dict[str, Any]:
    return {"n": 0, "url": f"https://www.shop.example{url}", "text": text, "area": area, "card": card, "marks": marks}


def button(text: str, *, card: bool = False, marks: str = "", seen: bool = True) -> dict[str, Any]:
    return {
        "n": 0,
        "text": text,
        "seen": seen,
        "disabled": False,
        "url": "",
        "action": "",
        "marks": marks,
        "card": card,
    }


def form(name: str = "q", *, marks: str = "", method: str = "get", action: str = "/search") -> dict[str, Any]:
    url = f"https://www.shop.example{action}"
    return {"n": 0, "action": url, "method": method, "name": name, "seen": True, "type": "text", "marks": marks}


def survey(**told: Any) -> Survey:
    empty: dict[str, Any] = {"url": "https://www.shop.example/", "title": "Shop", "heading": "", "types": [], "og": ""}
    return {**empty, "targets": [], "links": [], "searches": [], "buttons": [], "text": "", "banner": None, **told}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("/account/logout", "Bye"),
        ("/x", "Sign out"),
        ("/x", "Abmelden"),
        ("/cart/remove?id=1", "x"),
        ("/wishlist/delete/3", ""),
        ("/x", "Remove"),
        ("/x", "Konto löschen"),
        ("/x", "Cancel my order"),
        ("/x", "Se déconnexion"),
    ],
)
def test_a_link_that_ends_something_is_dangerous(url: str, text: str) -> None:
    assert pages.is_dangerous(link(url, text))


@pytest.mark.parametrize(("url", "text"), [("/lamps", "Lamps"), ("/c/blog", "Logs and stoves"), ("/signs", "Signs")])
def test_an_ordinary_link_is_not(url: str, text: str) -> None:
    assert not pages.is_dangerous(link(url, text))


def test_a_dangerous_link_is_no_category_no_product_and_no_cart() -> None:
    links = [
        link("/collections/logout", "Sign out"),
        link("/p/delete", "A lamp", card=True),
        link("/cart/clear", "Clear the cart"),
    ]
    page = survey(links=links)
    assert pages.categories(page) == []
    assert pages.products(page) == []
    assert pages.cart_link(page) is None


def test_a_category_is_told_by_where_its_link_stands_and_by_its_address() -> None:
    links = [
        link("/about", "About us"),
        link("/impressum", "Impressum", area="footer"),
        link("/lamps", "Lamps"),
        link("/collections/chairs", "Chairs", area="main"),
        link("/cart", "Cart"),
        link("/", "Home"),
    ]
    assert [item["text"] for item in pages.categories(survey(links=links))] == ["Chairs", "Lamps"]


def test_links_out_of_the_store_are_not_followed() -> None:
    outside = {**link("", "Lamps"), "url": "https://elsewhere.example/collections/lamps"}
    assert pages.categories(survey(links=[outside])) == []


@pytest.mark.parametrize(
    "told",
    [
        {"og": "product"},
        {"types": ["BreadcrumbList", "Product", "Offer"]},
        {"buttons": [button("Add to basket")]},
        {"buttons": [button("In den Warenkorb")]},
        {"buttons": [button("+", marks="single_add_to_cart_button")]},
    ],
)
def test_a_product_says_so_or_can_be_put_into_the_cart(told: dict[str, Any]) -> None:
    assert pages.is_product(survey(**told))


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"types": ["ItemList", "Product", "Product"]},
        {"buttons": [button("Add to basket", card=True), button("Add to basket", card=True)]},
        {"buttons": [button("Buy now")]},
    ],
)
def test_a_list_of_products_is_no_product(told: dict[str, Any]) -> None:
    assert not pages.is_product(survey(**told))


def test_products_are_links_in_boxes_with_a_picture_and_a_price_each_once_by_its_longest_text() -> None:
    links = [link("/p/1", "", card=True), link("/p/1", "A lamp", card=True), link("/p/2", "A chair", card=True)]
    assert [item["text"] for item in pages.products(survey(links=links))] == ["A lamp", "A chair"]


def test_a_newsletter_is_no_search() -> None:
    newsletter = form("email", marks="newsletter search-for-news")
    assert pages.search_form(survey(searches=[newsletter])) is None
    found = pages.search_form(survey(searches=[newsletter, form("term")]))
    assert found is not None
    assert found["name"] == "term"


def test_a_search_by_its_address_keeps_the_forms_own_fields() -> None:
    page = survey(searches=[form("q", action="/find?type=product&q=old")])
    assert pages.search_url(page, "red lamp") == "https://www.shop.example/find?type=product&q=red+lamp"


def test_a_search_by_structured_data() -> None:
    page = survey(targets=["https://www.shop.example/s?k={search_term_string}"])
    assert pages.search_url(page, "red lamp") == "https://www.shop.example/s?k=red+lamp"


def test_the_word_to_search_for_is_one_of_plain_letters() -> None:
    assert pages.search_words(["A-1 XL", "Lamp, 40 cm, verstellbar"]) == "verstellbar"
    assert pages.search_words([]) == ""


def test_the_cart_is_not_the_checkout_and_not_a_way_to_add() -> None:
    links = [link("/checkout", "Checkout"), link("/cart/add/1", "Add to cart"), link("/basket/", "Bag (1)")]
    found = pages.cart_link(survey(links=links))
    assert found is not None
    assert found["url"].endswith("/basket/")


def test_the_checkout_is_opened_and_nothing_is_paid() -> None:
    page = survey(
        url="https://www.shop.example/cart",
        links=[link("/checkout/express-paypal", "PayPal Checkout")],
        buttons=[button("Checkout with Google Pay"), button("Place order"), button("Proceed to checkout")],
    )
    step = pages.checkout_step(page)
    assert step is not None
    assert step["text"] == "Proceed to checkout"
    assert pages.checkout_step(survey(buttons=[button("Buy now"), button("Pay")])) is None


@pytest.mark.parametrize(
    ("title", "who"),
    [
        ("Just a moment...", "Cloudflare"),
        ("Pardon Our Interruption", "Imperva"),
        ("Access Denied Reference #18.2f", "Akamai"),
    ],
)
def test_a_bot_wall_is_named(title: str, who: str) -> None:
    assert pages.bot_wall(survey(title=title)) == who


def test_a_store_that_says_such_words_among_many_links_is_no_wall() -> None:
    assert pages.bot_wall(survey(title="Just a moment... of peace", links=[link(f"/{n}") for n in range(30)])) is None


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("https://shop.example/x", True),
        ("https://checkout.shop.example/", True),
        ("https://myshop.example/", False),
        ("https://shop.example.evil.example/", False),
    ],
)
def test_the_store_is_its_name_and_what_stands_below_it(url: str, inside: bool) -> None:
    assert pages.is_inside(url, "www.shop.example") is inside


@pytest.mark.parametrize(("path", "home"), [("/", True), ("/en-GB/", True), ("/index.php", True), ("/lamps", False)])
def test_a_first_page_has_hardly_a_path(path: str, home: bool) -> None:
    assert pages.is_home(f"https://shop.example{path}") is home
