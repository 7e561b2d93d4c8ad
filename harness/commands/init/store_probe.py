"""Find the selectors for a target: on each page that `verify` visits, the elements that a shopper uses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from playwright.async_api import Page

from harness.browser.page_facts import read_facts
from harness.commands.init.element_selectors import (
    find_selectors,
    pressable,
    quoted,
    row_selector,
    selector_by_name,
    unique_selector,
    visible_selectors,
)
from harness.commands.verify import page_classifier as pages
from harness.commands.verify.checkout import choice_for, continue_button, shopper_field
from harness.commands.verify.crawler import UNSENT_SEARCH
from harness.commands.verify.page_classifier import Item, Survey
from harness.commands.verify.page_urls import is_home
from harness.scenario.page_facts import Fact
from harness.scenario.purchases import is_buying
from harness.scenario.shopper import Shopper

_CURRENCY_SIGNS: Final = {
    "£": "GBP",
    "€": "EUR",
    "zł": "PLN",
    "Kč": "CZK",
    "₹": "INR",
    "US$": "USD",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
}
_REMOVING: Final = re.compile(
    r"\b(?:remove|delete)|trash|entfern|l[öo]schen|supprimer|eliminar|rimuov|verwijder|^\s*[×✕✖x]\s", re.IGNORECASE
)
_PLUS: Final = re.compile(r"^\s*[+＋](?:\s|$)|\bplus\b|increase|increment|qty-?add", re.IGNORECASE)
_MINUS: Final = re.compile(r"^\s*[-−–](?:\s|$)|\bminus\b|decrease|decrement|qty-?(?:minus|remove)", re.IGNORECASE)
_QUANTITY: Final = re.compile(r"qty|quantity|menge|quantit[éà]|\bnumber\b", re.IGNORECASE)
_UPDATING: Final = re.compile(
    r"\bupdate\b|recalculate|aktualisier|mettre à jour|actualizar|aggiorna|bijwerken", re.IGNORECASE
)
_STRUCTURED_DATA: Final = (
    Fact(kind="product", field="name", data="Product.name"),
    Fact(kind="product", field="sku", data="Product.sku"),
    Fact(kind="product", field="code", data="Product.productID"),
    Fact(kind="product", field="price", data="Product.offers.price"),
    Fact(kind="store", field="currency", data="Product.offers.priceCurrency"),
)


@dataclass(frozen=True, kw_only=True)
class CheckoutPage:
    """One page of a checkout.

    `fills` map selectors to fields of `$shopper`, `selects` map selectors to choices. `button` continues, or buys.
    """

    fills: Mapping[str, str]
    selects: Mapping[str, str]
    button: str = ""
    buys: bool = False


@dataclass(kw_only=True)
class Selectors:
    """Selectors and other element names as YAML text; empty if not found. `options` are those of a variant to choose."""

    search_field: str = ""
    category_link: str = ""
    product_link: str = ""
    home_link: str = ""
    cart_link: str = ""
    add_button: str = ""
    quantity: str = ""
    variant: str = ""
    checkout_link: str = ""
    search_opener: str = ""
    search_button: str = ""
    options: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class CartSelectors:
    """Selectors for one product in the cart, by its name; empty if not found."""

    remove: str = ""
    quantity: str = ""
    update: str = ""
    plus: str = ""
    minus: str = ""


@dataclass(kw_only=True)
class StoreProfile:
    """The results. `pages` map names to paths; `names` are those of products and categories."""

    title: str = ""
    currency: str = ""
    selectors: Selectors = field(default_factory=Selectors)
    cart: CartSelectors = field(default_factory=CartSelectors)
    names: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    banner: Sequence[str] = ()
    checkout: list[CheckoutPage] = field(default_factory=list)


@dataclass(kw_only=True)
class StoreProbe:
    """Examines each page of a store while the browser shows it."""

    shopper: Shopper
    profile: StoreProfile = field(default_factory=StoreProfile)
    url: str = ""
    _product: str = ""
    _on_every_page: dict[str, list[str]] = field(default_factory=dict)

    async def examine(self, page: Page, kind: str, survey: Survey) -> None:
        """Add the results of one page to the profile."""
        profile = self.profile
        self.url = self.url or page.url
        name = {"product": "tumbler"}.get(kind, kind)
        if kind in ("home", "product", "cart"):
            profile.pages.setdefault(name, _path(page.url))
        if survey["banner"] and not profile.banner:
            profile.banner = survey["banner"]["buttons"]
        if not profile.title:
            profile.title = (await find_selectors(page))["site"] or survey["title"]
        if kind in ("home", "category"):
            await self._examine_links(page, survey, kind)
        await self._examine_search(page, survey, kind)
        if kind == "home" and (link := pages.cart_link(survey)):
            self._on_every_page["cart_link"] = await visible_selectors(page, link)
        await self._keep_unique(page)
        if kind == "product" and not profile.selectors.add_button:
            await self._examine_product(page, survey)
        if kind == "cart" or (self._product and self._product in survey["cart"]["drawer"]):
            await self._examine_cart(page, survey)
        if kind == "checkout":
            await self._examine_checkout(page, survey)

    async def _keep_unique(self, page: Page) -> None:
        """Keep the selectors of links on every page that match no second element on this page."""
        for name, found in self._on_every_page.items():
            kept = [selector for selector in found if await page.locator(selector).count() <= 1]
            self._on_every_page[name] = kept
            setattr(self.profile.selectors, name, quoted(next(iter(kept), "")))

    async def _examine_search(self, page: Page, survey: Survey, kind: str) -> None:
        selectors, form = self.profile.selectors, pages.search_form(survey)
        if not selectors.search_field and form and form["visible"]:
            selectors.search_field = await unique_selector(page, form["n"])
        if kind == UNSENT_SEARCH and form and (button := pages.search_button(survey, form)):
            selectors.search_button = await pressable(page, button)
        if kind == "home" and not selectors.search_field and (opener := pages.search_opener(survey)):
            selectors.search_opener = await pressable(page, opener)

    async def _examine_links(self, page: Page, survey: Survey, kind: str) -> None:
        profile = self.profile
        if kind == "home":
            home = [link for link in survey["links"] if is_home(link["url"]) and link["text"]]
            self._on_every_page["home_link"] = [each for link in home for each in await visible_selectors(page, link)]
            links = pages.categories(survey)[:6]
            profile.names["category"] = [link["text"] for link in links]
            profile.selectors.category_link = await selector_by_name(page, links, survey)
        products = [link for link in pages.products(survey) if link["text"]]
        if products and (kind == "category" or not profile.selectors.product_link):
            profile.names["product"] = [link["text"] for link in products]
            profile.selectors.product_link = await selector_by_name(page, products[:6], survey)

    async def _examine_product(self, page: Page, survey: Survey) -> None:
        profile = self.profile
        self._product = survey["headed"]
        button = pages.add_button(survey)
        profile.selectors.add_button = await pressable(page, button) if button else ""
        form = button["form"] if button else -1
        inside = [item for item in survey["fields"] if item["form"] == form >= 0]
        quantity = next((item for item in inside if not item["options"] and "q" in item["marks"].lower()[:12]), None)
        profile.selectors.quantity = await unique_selector(page, quantity["n"]) if quantity else ""
        variant = next((item for item in inside if item["options"]), None)
        profile.selectors.variant = await unique_selector(page, variant["n"]) if variant else ""
        for group in survey["choices"]:
            options = [option for option in group["options"] if not option["disabled"]]
            if "select" not in group and not any(option["chosen"] for option in group["options"]):
                profile.selectors.options.append(await pressable(page, options[0]))
        profile.facts = await self._facts(page, survey)

    async def _examine_cart(self, page: Page, survey: Survey) -> None:
        """The way to the checkout, and the elements in the row of the product."""
        profile, name = self.profile, self._product
        if not profile.selectors.checkout_link and (step := pages.checkout_step(survey)):
            profile.selectors.checkout_link = await pressable(page, step)
        if not name:
            return
        items = [item for item in (*survey["buttons"], *survey["links"]) if item["visible"]]
        cart = profile.cart
        cart.remove = cart.remove or await _in_row(page, items, _REMOVING, name, "$product")
        cart.plus = cart.plus or await _in_row(page, items, _PLUS, name, "$of")
        cart.minus = cart.minus or await _in_row(page, items, _MINUS, name, "$of")
        numbers = [{**item, "text": ""} for item in survey["fields"] if not item["options"]]
        cart.quantity = cart.quantity or await _in_row(page, numbers, _QUANTITY, name, "$of")
        update = next((item for item in items if _UPDATING.search(item["text"])), None)
        cart.update = await pressable(page, update) if update else ""

    async def _facts(self, page: Page, survey: Survey) -> list[Fact]:
        """Where the page contains the product's data: structured data first, then its markup."""
        values = await read_facts(page, _STRUCTURED_DATA)
        self.profile.currency = values.get("store", {}).get("currency", "") or _currency(survey)
        facts = [
            fact for fact in _STRUCTURED_DATA if fact.kind == "product" and fact.field in values.get("product", {})
        ]
        known = {fact.field for fact in facts}
        if "name" not in known and await page.locator("h1").count() == 1:
            facts.append(Fact(kind="product", field="name", at="h1"))
        found = await find_selectors(page)
        labelled = found["labelled"]
        if "price" not in known and found["price"]:
            facts.append(
                Fact(kind="product", field="price", at=found["price"][0], matches=r"[0-9](?:[0-9.,\s]*[0-9])?")
            )
        if labelled:
            facts += [Fact(kind="product", field=name, at=labelled) for name in ("code", "sku") if name not in known]
        elif found["withLabel"]:
            at, value = found["withLabel"][0], r"[^\s:#]*\d[^\s:#]*\s*$"
            facts += [
                Fact(kind="product", field=name, at=at, matches=value) for name in ("code", "sku") if name not in known
            ]
        elif "sku" in known and "code" not in known:
            facts.append(Fact(kind="product", field="code", data="Product.sku"))
        return sorted(facts, key=lambda fact: fact.field)

    async def _examine_checkout(self, page: Page, survey: Survey) -> None:
        fills, selects = {}, {}
        for item in survey["fields"]:
            name = shopper_field(item)
            choice = choice_for(item) if item["options"] else None
            if choice and (selector := await unique_selector(page, item["n"])):
                selects[selector] = choice
            elif name and not item["options"] and (selector := await unique_selector(page, item["n"])):
                fills[selector] = name
        way = continue_button(survey)
        button: Item | None = None if isinstance(way, str) else way
        if button is None:
            seen = (
                each for each in survey["buttons"] if each["visible"] and is_buying(f"{each['text']} {each['marks']}")
            )
            button = next(seen, None)
        selector = await pressable(page, button) if button else ""
        buys = isinstance(way, str) and button is not None
        self.profile.checkout.append(CheckoutPage(fills=fills, selects=selects, button=selector, buys=buys))


async def _in_row(page: Page, items: Sequence[Item], words: re.Pattern[str], name: str, parameter: str) -> str:
    """The selector of the first element with these words in the row of the product `name`; empty if there is none."""
    for item in items:
        if words.search(f"{item['text']} {item['marks']} ") and (
            selector := await row_selector(page, item, name, parameter)
        ):
            return selector
    return ""


def _path(url: str) -> str:
    parts = urlsplit(url)
    route = f"#{parts.fragment}" if parts.fragment.removeprefix("!").startswith("/") else ""
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}{route}"


def _currency(survey: Survey) -> str:
    """The currency code: the only one in the page's structured data, or that of an unambiguous sign; empty if unknown."""
    codes = survey["currencies"] or [
        _CURRENCY_SIGNS.get(sign, sign if len(sign) == 3 else "") for sign in survey["signs"]
    ]
    return str(codes[0]) if len(set(codes)) == 1 else ""
