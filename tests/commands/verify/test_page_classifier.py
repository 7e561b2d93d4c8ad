"""The classification of an unknown page by its survey, and the links and buttons that are used."""

from typing import Any

import pytest

from harness.commands.verify import page_classifier as pages
from harness.commands.verify.page_classifier import Survey
from harness.commands.verify.page_obstacles import bot_wall
from harness.commands.verify.page_urls import is_home, is_inside


def link(url: str, text: str = "", *, area: str = "nav", card: bool = False, marks: str = "") -> dict[str, Any]:
    place = {"area": area, "card": card, "visible": True}
    return {"n": 0, "url": f"https://www.shop.example{url}", "text": text, "marks": marks, **place}


def button(text: str, *, card: bool = False, marks: str = "", visible: bool = True) -> dict[str, Any]:
    place = {"area": "header", "card": card, "visible": visible}
    return {"n": 0, "text": text, "disabled": False, "url": "", "marks": marks, **place}


def form(name: str = "q", *, marks: str = "", method: str = "get", action: str = "/search") -> dict[str, Any]:
    url = f"https://www.shop.example{action}"
    return {"n": 0, "action": url, "method": method, "name": name, "visible": True, "type": "text", "marks": marks}


def survey(**changes: Any) -> Survey:
    empty: dict[str, Any] = {"url": "https://www.shop.example/", "title": "Shop", "heading": "", "types": [], "og": ""}
    return {**empty, "targets": [], "links": [], "searches": [], "buttons": [], "text": "", "banner": None, **changes}


@pytest.mark.parametrize(
    ("url", "text"),
    [
        *(
            ("/x", text)
            for text in ("Sign out", "Abmelden", "Remove", "Konto löschen", "Cancel my order", "Se déconnexion")
        ),
        *(("/account/logout", "Bye"), ("/cart/remove?id=1", "x"), ("/wishlist/delete/3", "")),
    ],
)
def test_a_link_that_signs_out_or_deletes_is_dangerous(url: str, text: str) -> None:
    assert pages.is_dangerous(link(url, text))


@pytest.mark.parametrize(("url", "text"), [("/lamps", "Lamps"), ("/c/blog", "Logs and stoves"), ("/signs", "Signs")])
def test_an_ordinary_link_is_not_dangerous(url: str, text: str) -> None:
    assert not pages.is_dangerous(link(url, text))


def test_a_dangerous_link_is_not_a_category_product_or_cart() -> None:
    links = [
        link("/collections/logout", "Sign out"),
        link("/p/delete", "A lamp", card=True),
        link("/cart/clear", "Clear the cart"),
    ]
    page = survey(links=links)
    assert pages.categories(page) == []
    assert pages.products(page) == []
    assert pages.cart_link(page) is None


def test_a_category_is_recognized_by_the_area_and_url_of_its_link() -> None:
    links = [
        link("/about", "About us"),
        link("/impressum", "Impressum", area="footer"),
        link("/lamps", "Lamps"),
        link("/collections/chairs", "Chairs", area="main"),
        link("/cart", "Cart"),
        link("/", "Home"),
    ]
    assert [item["text"] for item in pages.categories(survey(links=links))] == ["Chairs", "Lamps"]


def test_links_to_other_sites_are_not_followed() -> None:
    outside = {**link("", "Lamps"), "url": "https://elsewhere.example/collections/lamps"}
    assert pages.categories(survey(links=[outside])) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"og": "product"},
        {"types": ["BreadcrumbList", "Product", "Offer"]},
        {"buttons": [button("Add to basket")]},
        {"buttons": [button("In den Warenkorb")]},
        {"buttons": [button("+", marks="single_add_to_cart_button")]},
    ],
)
def test_a_product_page_has_metadata_or_a_button_for_the_cart(changes: dict[str, Any]) -> None:
    assert pages.is_product(survey(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"types": ["ItemList", "Product", "Product"]},
        {"buttons": [button("Add to basket", card=True), button("Add to basket", card=True)]},
        {"buttons": [button("Buy now")]},
    ],
)
def test_a_list_of_products_is_not_a_product(changes: dict[str, Any]) -> None:
    assert not pages.is_product(survey(**changes))


def test_products_are_links_on_cards_each_url_once_with_its_longest_text() -> None:
    links = [link("/p/1", "", card=True), link("/p/1", "A lamp", card=True), link("/p/2", "A chair", card=True)]
    assert [item["text"] for item in pages.products(survey(links=links))] == ["A lamp", "A chair"]


def test_a_product_has_the_name_on_its_card() -> None:
    shown = {**link("/p/1", "Lamp A 9.50 €", card=True), "name": "Lamp A"}
    assert [item["text"] for item in pages.products(survey(links=[shown]))] == ["Lamp A"]


def test_a_breadcrumb_is_no_category() -> None:
    assert pages.categories(survey(links=[link("/lamps", "Lamps", area="breadcrumb")])) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"url": "https://www.shop.example/cart"}, "cart"),
        ({"url": "https://www.shop.example/checkout/cart/"}, "cart"),
        ({"url": "https://www.shop.example/x", "headed": "Shopping bag"}, "cart"),
        ({"url": "https://www.shop.example/warenkorb"}, "cart"),
        ({"url": "https://www.shop.example/checkout"}, "checkout"),
        ({"url": "https://www.shop.example/search?q=lamp"}, "search"),
        ({"url": "https://www.shop.example/find?query=lamp", "headed": "Search results"}, "search"),
        (
            {"url": "https://www.shop.example/lamps", "links": [link("/a", card=True), link("/b", card=True)]},
            "category",
        ),
        (
            {"url": "https://www.shop.example/lamps?q=", "links": [link("/a", card=True), link("/b", card=True)]},
            "category",
        ),
        ({"url": "https://www.shop.example/en/"}, "home"),
        ({"url": "https://www.shop.example/about"}, "other"),
        ({"url": "https://www.shop.example/a", "buttons": [button("Add to cart")]}, "product"),
    ],
)
def test_the_type_of_a_page_that_the_user_named(changes: dict[str, Any], kind: str) -> None:
    assert pages.kind_of(survey(**changes)) == kind


def test_the_icon_of_the_search_and_of_the_cart() -> None:
    icons = [button("", marks="menu-toggle"), button("", marks="icon Search"), button("", marks="mini-cart-icon x2")]
    closing = [button("Close cart", marks="cart-close"), button("Add to cart"), button("Research")]
    page = survey(buttons=[*closing, *icons])
    assert pages.search_opener(page) is icons[1]
    assert pages.cart_opener(page) is icons[2]
    assert pages.search_opener(survey(buttons=closing)) is pages.cart_opener(survey(buttons=closing)) is None


def test_the_button_of_the_search_is_the_one_of_its_form() -> None:
    field = {**form("q"), "form": 2}
    own, other = {**button("Go"), "form": 2}, {**button("Search"), "form": -1}
    assert pages.search_button(survey(buttons=[other, own]), field) is own
    assert pages.search_button(survey(buttons=[other]), {**field, "form": -1}) is other
    assert pages.search_button(survey(buttons=[{**button("Buy"), "form": 1}]), field) is None


def test_a_page_with_the_name_of_the_followed_product_and_a_price_is_its_page() -> None:
    assert pages.is_product_named(survey(headed="LAMP A, white", signs=["€"]), "Lamp A")
    assert not pages.is_product_named(survey(headed="Lamps", signs=["€"]), "Lamp A")
    assert not pages.is_product_named(survey(headed="Lamp A", signs=[]), "Lamp A")


def test_a_product_with_a_button_that_waits_for_a_choice_is_a_product() -> None:
    page = survey(buttons=[{**button("Add to cart"), "disabled": True}], choices=[])
    assert pages.is_product(page)
    assert not pages.is_buyable(page)
    assert pages.is_buyable({**page, "choices": [{"options": []}]})


def test_an_empty_cart_can_be_opened() -> None:
    page = survey(buttons=[button("Your cart is empty", marks="cart")])
    assert pages.cart_opener(page) is not None
    assert pages.cart_opener(survey(buttons=[button("Empty the cart", marks="cart")])) is None


def test_a_newsletter_form_is_not_a_search_form() -> None:
    newsletter = form("email", marks="newsletter search-for-news")
    assert pages.search_form(survey(searches=[newsletter])) is None
    found = pages.search_form(survey(searches=[newsletter, form("term")]))
    assert found is not None
    assert found["name"] == "term"


def test_a_search_url_keeps_the_forms_other_fields() -> None:
    page = survey(searches=[form("q", action="/find?type=product&q=old")])
    assert pages.search_url(page, "red lamp") == "https://www.shop.example/find?type=product&q=red+lamp"


def test_a_search_url_from_structured_data() -> None:
    page = survey(targets=["https://www.shop.example/s?k={search_term_string}"])
    assert pages.search_url(page, "red lamp") == "https://www.shop.example/s?k=red+lamp"


def test_the_search_word_consists_of_letters() -> None:
    assert pages.search_words(["A-1 XL", "Lamp, 40 cm, verstellbar"]) == "verstellbar"
    assert pages.search_words([]) == ""


def test_the_cart_link_is_not_the_checkout_and_does_not_add_a_product() -> None:
    links = [link("/checkout", "Checkout"), link("/cart/add/1", "Add to cart"), link("/basket/", "Bag (1)")]
    found = pages.cart_link(survey(links=links))
    assert found is not None
    assert found["url"].endswith("/basket/")


def test_the_checkout_is_opened_by_a_button_that_does_not_pay() -> None:
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
    ("title", "provider"),
    [
        ("Just a moment...", "Cloudflare"),
        ("Pardon Our Interruption", "Imperva"),
        ("Access Denied Reference #18.2f", "Akamai"),
    ],
)
def test_the_provider_of_a_bot_wall_is_recognized(title: str, provider: str) -> None:
    assert bot_wall(survey(title=title)) == provider


def test_a_page_with_such_a_title_and_many_links_is_not_a_bot_wall() -> None:
    assert bot_wall(survey(title="Just a moment... of peace", links=[link(f"/{n}") for n in range(30)])) is None


@pytest.mark.parametrize(
    ("url", "inside"),
    [
        ("https://shop.example/x", True),
        ("https://checkout.shop.example/", True),
        ("https://myshop.example/", False),
        ("https://shop.example.evil.example/", False),
    ],
)
def test_the_store_includes_its_subdomains(url: str, inside: bool) -> None:
    assert is_inside(url, "www.shop.example") is inside


@pytest.mark.parametrize(("path", "home"), [("/", True), ("/en-GB/", True), ("/index.php", True), ("/lamps", False)])
def test_a_first_page_has_a_short_path(path: str, home: bool) -> None:
    assert is_home(f"https://shop.example{path}") is home
