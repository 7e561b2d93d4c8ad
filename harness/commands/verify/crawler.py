"""The crawl of an unknown store: home, a category, a search, a product, into the cart, the cart, the checkout."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from harness.commands.verify import page_classifier as pages
from harness.commands.verify.checkout import complete_forms
from harness.commands.verify.navigation import Action, Classifier, Navigator
from harness.commands.verify.page_classifier import Item, Survey
from harness.commands.verify.target_guide import TargetGuide
from harness.scenario.shopper import Shopper

_MAX_LINKS = 3
"""The number of links that the crawl tries for one page type."""

OTHER = "other"


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
        added = await self._add_to_cart(product) if product else None
        cart = await self._visit_cart(added or product or self._home)
        await self._visit_checkout(cart)
        for page in more_urls:
            await self._open(page, self._kind, page)

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
        is_root = pages.is_home(url) or pages.is_home(survey["url"])
        return "home" if is_root else self._kind(survey)

    def _kind(self, survey: Survey) -> str:
        return "product" if pages.is_product(survey) else OTHER

    async def _visit_category(self) -> None:
        candidates = pages.categories(self._home)[:_MAX_LINKS]
        for link in candidates:
            survey = await self._follow(link, self._home, lambda survey: "category" if _is_category(survey) else OTHER)
            if survey and _is_category(survey):
                self._listing = survey
                return
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
        form = pages.search_form(survey)
        url = pages.search_url(survey, words)
        if action := self._target_action("search", words):
            result = await self._search(action, words)
        elif form and form["visible"]:
            if self.navigator.tabs.page.url != survey["url"]:
                survey = await self._open(survey["url"], self._kind, survey["url"]) or survey
                form = pages.search_form(survey) or form
            shown = form
            result = await self._search(lambda: self.navigator.search(shown, words), words)
        elif url:
            result = await self._search(lambda: self.navigator.open(url), words)
        else:
            self._missing["search"] = "no search form was found"
            return
        if result is None:
            self._missing["search"] = self.navigator.log.last_failure

    async def _search(self, action: Action, words: str) -> Survey | None:
        title = f"search for {words}"
        return await self.navigator.step(title, action, lambda _survey: "search", did="search", words=words)

    async def _visit_product(self) -> Survey | None:
        found, survey = self._products()
        for link in found[:_MAX_LINKS]:
            opened = await self._follow(link, survey, self._kind)
            if opened and pages.is_product(opened):
                return opened
        for page in self.guide.target.pages.values() if self.guide else ():
            opened = await self._open(urljoin(self._home["url"], page), self._kind, page)
            if opened and pages.is_product(opened):
                return opened
        tried = f"no product page was found; links tried: {len(found[:_MAX_LINKS])}"
        self._missing["product"] = tried if found else "no link with an image and a price was found"
        return None

    async def _add_to_cart(self, product: Survey) -> Survey | None:
        """Put the product into the cart; the next page is the product page again, or the cart."""
        button = pages.add_button(product)
        action = self._target_action("add to cart")
        if button is None and action is None:
            return None
        return await self.navigator.step(
            f'press "{button["text"]}"' if button else "add to cart",
            action or (lambda: self.navigator.press(button or {})),
            lambda survey: self._kind_after_adding(survey, product),
            did="added",
        )

    def _kind_after_adding(self, survey: Survey, product: Survey) -> str:
        if _path(survey["url"]) == _path(product["url"]):
            return "product"
        cart = pages.cart_link(product)
        return "cart" if cart and _path(survey["url"]) == _path(cart["url"]) else OTHER

    async def _visit_cart(self, survey: Survey) -> Survey | None:
        link = pages.cart_link(survey)
        if action := self._target_action("cart"):
            cart = await self.navigator.step("cart", action, lambda _survey: "cart")
        elif link is None:
            self._missing["cart"] = "no link to a cart was found"
            return None
        else:
            cart = await self._follow(link, survey, lambda _survey: "cart")
        if cart is None:
            self._missing["cart"] = self.navigator.log.last_failure
        return cart

    async def _visit_checkout(self, cart: Survey | None) -> None:
        """Open the checkout's first page. Without a shopper, the crawl ends there and submits no form."""
        item = pages.checkout_step(cart) if cart else None
        action, title = self._target_action("go to checkout"), "go to checkout"
        if cart is not None and item is not None and action is None:
            action, title = self._opener(item, cart), _title(item)
        if cart is None or action is None:
            self._missing["checkout"] = "no link or button from the cart to a checkout was found"
            return
        cart_path = _path(cart["url"])

        def kind_of(survey: Survey) -> str:
            return OTHER if _path(survey["url"]) == cart_path else "checkout"

        opened = await self.navigator.step(title, action, kind_of, did="checkout")
        if opened is None:
            self._missing["checkout"] = self.navigator.log.last_failure
        elif kind_of(opened) == OTHER:
            self._missing["checkout"] = "the browser stayed on the cart page"
        elif self.shopper is not None:
            self.navigator.log.checkout_end = await complete_forms(self.navigator, opened, self.shopper)

    def _opener(self, item: Item, survey: Survey) -> Action:
        """The action that opens a link or a button of a page."""
        if item.get("url"):
            return lambda: self.navigator.follow(item, survey)
        return lambda: self.navigator.press(item)

    async def _follow(self, link: Item, survey: Survey, kind_of: Classifier) -> Survey | None:
        return await self.navigator.step(_title(link), lambda: self.navigator.follow(link, survey), kind_of)

    async def _open(self, url: str, kind_of: Classifier, name: str) -> Survey | None:
        return await self.navigator.step(f"open {name}", lambda: self.navigator.open(url), kind_of)


def _is_category(survey: Survey) -> bool:
    return pages.is_listing(survey) and not pages.is_home(survey["url"])


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _title(item: Item) -> str:
    return f'follow "{item["text"]}"' if item["text"] else f"follow {item.get('url', 'a button')}"
