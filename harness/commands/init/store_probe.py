"""Find the selectors for a target: on each page that `verify` visits, the elements that a shopper uses."""

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
from harness.commands.verify.checkout import choice_for, continue_button, shopper_field
from harness.commands.verify.page_classifier import Item, Survey
from harness.scenario.page_facts import Fact
from harness.scenario.purchases import is_buying
from harness.scenario.shopper import Shopper

_FIND_SELECTORS: Final = (resources.files(__package__) / "selectors.js").read_text(encoding="utf-8")
_BY_NAME: Final = (':text-is("$name")', '[title="$name"]', ':has(img[alt="$name"])')
_CURRENCY_SIGNS: Final = {"£": "GBP", "€": "EUR", "zł": "PLN", "₹": "INR", "CHF": "CHF"}
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
    """Selectors and other element names as YAML text; empty if not found."""

    search_field: str = ""
    category_link: str = ""
    product_link: str = ""
    home_link: str = ""
    cart_link: str = ""
    add_button: str = ""
    quantity: str = ""
    variant: str = ""
    checkout_link: str = ""


@dataclass(kw_only=True)
class StoreProfile:
    """The results. `pages` map names to paths; `names` are those of products and categories."""

    title: str = ""
    currency: str = ""
    selectors: Selectors = field(default_factory=Selectors)
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
            profile.title = (await page.evaluate(_FIND_SELECTORS, []))["site"] or survey["title"]
        if kind in ("home", "category"):
            await self._examine_links(page, survey, kind)
        if not profile.selectors.search_field and (form := pages.search_form(survey)) and form["visible"]:
            profile.selectors.search_field = await self._unique_selector(page, form["n"])
        if kind == "home" and (link := pages.cart_link(survey)):
            profile.selectors.cart_link = await self._visible_selector(page, link["n"])
        if kind == "product" and not profile.selectors.add_button:
            await self._examine_product(page, survey)
        if kind == "cart" and not profile.selectors.checkout_link and (step := pages.checkout_step(survey)):
            profile.selectors.checkout_link = await self._pressable(page, step)
        if kind == "checkout":
            await self._examine_checkout(page, survey)

    async def _examine_links(self, page: Page, survey: Survey, kind: str) -> None:
        profile = self.profile
        if kind == "home":
            home = [link for link in survey["links"] if pages.is_home(link["url"]) and link["text"]]
            profile.selectors.home_link = await self._visible_selector(page, home[0]["n"]) if home else ""
            links = pages.categories(survey)[:6]
            profile.names["category"] = [link["text"] for link in links]
            profile.selectors.category_link = await self._selector_by_name(page, links, survey)
        products = [link for link in pages.products(survey) if link["text"]]
        if products and (kind == "category" or not profile.selectors.product_link):
            profile.names["product"] = [link["text"] for link in products]
            profile.selectors.product_link = await self._selector_by_name(page, products[:6], survey)

    async def _examine_product(self, page: Page, survey: Survey) -> None:
        profile = self.profile
        button = pages.add_button(survey)
        profile.selectors.add_button = await self._pressable(page, button) if button else ""
        form = button["form"] if button else -1
        inside = [item for item in survey["fields"] if item["form"] == form >= 0]
        quantity = next((item for item in inside if not item["options"] and "q" in item["marks"].lower()[:12]), None)
        profile.selectors.quantity = await self._unique_selector(page, quantity["n"]) if quantity else ""
        variant = next((item for item in inside if item["options"]), None)
        profile.selectors.variant = await self._unique_selector(page, variant["n"]) if variant else ""
        profile.facts = await self._facts(page)

    async def _facts(self, page: Page) -> list[Fact]:
        """Where the page contains the product's data: structured data first, then its markup."""
        values = await read_facts(page, _STRUCTURED_DATA)
        self.profile.currency = values.get("store", {}).get("currency", "") or await _currency(page)
        facts = [
            fact for fact in _STRUCTURED_DATA if fact.kind == "product" and fact.field in values.get("product", {})
        ]
        known = {fact.field for fact in facts}
        if "name" not in known and await page.locator("h1").count() == 1:
            facts.append(Fact(kind="product", field="name", at="h1"))
        found = await page.evaluate(_FIND_SELECTORS, [])
        labelled = found["labelled"]
        if "price" not in known and found["price"]:
            facts.append(Fact(kind="product", field="price", at=found["price"][0], matches="[0-9][0-9.,]*"))
        if labelled:
            facts += [Fact(kind="product", field=name, at=labelled) for name in ("code", "sku") if name not in known]
        elif "sku" in known and "code" not in known:
            facts.append(Fact(kind="product", field="code", data="Product.sku"))
        return sorted(facts, key=lambda fact: fact.field)

    async def _examine_checkout(self, page: Page, survey: Survey) -> None:
        fills, selects = {}, {}
        for item in survey["fields"]:
            name = shopper_field(item)
            choice = choice_for(item) if item["options"] else None
            if choice and (selector := await self._unique_selector(page, item["n"])):
                selects[selector] = choice
            elif name and not item["options"] and (selector := await self._unique_selector(page, item["n"])):
                fills[selector] = name
        way = continue_button(survey)
        button: Item | None = None if isinstance(way, str) else way
        if button is None:
            seen = (
                each for each in survey["buttons"] if each["visible"] and is_buying(f"{each['text']} {each['marks']}")
            )
            button = next(seen, None)
        selector = await self._pressable(page, button) if button else ""
        buys = isinstance(way, str) and button is not None
        self.profile.checkout.append(CheckoutPage(fills=fills, selects=selects, button=selector, buys=buys))

    async def _unique_selector(self, page: Page, number: int) -> str:
        """A quoted selector that matches only this element; empty if there is none."""
        found = await page.evaluate(_FIND_SELECTORS, [[number]])
        return quoted(next(iter(found["groups"][0]["unique"]), ""))

    async def _visible_selector(self, page: Page, number: int) -> str:
        """The same for an element that must be visible."""
        found = await page.evaluate(_FIND_SELECTORS, [[number]])
        selector = next(iter(found["groups"][0]["unique"]), "")
        return quoted(selector) if selector and await page.locator(selector).is_visible() else ""

    async def _pressable(self, page: Page, item: Item) -> str:
        """A button or link by its name if that is unique and does not depend on the cart, else by a selector."""
        name = item["text"]
        if name and len(name) <= 40 and not re.search(r"\d", name):
            for role in ("button", "link"):
                if await locate(page, {role: name}).count() == 1:
                    return f"{{{role}: {quoted(name)}}}"
        return await self._unique_selector(page, item["n"])

    async def _selector_by_name(self, page: Page, links: Sequence[Item], survey: Survey) -> str:
        """A selector with `$name` that matches exactly one link for most of these names, the first included; else empty.

        A page may contain the same link several times, some of them hidden.
        """
        urls = [link["url"] for link in links]
        everywhere = [link for link in survey["links"] if link["url"] in urls and link["text"]]
        for first in (link for link in everywhere if link["url"] == urls[0]):
            names = [first["text"], *(link["text"] for link in links[1:])]
            found = await page.evaluate(_FIND_SELECTORS, [[first["n"], *(link["n"] for link in everywhere)]])
            for form in _BY_NAME:
                for start in found["groups"][0]["common"]:
                    if await _matches_names(page, f"{start}{form}", names):
                        return quoted(f"{start}{form}")
        return ""


def quoted(text: str) -> str:
    """Text as a quoted YAML scalar; empty text stays empty."""
    return "'" + text.replace("'", "''") + "'" if text else ""


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


async def _matches_names(page: Page, selector: str, names: Sequence[str]) -> bool:
    """Whether it matches one visible link for the first name, and for a second if there is one; never two links for a name."""
    matched = 0
    for name in names:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        links = page.locator(selector.replace("$name", escaped))
        count = await links.count()
        if count > 1 or (name == names[0] and not (count and await links.is_visible())):
            return False
        matched += count
    return matched >= min(2, len(names))


async def _currency(page: Page) -> str:
    """The currency code, by a currency sign that is unambiguous; empty if the page contains none."""
    text: Any = await page.evaluate("document.body.innerText")
    return next((code for sign, code in _CURRENCY_SIGNS.items() if sign in str(text)), "")
