"""Put a product into the cart as a shopper does: choose a variant, press the button, and open the cart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from harness.commands.verify import page_classifier as pages
from harness.commands.verify.cart_evidence import CartEvidence, cart_contains, cart_evidence, shows_cart
from harness.commands.verify.navigation import Action, Navigator, in_words
from harness.commands.verify.page_classifier import Item, Survey
from harness.commands.verify.page_urls import is_same_address, path_of
from harness.commands.verify.target_guide import TargetGuide

_MAX_CHOICES: Final = 4
_MAX_ATTEMPTS: Final = 3
_CART_PATHS: Final = ("cart", "basket", "bag", "checkout/cart", "shopping-cart", "warenkorb", "panier")
_FIND_PAGE: Final = """async paths => {
    for (const path of paths) {
        const answer = await fetch(path, {redirect: 'follow'}).catch(() => null);
        const isPage = answer && answer.ok && /html/.test(answer.headers.get('content-type') || '');
        if (isPage && new URL(answer.url).pathname.replace(/\\/$/, '') === new URL(path, location).pathname) return path;
    }
    return '';
}"""
"""Returns the first path that is a page of the store."""

UNPROVEN: Final = "add to cart"


@dataclass(kw_only=True)
class CartSteps:
    """Performs the steps from a product page to the cart. `evidence` is the last proof or refusal."""

    navigator: Navigator
    guide: TargetGuide | None = None
    evidence: CartEvidence = field(default_factory=CartEvidence)
    _product: str = ""
    _has_pressed: bool = False

    async def add(self, product: Survey) -> Survey | None:
        """Put the product into the cart. None if the page has no button for it; the last survey otherwise."""
        self._product = product["headed"]
        action = self.guide.action("add to cart") if self.guide else None
        if action is not None:
            return await self._add(product, action, "add to cart")
        if pages.add_button(product) is None and not product["choices"]:
            return None
        survey = await self._choose_variant(product)
        for attempt in range(_MAX_ATTEMPTS):
            button = pages.add_button(survey)
            if button is not None:
                survey = await self._add(survey, self._presser(button), f"press {in_words(button)}") or survey
                if self.evidence.proof or not self.evidence.refusal:
                    break
            other = await self._choose_other(survey, attempt + 1)
            if other is None:
                break
            survey = other
        self._note_unproven()
        return survey

    def _presser(self, button: Item) -> Action:
        return lambda: self.navigator.press(button)

    async def open_cart(self, survey: Survey) -> Survey | None:
        """Open the cart page, or else the cart's drawer. None if there is neither."""
        if self.guide and (action := self.guide.action("cart")):
            return self._checked(await self._step_to_cart("cart", action))
        opened: Survey | None = survey
        if (link := pages.cart_link(survey)) is None:
            opened = survey if survey["cart"]["drawer"] else await self._open_drawer(survey)
            link = pages.cart_link(opened) if opened else None
        if link and opened:
            before, opened = opened, await self._follow(link, opened)
            if opened is None or not is_same_address(opened["url"], before["url"]):
                return self._checked(opened)
        elif opened and pages.is_cart(opened) and not _is_same_page(opened, survey):
            return self._checked(opened)
        return await self._open_other_cart(opened)

    async def _open_other_cart(self, shown: Survey | None) -> Survey | None:
        """Open the cart at a usual path; else the page that is `shown` counts as the cart if it has a drawer or leads to the checkout."""
        home = urljoin(self.navigator.log.url, "/")
        paths = [urlsplit(urljoin(home, path)).path for path in _CART_PATHS]
        path = await self.navigator.tabs.page.evaluate(_FIND_PAGE, paths)
        if path and (cart := await self._open_usual_path(urljoin(home, path))):
            return self._checked(cart)
        has_drawer = bool(shown and shown["cart"]["drawer"])
        reason = "the store shows the cart in a drawer, and no cart page was found"
        self.navigator.log.missing["cart"] = reason if has_drawer else "no link to a cart was found"
        return shown if has_drawer or (shown and pages.checkout_step(shown)) else None

    async def _open_usual_path(self, url: str) -> Survey | None:
        """Open a URL that many stores have for the cart; None if its page does not show a cart."""

        def kind_of(survey: Survey) -> str:
            return "cart" if shows_cart(survey, self._product) else pages.OTHER

        cart = await self.navigator.step(f"open {url}", lambda: self.navigator.open(url), kind_of)
        return cart if cart and kind_of(cart) == "cart" else None

    def _checked(self, cart: Survey | None) -> Survey | None:
        """The cart, with its proof. A cart that did not open is a missing page."""
        if cart is None:
            self.navigator.log.missing["cart"] = self.navigator.log.last_failure
        elif cart_contains(cart, self._product):
            self.navigator.log.unchecked.pop(UNPROVEN, None)
        return cart

    async def _add(self, before: Survey, action: Action, title: str) -> Survey | None:
        button = pages.add_button(before)

        async def facts_of(after: Survey) -> Mapping[str, Any]:
            answers = await self.navigator.cart_answers.read()
            self.evidence = cart_evidence(before, after, answers, button_text=button["text"] if button else "")
            did = "added" if self.evidence.proof else "refused" if self.evidence.refusal else "pressed"
            return {"did": did, "proof": self.evidence.proof, "refusal": self.evidence.refusal}

        def kind_of(after: Survey) -> str:
            return "product" if _is_same_page(after, before) else pages.kind_of(after)

        self._has_pressed = True
        return await self.navigator.step(title, action, kind_of, facts_of=facts_of)

    def _note_unproven(self) -> None:
        if self._has_pressed and not self.evidence.proof:
            reason = self.evidence.refusal or "neither the page nor an answer shows that the product is in the cart"
            self.navigator.log.unchecked[UNPROVEN] = reason
        elif not self._has_pressed:
            self.navigator.log.unchecked[UNPROVEN] = "no variant of the product can be bought"

    async def _choose_variant(self, product: Survey) -> Survey:
        """Choose the first available option of each group that has no choice; of the first group another one."""
        survey = product
        for index in range(_MAX_CHOICES):
            if index >= len(survey["choices"]):
                break
            options = survey["choices"][index]["options"]
            is_needed = not any(option["chosen"] for option in options)
            option = next((each for each in options if not (each["disabled"] or each["chosen"])), None)
            if option is not None and (is_needed or index == 0):
                survey = await self._choose(survey, index, option) or survey
        return survey

    async def _choose_other(self, survey: Survey, number: int) -> Survey | None:
        """Choose another option of the last group; None without one."""
        if not survey["choices"]:
            return None
        options = [option for option in survey["choices"][-1]["options"] if not option["disabled"]]
        if number >= len(options):
            return None
        return await self._choose(survey, len(survey["choices"]) - 1, options[number])

    async def _choose(self, survey: Survey, index: int, option: Item) -> Survey | None:
        group = survey["choices"][index]

        async def action() -> None:
            if "select" in group:
                await self.navigator.choose({"n": group["select"]}, option["value"], option["text"])
            else:
                await self.navigator.press(option)

        def kind_of(after: Survey) -> str:
            return "product" if _is_same_page(after, survey) else pages.kind_of(after)

        return await self.navigator.step(f"choose {in_words(option)}", action, kind_of, did="chosen")

    async def _open_drawer(self, survey: Survey) -> Survey | None:
        opener = pages.cart_opener(survey)
        if opener is None:
            return None

        def kind_of(after: Survey) -> str:
            return pages.kind_of(survey) if _is_same_page(after, survey) else "cart"

        return await self.navigator.step(
            "open the cart", lambda: self.navigator.press(opener, "the cart icon"), kind_of, did="opened"
        )

    async def _follow(self, link: Item, survey: Survey) -> Survey | None:
        title = f"follow {in_words(link)}" if link["text"] else "follow the cart icon"
        return await self._step_to_cart(title, lambda: self.navigator.follow(link, survey))

    async def _step_to_cart(self, title: str, action: Action) -> Survey | None:
        before = self.navigator.tabs.page.url

        def kind_of(survey: Survey) -> str:
            return pages.kind_of(survey) if is_same_address(survey["url"], before) else "cart"

        async def facts_of(cart: Survey) -> Mapping[str, Any]:
            is_added = not self.evidence.proof and cart_contains(cart, self._product)
            return {"did": "added"} if is_added else {"did": "opened"}

        return await self.navigator.step(title, action, kind_of, facts_of=facts_of)


def _is_same_page(one: Survey, other: Survey) -> bool:
    return path_of(one["url"]) == path_of(other["url"])
