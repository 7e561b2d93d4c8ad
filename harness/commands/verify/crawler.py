"""The crawl of an unknown store: home, a category, a search, a product, into the cart, the cart, the checkout."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from harness.browser.errors import ActionError
from harness.commands.verify import page_classifier as pages
from harness.commands.verify.cart_steps import UNPROVEN, CartSteps
from harness.commands.verify.checkout import complete_forms
from harness.commands.verify.list_steps import ListSteps
from harness.commands.verify.navigation import Action, Classifier, Navigator, in_words
from harness.commands.verify.page_classifier import Item, Survey
from harness.commands.verify.page_urls import is_home, is_same_address, path_of
from harness.commands.verify.target_guide import TargetGuide
from harness.scenario.shopper import Shopper

_MAX_LINKS = 3
"""The number of links that the crawl tries for one page type."""

OPENED_SEARCH = "opened search"
"""The type of a page whose search field was opened by an icon, for `OnPage`."""

UNSENT_SEARCH = "unsent search"
"""The type of a page whose search field ignores Enter, for `OnPage`."""


@dataclass(kw_only=True)
class Crawler:
    """Crawls the store once; the navigator's log contains the results.

    `on_first_page` is performed before the survey of the first page. With a `shopper`, the crawl completes the checkout's forms
    in that name. It uses the actions of the `guide` where that has them.
    """

    navigator: Navigator
    on_first_page: Action
    shopper: Shopper | None = None
    guide: TargetGuide | None = None
    _home: Survey = field(default_factory=dict)
    _listing: Survey | None = None

    async def crawl(self, url: str, more_urls: Sequence[str]) -> None:
        """Visit one page of each type, then the other URLs."""
        await self._visit_home(url)
        await self._visit_category()
        await self._visit_search()
        product = await self._visit_product()
        cart_steps = CartSteps(navigator=self.navigator, guide=self.guide)
        added = await cart_steps.add(product) if product else None
        cart = await cart_steps.open_cart(added or product or self._home)
        await self._visit_checkout(cart)
        for page in more_urls:
            await self._visit_named(page)

    @property
    def _missing(self) -> dict[str, str]:
        return self.navigator.log.missing

    def _target_action(self, name: str, *arguments: str) -> Action | None:
        """The target's own action, if there is a target that has it."""
        return self.guide.action(name, *arguments) if self.guide else None

    async def _visit_home(self, url: str) -> None:
        first = await self.navigator.open_first_page(
            url, lambda survey: self._first_kind(url, survey), self.on_first_page
        )
        self._home = first
        if self._first_kind(url, first) != "home":
            parts = urlsplit(first["url"])
            root = f"{parts.scheme}://{parts.netloc}/"
            home = await self._open(root, lambda _survey: "home", root)
            self._home = home or first
            if home is None:
                self._missing["home"] = self.navigator.log.last_failure

    def _first_kind(self, url: str, survey: Survey) -> str:
        is_root = is_home(url) or is_home(survey["url"])
        return "home" if is_root else pages.kind_of(survey)

    async def _visit_named(self, page: str) -> None:
        """Visit a page that the user named. It also counts as the page of its type."""

        async def facts_of(survey: Survey) -> Mapping[str, Any]:
            self._missing.pop(pages.kind_of(survey), None)
            return {"words": words} if (words := pages.searched_words(survey)) else {}

        title = f"open {page}"
        await self.navigator.step(title, lambda: self.navigator.open(page), pages.kind_of, facts_of=facts_of)

    async def _visit_category(self) -> None:
        candidates = pages.categories(self._home)[:_MAX_LINKS]
        for link in candidates:
            survey = await self._follow(
                link, self._home, lambda survey: "category" if _is_category(survey) else pages.OTHER
            )
            if survey and _is_category(survey):
                self._listing = survey
                await ListSteps(navigator=self.navigator).perform(survey)
                return
        if pages.is_listing(self._home):
            await ListSteps(navigator=self.navigator, kind=pages.OTHER).perform(self._home)
        tried = f"no page with a list of products was found; links tried on the first page: {len(candidates)}"
        self._missing["category"] = tried if candidates else "no link to a category was found on the first page"

    def _products(self) -> tuple[list[Item], Survey]:
        """Links to products, and the page that contains them."""
        for survey in (self._listing, self._home):
            if survey and (found := pages.products(survey)):
                return found, survey
        return [], self._home

    async def _visit_search(self) -> None:
        found, survey = self._products()
        words = pages.search_words(link["text"] for link in found) or "a"
        form, opener = pages.search_form(survey), pages.search_opener(survey)
        url = pages.search_url(survey, words)
        if action := self._target_action("search", words):
            result = await self._search(action, words)
        elif (form and form["visible"]) or opener:
            result = await self._search(lambda: self._type_words(survey, words), words)
        elif url:
            result = await self._search(lambda: self.navigator.open(url), words)
        else:
            self._missing["search"] = "no search form was found"
            return
        if result is None:
            self._missing["search"] = self.navigator.log.last_failure
        elif is_same_address(result["url"], survey["url"]):
            self._missing["search"] = "the search did not lead to a page of its own"

    async def _type_words(self, survey: Survey, words: str) -> None:
        """Type the words into the page's search field; press its icon first if the field is hidden."""
        navigator = self.navigator
        shown = await navigator.survey()
        form, opener = pages.search_form(shown), pages.search_opener(shown)
        if not opener and not (form and form["visible"]):
            await navigator.open(survey["url"])
            await navigator.settle("open the page with the search")
            shown = await navigator.survey()
            form, opener = pages.search_form(shown), pages.search_opener(shown)
        if opener and not (form and form["visible"]):
            await navigator.press(opener, "the search icon")
            await navigator.settle("open the search")
            form = pages.search_form(await navigator.survey(OPENED_SEARCH))
        if form is None:
            raise ActionError("no search field appears", place=navigator.tabs.page.url)
        address = navigator.tabs.page.url
        await navigator.search(form, words)
        await navigator.settle("search")
        if is_same_address(navigator.tabs.page.url, address):
            shown = await navigator.survey(UNSENT_SEARCH)
            if (form := pages.search_form(shown)) and (button := pages.search_button(shown, form)):
                await navigator.press(button, in_words(button) if button["text"] else "the search button")

    async def _search(self, action: Action, words: str) -> Survey | None:
        before = self.navigator.tabs.page.url

        def kind_of(survey: Survey) -> str:
            return pages.kind_of(survey) if is_same_address(survey["url"], before) else "search"

        return await self.navigator.step(f"search for {words}", action, kind_of, did="search", words=words)

    async def _visit_product(self) -> Survey | None:
        found, survey = self._products()
        is_seen = False
        for link in found[:_MAX_LINKS]:
            kind_of = _product_classifier(link["text"])
            opened = await self._follow(link, survey, kind_of)
            if opened and kind_of(opened) == "product":
                is_seen = True
                if self.guide or pages.is_buyable(opened):
                    return opened
        for page in self.guide.target.pages.values() if self.guide else ():
            opened = await self._open(urljoin(self._home["url"], page), pages.kind_of, page)
            if opened and pages.is_product(opened):
                return opened
        if is_seen:
            self.navigator.log.unchecked[UNPROVEN] = (
                "no product page has a button for the cart that was recognized and works"
            )
            return None
        tried = f"no product page was found; links tried: {len(found[:_MAX_LINKS])}"
        self._missing["product"] = tried if found else "no link to a product with a price was found"
        return None

    async def _visit_checkout(self, cart: Survey | None) -> None:
        """Open the checkout's first page. Without a shopper, the crawl ends there and submits no form."""
        item = pages.checkout_step(cart) if cart else None
        action, title = self._target_action("go to checkout"), "go to checkout"
        if cart is not None and item is not None and action is None:
            action, title = self._opener(item, cart), _title(item)
        if cart is None or action is None:
            self._missing["checkout"] = "no link or button from the cart to a checkout was found"
            return
        cart_path = path_of(cart["url"])

        def kind_of(survey: Survey) -> str:
            return pages.OTHER if path_of(survey["url"]) == cart_path else "checkout"

        opened = await self.navigator.step(title, action, kind_of, did="checkout")
        if opened is None:
            self._missing["checkout"] = self.navigator.log.last_failure
        elif kind_of(opened) == pages.OTHER:
            self._missing["checkout"] = "the browser stayed on the cart page"
        elif self.shopper is not None:
            self.navigator.log.checkout_end = await complete_forms(self.navigator, opened, self.shopper)

    def _opener(self, item: Item, survey: Survey) -> Action:
        """The action that opens a link or a button of a page."""
        if item.get("url") and not is_same_address(item["url"], survey["url"]):
            return lambda: self.navigator.follow(item, survey)
        return lambda: self.navigator.press(item)

    async def _follow(self, link: Item, survey: Survey, kind_of: Classifier) -> Survey | None:
        return await self.navigator.step(_title(link), lambda: self.navigator.follow(link, survey), kind_of)

    async def _open(self, url: str, kind_of: Classifier, name: str) -> Survey | None:
        return await self.navigator.step(f"open {name}", lambda: self.navigator.open(url), kind_of)


def _product_classifier(name: str) -> Classifier:
    """Classifies the page that the link of a product with this name leads to."""
    return lambda survey: "product" if pages.is_product_named(survey, name) else pages.kind_of(survey)


def _is_category(survey: Survey) -> bool:
    return pages.is_listing(survey) and not is_home(survey["url"])


def _title(item: Item) -> str:
    return f"follow {in_words(item)}" if item["text"] else f"follow {item.get('url') or 'a button without text'}"
