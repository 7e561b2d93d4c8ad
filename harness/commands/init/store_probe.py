"""Ask a store how one shops in it: verify's way through it, and at each page the selectors of what was used there."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.async_api import Page

from harness.browser.elements import locate
from harness.browser.page_facts import read_facts
from harness.commands.verify import page_classifier as pages
from harness.commands.verify.checkout import wanted_choice, wanted_name, way_on
from harness.commands.verify.page_classifier import Item, Survey
from harness.scenario.page_facts import Fact
from harness.scenario.purchases import is_buying
from harness.scenario.shopper import Shopper

_SELECTORS: Final = (resources.files(__package__) / "selectors.js").read_text(encoding="utf-8")
_BY_NAME: Final = (':text-is("$name")', '[title="$name"]', ':has(img[alt="$name"])')
_PRICES: Final = {"£": "GBP", "€": "EUR", "zł": "PLN", "₹": "INR", "CHF": "CHF"}
_DATA: Final = (
    Fact(kind="product", field="name", data="Product.name"),
    Fact(kind="product", field="sku", data="Product.sku"),
    Fact(kind="product", field="code", data="Product.productID"),
    Fact(kind="product", field="price", data="Product.offers.price"),
    Fact(kind="store", field="currency", data="Product.offers.priceCurrency"),
)


@dataclass(frozen=True, kw_only=True)
class CheckoutPage:
    """One page of a checkout: what is filled in (selector to `$shopper.field`), chosen, and the button that leads on or buys."""

    fills: Mapping[str, str]
    selects: Mapping[str, str]
    button: str = ""
    buys: bool = False


@dataclass(kw_only=True)
class Answers:
    """What a store has told. Selectors, and other ways to name an element, are as YAML has them, empty where nothing was found;
    `pages` are paths by their names."""

    title: str = ""
    currency: str = ""
    search_field: str = ""
    category_link: str = ""
    product_link: str = ""
    home_link: str = ""
    cart_link: str = ""
    add_button: str = ""
    quantity: str = ""
    variant: str = ""
    checkout_link: str = ""
    names: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    banner: Sequence[str] = ()
    checkout: list[CheckoutPage] = field(default_factory=list)


@dataclass(kw_only=True)
class Asker:
    """Looks at each page that the way through a store comes to, while it is up."""

    shopper: Shopper
    answers: Answers = field(default_factory=Answers)
    url: str = ""

    async def look(self, page: Page, kind: str, survey: Survey) -> None:
        """Note what this page of a kind is good for."""
        answers = self.answers
        self.url = self.url or page.url
        name = {"product": "tumbler"}.get(kind, kind)
        if kind in ("home", "product", "cart"):
            answers.pages.setdefault(name, _path(page.url))
        if survey["banner"] and not answers.banner:
            answers.banner = survey["banner"]["buttons"]
        if not answers.title:
            answers.title = (await page.evaluate(_SELECTORS, []))["site"] or survey["title"]
        if kind in ("home", "category"):
            await self._lists(page, survey, kind)
        if not answers.search_field and (form := pages.search_form(survey)) and form["seen"]:
            answers.search_field = await self._one(page, form["n"])
        if kind == "home" and (link := pages.cart_link(survey)):
            answers.cart_link = await self._seen(page, link["n"])
        if kind == "product" and not answers.add_button:
            await self._product(page, survey)
        if kind == "cart" and not answers.checkout_link and (step := pages.checkout_step(survey)):
            answers.checkout_link = await self._press(page, step)
        if kind == "checkout":
            await self._checkout(page, survey)

    async def _lists(self, page: Page, survey: Survey, kind: str) -> None:
        answers = self.answers
        if kind == "home":
            home = [link for link in survey["links"] if pages.is_home(link["url"]) and link["text"]]
            answers.home_link = await self._seen(page, home[0]["n"]) if home else ""
            links = pages.categories(survey)[:6]
            answers.names["category"] = [link["text"] for link in links]
            answers.category_link = await self._by_name(page, links, survey)
        products = [link for link in pages.products(survey) if link["text"]]
        if products and (kind == "category" or not answers.product_link):
            answers.names["product"] = [link["text"] for link in products]
            answers.product_link = await self._by_name(page, products[:6], survey)

    async def _product(self, page: Page, survey: Survey) -> None:
        answers = self.answers
        button = pages.add_button(survey)
        answers.add_button = await self._press(page, button) if button else ""
        form = button["form"] if button else -1
        inside = [item for item in survey["fields"] if item["form"] == form >= 0]
        quantity = next((item for item in inside if not item["options"] and "q" in item["marks"].lower()[:12]), None)
        answers.quantity = await self._one(page, quantity["n"]) if quantity else ""
        variant = next((item for item in inside if item["options"]), None)
        answers.variant = await self._one(page, variant["n"]) if variant else ""
        answers.facts = await self._facts(page)

    async def _facts(self, page: Page) -> list[Fact]:
        """Where the page says what it shows: structured data first, then its markup."""
        said = await read_facts(page, _DATA)
        self.answers.currency = said.get("store", {}).get("currency", "") or await _currency(page)
        facts = [fact for fact in _DATA if fact.kind == "product" and fact.field in said.get("product", {})]
        known = {fact.field for fact in facts}
        if "name" not in known and await page.locator("h1").count() == 1:
            facts.append(Fact(kind="product", field="name", at="h1"))
        told = await page.evaluate(_SELECTORS, [])
        labelled = told["labelled"]
        if "price" not in known and told["price"]:
            facts.append(Fact(kind="product", field="price", at=told["price"][0], matches="[0-9][0-9.,]*"))
        if labelled:
            facts += [Fact(kind="product", field=name, at=labelled) for name in ("code", "sku") if name not in known]
        elif "sku" in known and "code" not in known:
            facts.append(Fact(kind="product", field="code", data="Product.sku"))
        return sorted(facts, key=lambda fact: fact.field)

    async def _checkout(self, page: Page, survey: Survey) -> None:
        fills, selects = {}, {}
        for item in survey["fields"]:
            name = wanted_name(item)
            choice = wanted_choice(item) if item["options"] else None
            if choice and (selector := await self._one(page, item["n"])):
                selects[selector] = choice
            elif name and not item["options"] and (selector := await self._one(page, item["n"])):
                fills[selector] = name
        way = way_on(survey)
        button: Item | None = None if isinstance(way, str) else way
        if button is None:
            seen = (each for each in survey["buttons"] if each["seen"] and is_buying(f"{each['text']} {each['marks']}"))
            button = next(seen, None)
        selector = await self._press(page, button) if button else ""
        buys = isinstance(way, str) and button is not None
        self.answers.checkout.append(CheckoutPage(fills=fills, selects=selects, button=selector, buys=buys))

    async def _one(self, page: Page, number: int) -> str:
        """A selector of one element, in quotes, empty where none names it alone."""
        told = await page.evaluate(_SELECTORS, [[number]])
        return quoted(next(iter(told["groups"][0]["alone"]), ""))

    async def _seen(self, page: Page, number: int) -> str:
        """A selector of one element that a shopper can see, empty where there is none."""
        told = await page.evaluate(_SELECTORS, [[number]])
        selector = next(iter(told["groups"][0]["alone"]), "")
        return quoted(selector) if selector and await page.locator(selector).is_visible() else ""

    async def _press(self, page: Page, item: Item) -> str:
        """A button or a link: by its name, where that names it alone and will not change with the cart, else by a selector."""
        name = item["text"]
        if name and len(name) <= 40 and not re.search(r"\d", name):
            for role in ("button", "link"):
                if await locate(page, {role: name}).count() == 1:
                    return f"{{{role}: {quoted(name)}}}"
        return await self._one(page, item["n"])

    async def _by_name(self, page: Page, links: Sequence[Item], survey: Survey) -> str:
        """A selector with `$name` in it that names the first of these links alone, and most others; empty where there is none.

        The page may have the same link in several places, some of them hidden.
        """
        urls = [link["url"] for link in links]
        everywhere = [link for link in survey["links"] if link["url"] in urls and link["text"]]
        for first in (link for link in everywhere if link["url"] == urls[0]):
            names = [first["text"], *(link["text"] for link in links[1:])]
            told = await page.evaluate(_SELECTORS, [[first["n"], *(link["n"] for link in everywhere)]])
            for form in _BY_NAME:
                for start in told["groups"][0]["alike"]:
                    if await _fits(page, f"{start}{form}", names):
                        return quoted(f"{start}{form}")
        return ""


def quoted(text: str) -> str:
    """Text as a YAML scalar; empty text stays empty."""
    return "'" + text.replace("'", "''") + "'" if text else ""


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


async def _fits(page: Page, selector: str, names: Sequence[str]) -> bool:
    """Whether it names the first of these, which can be seen, and at least one more, if there is one; and never two at once."""
    fits = 0
    for name in names:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        found = page.locator(selector.replace("$name", escaped))
        count = await found.count()
        if count > 1 or (name == names[0] and not (count and await found.is_visible())):
            return False
        fits += count
    return fits >= min(2, len(names))


async def _currency(page: Page) -> str:
    """By a sign that only one currency has."""
    text: Any = await page.evaluate("document.body.innerText")
    return next((code for sign, code in _PRICES.items() if sign in str(text)), "")
