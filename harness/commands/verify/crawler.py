"""The way through an unknown store: home, a category, a search, a product, into the cart, the cart, the checkout. Never further."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from harness.commands.verify import page_classifier as pages
from harness.commands.verify.checkout import go_further
from harness.commands.verify.navigation import Explorer
from harness.commands.verify.page_classifier import Item, Survey
from harness.commands.verify.target_guide import Act, Guide
from harness.scenario.shopper import Shopper

KINDS = ("home", "category", "search", "product", "cart", "checkout")
"""The kinds of pages that are looked for."""

_TRIES = 3
OTHER = "other"


@dataclass(kw_only=True)
class Tour:
    """One way through the store. `missed` says of each kind that was not come to why.

    With a `shopper` it goes further into the checkout, in that person's name; `ended` says why not further than it did. Where a
    `guide` knows a way, it is taken.
    """

    explorer: Explorer
    on_first: Callable[[], Awaitable[None]]
    shopper: Shopper | None = None
    ended: str = ""
    guide: Guide | None = None
    missed: dict[str, str] = field(default_factory=dict)
    _home: Survey = field(default_factory=dict)
    _listing: Survey | None = None

    async def go(self, url: str, more: Sequence[str]) -> None:
        """Look at one page of each kind, then at those that were named."""
        await self._go_home(url)
        await self._go_to_category()
        await self._go_to_search()
        product = await self._go_to_product()
        after = await self._add(product) if product else None
        cart = await self._go_to_cart(after or product or self._home)
        await self._go_to_checkout(cart)
        for page in more:
            await self._visit(page, self._kind, f"open {page}")

    def _known_way(self, action: str, *given: str) -> Act | None:
        """The target's own way, where there is a target that has it."""
        return self.guide.act(action, *given) if self.guide else None

    async def _go_home(self, url: str) -> None:
        first = await self.explorer.arrive(url, lambda survey: self._first_kind(url, survey), self.on_first)
        self._home = first
        if self._first_kind(url, first) != "home":
            parts = urlsplit(first["url"])
            root = f"{parts.scheme}://{parts.netloc}/"
            home = await self._visit(root, lambda _survey: "home", f"open {root}")
            self._home = home or first
            if home is None:
                self.missed["home"] = self._last_reason()

    def _first_kind(self, url: str, survey: Survey) -> str:
        is_root = pages.is_home(url) or pages.is_home(survey["url"])
        return "home" if is_root else self._kind(survey)

    def _kind(self, survey: Survey) -> str:
        return "product" if pages.is_product(survey) else OTHER

    async def _go_to_category(self) -> None:
        candidates = pages.categories(self._home)
        for link in candidates[:_TRIES]:
            survey = await self._follow(
                link, self._home, lambda survey: "category" if self._is_category(survey) else OTHER
            )
            if survey and self._is_category(survey):
                self._listing = survey
                return
        tried = f"none of {len(candidates[:_TRIES])} links from the first page shows a list of products"
        self.missed["category"] = tried if candidates else "the first page has no link that looks like a category"

    def _is_category(self, survey: Survey) -> bool:
        return pages.is_listing(survey) and not pages.is_home(survey["url"])

    def _products(self) -> tuple[list[Item], Survey]:
        """Products to choose from, and the page that shows them."""
        for survey in (self._listing, self._home):
            if survey and (found := pages.products(survey)):
                return found, survey
        return [], self._home

    async def _go_to_search(self) -> None:
        found, survey = self._products()
        words = pages.search_words(link["text"] for link in found) or "a"
        form = pages.search_form(survey)
        url = pages.search_url(survey, words)
        title = f"search for {words}"
        if way := self._known_way("search", words):
            seen = await self._search(title, way, words)
        elif form and form["seen"]:
            if self.explorer.tabs.page.url != survey["url"]:
                survey = await self._visit(survey["url"], self._kind, f"open {survey['url']}") or survey
                form = pages.search_form(survey) or form
            seen = await self._search(title, self._typer(form, words), words)
        elif url:
            seen = await self._search(title, lambda: self.explorer.go(url), words)
        else:
            self.missed["search"] = "no search form was found"
            return
        if seen is None:
            self.missed["search"] = self._last_reason()

    async def _search(self, title: str, act: Callable[[], Awaitable[None]], words: str) -> Survey | None:
        return await self.explorer.step(title, act, lambda _survey: "search", did="search", words=words)

    def _typer(self, form: Item, words: str) -> Callable[[], Awaitable[None]]:
        return lambda: self.explorer.type(form, words)

    async def _go_to_product(self) -> Survey | None:
        found, survey = self._products()
        for link in found[:_TRIES]:
            seen = await self._follow(link, survey, self._kind)
            if seen and pages.is_product(seen):
                return seen
        for page in self.guide.target.pages.values() if self.guide else ():
            seen = await self._visit(urljoin(self._home["url"], page), self._kind, f"open {page}")
            if seen and pages.is_product(seen):
                return seen
        tried = f"none of {len(found[:_TRIES])} links shows a product"
        self.missed["product"] = tried if found else "no link with a picture and a price was found"
        return None

    async def _add(self, product: Survey) -> Survey | None:
        """Put the product into the cart; the page that comes then is the product's once more, or the cart."""
        button = pages.add_button(product)
        way = self._known_way("add to cart")
        if button is None and way is None:
            return None
        title = f'press "{button["text"]}"' if button else "add to cart"
        return await self.explorer.step(
            title,
            way or (lambda: self.explorer.press(button or {})),
            lambda survey: self._kind_after_adding(survey, product),
            did="added",
        )

    def _kind_after_adding(self, survey: Survey, product: Survey) -> str:
        if _path(survey["url"]) == _path(product["url"]):
            return "product"
        cart = pages.cart_link(product)
        return "cart" if cart and _path(survey["url"]) == _path(cart["url"]) else OTHER

    async def _go_to_cart(self, survey: Survey) -> Survey | None:
        link = pages.cart_link(survey)
        if way := self._known_way("cart"):
            cart = await self.explorer.step("cart", way, lambda _survey: "cart")
        elif link is None:
            self.missed["cart"] = "no link to a cart was found"
            return None
        else:
            cart = await self._follow(link, survey, lambda _survey: "cart")
        if cart is None:
            self.missed["cart"] = self._last_reason()
        return cart

    async def _go_to_checkout(self, cart: Survey | None) -> None:
        """Open the checkout's first page. Without a shopper nothing is filled in, and nothing is sent."""
        step = pages.checkout_step(cart) if cart else None
        way = self._known_way("go to checkout")
        if cart is None or (step is None and way is None):
            self.missed["checkout"] = "no way from the cart to a checkout was found"
            return
        title, act = ("go to checkout", way) if way or step is None else (_title(step), self._taker(step, cart))
        assert act is not None
        seen = await self.explorer.step(
            title, act, lambda survey: "checkout" if self._left(cart, survey) else OTHER, did="checkout"
        )
        if seen is None:
            self.missed["checkout"] = self._last_reason()
        elif not self._left(cart, seen):
            self.missed["checkout"] = "the store stayed at the cart"
        elif self.shopper is not None:
            self.ended = await go_further(self.explorer, seen, self.shopper)

    def _taker(self, step: Item, cart: Survey) -> Act:
        return self._follower(step, cart) if step.get("url") else lambda: self.explorer.press(step)

    def _left(self, cart: Survey, survey: Survey) -> bool:
        return _path(survey["url"]) != _path(cart["url"])

    async def _follow(self, link: Item, survey: Survey, kind_of: Callable[[Survey], str]) -> Survey | None:
        return await self.explorer.step(_title(link), self._follower(link, survey), kind_of)

    def _follower(self, link: Item, survey: Survey) -> Callable[[], Awaitable[None]]:
        return lambda: self.explorer.follow(link, survey)

    async def _visit(self, url: str, kind_of: Callable[[Survey], str], title: str) -> Survey | None:
        return await self.explorer.step(title, lambda: self.explorer.go(url), kind_of)

    def _last_reason(self) -> str:
        return next(reversed(self.explorer.unseen.values()), "it brought no page")


def _path(url: str) -> str:
    return urlsplit(url).path.rstrip("/")


def _title(item: Item) -> str:
    return f'follow "{item["text"]}"' if item["text"] else f"follow {item.get('url', 'a button')}"
