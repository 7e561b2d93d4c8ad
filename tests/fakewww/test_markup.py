"""The markup of pages: labels, headings, landmarks, unique ids."""

import asyncio
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from support.store_client import ADA, CART, LARGE, SMALL, shopping

VOID = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "path"),
    "circle",
}


class Markup(HTMLParser):
    """All start tags with their attributes, and the nesting errors."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.astray: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.astray += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.astray.append(tag)

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


async def walk() -> dict[str, Markup]:
    """Each kind of page, as a shopper reaches it."""
    async with shopping() as shopper:
        pages = {
            "home": await shopper.get("/fakewww/index.html"),
            "category": await shopper.get("/fakewww/categories/2/index.html?page=2"),
            "search": await shopper.get("/fakewww/search/index.html?q=the"),
            "nothing found": await shopper.get("/fakewww/search/index.html?q=%22%3E%3Cb%3E"),
            "empty search": await shopper.get("/fakewww/search/index.html"),
            "product": await shopper.get("/fakewww/products/1/index.html"),
            "wrong quantity": await shopper.add(quantity="<b>"),
            "empty cart": await shopper.get(CART),
            "cart": await shopper.add(),
            "full cart": await shopper.add(LARGE),
            "wrong line": await shopper.update(SMALL, quantity='"><b>'),
            "address": await shopper.get("/fakewww/checkout/address/index.html"),
            "wrong address": await shopper.step("address", {**ADA, "email": '"><b>', "city": ""}),
            "shipping": await shopper.step("address", ADA),
            "wrong shipping": await shopper.step("shipping"),
            "payment": await shopper.step("shipping", {"shipping": "express"}),
            "review": await shopper.step("payment", {"payment": "card"}),
            "receipt": await shopper.step("review"),
            "order": await shopper.get("/fakewww/orders/0000000010/index.html"),
            "wrong line of an order": await shopper.change_order("0000000010", **{f"quantity-{SMALL}": '"><b>'}),
            "wrong product for an order": await shopper.change_order("0000000010", product='"><b>'),
            "changed order": await shopper.change_order("0000000010", product="WOOL-SOCKS-ONE", quantity="1"),
            "orders": await shopper.get("/fakewww/account/orders/index.html"),
            "cancelled order": await shopper.change_order("0000000010", action="cancel"),
            "orders of which one is cancelled": await shopper.get("/fakewww/account/orders/index.html"),
            "sign up": await shopper.get("/fakewww/account/sign-up/index.html"),
            "wrong sign up": await shopper.post("/fakewww/account/sign-up/index.html"),
            "sign in": await shopper.get("/fakewww/account/sign-in/index.html"),
            "wrong sign in": await shopper.sign_in(password="no"),
            "signed in": await shopper.sign_in(),
            "about": await shopper.get("/fakewww/about/index.html"),
            "contact": await shopper.get("/fakewww/contact/index.html"),
            "not found": await shopper.get("/fakewww/nowhere.html"),
        }
    return {name: Markup(page.html) for name, page in pages.items()}


@pytest.fixture(scope="module")
def pages() -> dict[str, Markup]:
    return asyncio.run(walk())


def test_every_element_is_closed_in_order(pages):
    assert {name: page.astray for name, page in pages.items() if page.astray} == {}


def test_entered_text_never_becomes_markup(pages):
    assert [name for name, page in pages.items() if page.all("b")] == []


def test_each_page_has_a_language_one_main_heading_and_one_main_element(pages):
    for page in pages.values():
        assert page.all("html") == [{"lang": "en"}]
        assert [len(page.all(tag)) for tag in ("title", "h1", "main", "header", "footer")][:3] == [1, 1, 1]


def test_every_field_has_a_label(pages):
    for name, page in pages.items():
        labels = {label["for"] for label in page.all("label")}
        fields = [field for field in page.all("input", "select", "textarea") if field.get("type") != "hidden"]
        assert [field for field in fields if field.get("id") not in labels] == [], name


def test_ids_are_unique(pages):
    for name, page in pages.items():
        ids = Counter(attributes["id"] for _, attributes in page.tags if "id" in attributes)
        assert [id for id, count in ids.items() if count > 1] == [], name


def test_referenced_descriptions_exist(pages):
    for name, page in pages.items():
        ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
        pointers = [
            value
            for _, tag in page.tags
            for key, value in tag.items()
            if key in ("aria-describedby", "aria-labelledby", "for")
        ]
        assert [pointer for pointer in pointers if pointer not in ids] == [], name


def test_headings_skip_no_level(pages):
    for name, page in pages.items():
        levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
        steps = [after - before for before, after in pairwise(levels)]
        assert all(step <= 1 for step in steps), (name, levels)


def test_each_image_has_a_text_or_is_marked_as_decorative(pages):
    for page in pages.values():
        assert all("alt" in image for image in page.all("img"))
        assert all(image.get("aria-hidden") == "true" for image in page.all("svg"))


def test_no_page_loads_anything_from_another_host(pages):
    for page in pages.values():
        loaded = [tag.get("src") or tag.get("href") or "" for tag in page.all("img", "link", "script", "iframe")]
        assert [url for url in loaded if url and not url.startswith("/fakewww/")] == []
