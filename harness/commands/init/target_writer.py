"""Write a first target file: the elements found in the store, and comments for those to fill in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from harness.commands.init.element_selectors import quoted
from harness.commands.init.store_probe import CartSelectors, CheckoutPage, StoreProfile
from harness.scenario.page_facts import Fact

CURRENCY: Final = "the store's currency"
ORDER_NUMBER: Final = "where the order confirmation contains the order number"
ORDER_BUTTON: Final = "how the checkout continues to the order button"
_NEEDED = (("product", "code"), ("product", "sku"), ("product", "name"), ("product", "price"))


@dataclass(frozen=True, kw_only=True)
class UserInput:
    """The user's answers. `account` is an e-mail address and a password; `consent` is a button of the consent banner."""

    name: str
    allows_orders: bool = False
    account: tuple[str, str] | None = None
    consent: str = ""


ANSWER: Final = "<answer>"
"""Stands in the lines of a missing part for the user's answer."""


@dataclass(frozen=True, kw_only=True)
class MissingPart:
    """A part of a target to fill in. `answer` describes what belongs there, in words; `form` is a regular expression for it."""

    name: str
    answer: str
    form: str = ".+"


@dataclass(kw_only=True)
class Draft:
    """The lines of a target; `answers` fill in parts by their names, and `missing` lists the other ones."""

    answers: Mapping[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    missing: list[MissingPart] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        self.lines += lines

    def add_missing(self, part: str, *lines: str, answer: str = "a CSS selector", form: str = ".+") -> None:
        """Add lines for a part that was not found: with the user's answer, or else as comments."""
        if given := self.answers.get(part):
            self.add(*(line.replace(ANSWER, quoted(given)) for line in lines))
            return
        self.missing.append(MissingPart(name=part, answer=answer, form=form))
        commented = (line.replace(ANSWER, quoted(answer)) for line in lines)
        self.lines += [f"# NOT FOUND: {part}. Fill in and remove the #:", *(f"# {line}" for line in commented)]


def target_text(
    url: str, profile: StoreProfile, user_input: UserInput, answers: Mapping[str, str] | None = None
) -> tuple[str, list[MissingPart]]:
    """The target's text, and the parts that are missing in it. `answers` are the user's, by the names of such parts."""
    draft = Draft(answers=answers or {})
    parts = urlsplit(url)
    draft.add(
        f"# First target for {url}, written by 'harness init'. Check every line: a program found them, and some may be wrong.",
        "# 'harness run --target THIS --name TEXT' prints the result of each step. docs/targets.md explains each key.",
        f"name: {quoted(user_input.name)}",
        f"url: {parts.scheme}://{parts.netloc}",
    )
    _add_store(draft, profile, user_input)
    _add_words(draft, profile)
    _add_facts(draft, profile)
    _add_actions(draft, profile)
    return "\n".join(draft.lines) + "\n", draft.missing


def _add_store(draft: Draft, profile: StoreProfile, user_input: UserInput) -> None:
    if profile.currency:
        draft.add(f"currency: {profile.currency}")
    else:
        draft.add_missing(CURRENCY, f"currency: {ANSWER}", answer="its code, such as EUR", form="[A-Z]{3}")
    draft.add("", "# Without this line, scenarios that place an order do not run.")
    draft.add("test orders: allowed" if user_input.allows_orders else "# test orders: allowed")
    draft.add("", "# The store's own records, if it publishes them (docs/ledger.md).", "# ledger: /ledger.json", "")
    if user_input.consent:
        draft.add("on arrival:", f"  - click if there: {{button: {quoted(user_input.consent)}}}", "")
    elif profile.banner:
        buttons = ", ".join(quoted(button) for button in profile.banner)
        draft.add_missing(
            f"the button of the consent banner to press ({buttons})",
            "on arrival:",
            f"  - click if there: {{button: {ANSWER}}}",
            answer=profile.banner[0],
        )
        draft.add("")
    if user_input.account:
        draft.add('# An existing account, for scenarios with "shopper: customer".', "customer:")
        draft.add(f"  email: {quoted(user_input.account[0])}", f"  password: {quoted(user_input.account[1])}", "")
    else:
        draft.add('# An existing account, for scenarios with "shopper: customer":')
        draft.add("# customer: {email: …, password: …}", "")
    draft.add(
        '# Page names for "arrive: {at: …}" and "goto: …". The shipped scenarios use "tumbler" for the page of a product.',
        "pages:",
    )
    draft.add(*(f"  {name}: {quoted(path)}" for name, path in profile.pages.items()), "")


def _add_words(draft: Draft, profile: StoreProfile) -> None:
    """Map the names in the shipped scenarios to names in this store."""
    products, categories = profile.names.get("product", []), profile.names.get("category", [])
    words = dict(zip(("Tumbler", "Blue Suede Shoes", "Tumbler brush"), products, strict=False))
    words |= {
        ("tumbler", "blue suede shoes", "tumbler brush")[number]: name
        for number, name in enumerate(map(_search_words, products[:3]))
    }
    words |= dict(zip(("Kitchen", "Garden", "Lamps"), categories, strict=False))
    if not words:
        return
    draft.add("# Names in scenarios, and the names in this store that replace them.", "words:")
    draft.add(*(f"  {quoted(word)}: {quoted(name)}" for word, name in words.items()), "")


def _search_words(name: str) -> str:
    """A search word for a product: the longest word of its name."""
    return str(max(re.findall(r"[^\W\d_]+", name) or [name], key=len))


def _add_facts(draft: Draft, profile: StoreProfile) -> None:
    draft.add("# Where pages contain the values of variables such as $product.code.")
    known = {(fact.kind, fact.field): fact for fact in profile.facts}
    missing = {
        f"where a product page contains {kind}.{name}": name for kind, name in _NEEDED if (kind, name) not in known
    }
    has_product = bool(known) or any(draft.answers.get(part) for part in missing)
    if has_product or draft.answers.get(ORDER_NUMBER):
        draft.add("facts:")
    else:
        draft.add("# facts:")
    draft.add("  product:" if has_product else "#   product:")
    draft.add(*(f"    {name}: {_fact(fact)}" for (_kind, name), fact in known.items()))
    for part, name in sorted(missing.items(), key=lambda item: not draft.answers.get(item[0])):
        draft.add_missing(part, f"    {name}: {ANSWER}")
    draft.add_missing(
        ORDER_NUMBER, "  order:", f"    number: {{at: {ANSWER}, matches: '[A-Za-z0-9-]*[0-9][A-Za-z0-9-]*'}}"
    )
    draft.add("")


def _fact(fact: Fact) -> str:
    if fact.data:
        return f"{{data: {fact.data}}}"
    return f"{{at: {quoted(fact.at)}, matches: {quoted(fact.matches)}}}" if fact.matches else quoted(fact.at)


def _add_actions(draft: Draft, profile: StoreProfile) -> None:
    draft.add("# How to do each action in this store. An action may use the actions above it.", "actions:")
    home = [f"click: {profile.selectors.home_link}"] if profile.selectors.home_link else ["goto: home"]
    _add_action(draft, "home", "go to the home page", home)
    _add_click(draft, "category", "open a category, by its name in the menu", profile.selectors.category_link, "name")
    _add_search(draft, profile)
    about = "open a product from the list on the page, by its name"
    _add_click(draft, "open product", about, profile.selectors.product_link, "name")
    _add_to_cart(draft, profile)
    _add_cart(draft, profile)
    draft.add(
        "",
        "# Actions that this store does not support, each with the reason. Scenarios that use them do not run.",
        "# lacks:",
        "#   change variant: this store has no variants",
    )


def _add_search(draft: Draft, profile: StoreProfile) -> None:
    opener, search = profile.selectors.search_opener, profile.selectors.search_field
    about = "search the store"
    if search:
        do = [f"click: {opener}"] if opener else []
        button = profile.selectors.search_button
        do += [f"fill: {{{search}: $words}}", f"click: {button}" if button else f"press: {{{search}: Enter}}"]
        _add_action(draft, "search", about, do, "words")
        return
    draft.add_missing(
        'how to do "search"',
        *("  search:", f"    about: {about}", "    parameters: {words: required}", "    do:"),
        *(f"      - fill: {{{ANSWER}: $words}}", f"      - press: {{{ANSWER}: Enter}}"),
        answer="a CSS selector of the search field",
    )


def _add_cart(draft: Draft, profile: StoreProfile) -> None:
    link = profile.selectors.cart_link
    cart = [f"click: {link}"] if link else ["goto: cart"] if "cart" in profile.pages else []
    about = "open the cart"
    if cart:
        _add_action(draft, "cart", about, cart)
    else:
        _add_click(draft, "cart", about, "")
    has_cart = bool(cart) or bool(draft.answers.get(_missing_action("cart")))
    if has_cart:
        _add_checkout(draft, profile)
    _add_row_actions(draft, profile.cart, first=["cart"] if has_cart else [])


def _add_row_actions(draft: Draft, cart: CartSelectors, *, first: Sequence[str]) -> None:
    """The actions on one product in the cart; the actions `first` open it."""
    opening = [f"      - {name}" for name in first]
    about = "change the quantity of a product in the cart, by its name"
    if cart.quantity and cart.plus and cart.minus:
        stepper = f"at: {cart.quantity}, to: $to, plus: {cart.plus}, minus: {cart.minus}"
        _add_action(draft, "change quantity", about, [*first, f"adjust: {{{stepper}}}"], "of: required, to: required")
    elif cart.quantity:
        do = [*first, f"fill: {{{cart.quantity}: $to}}"]
        do.append(f"click: {cart.update}" if cart.update else f"press: {{{cart.quantity}: Enter}}")
        _add_action(draft, "change quantity", about, do, "of: required, to: required")
    else:
        draft.add_missing(
            _missing_action("change quantity"),
            *("  change quantity:", f"    about: {about}", "    parameters: {of: required, to: required}", "    do:"),
            *(*opening, f"      - fill: {{{ANSWER}: $to}}", f"      - press: {{{ANSWER}: Enter}}"),
            answer="a CSS selector of the quantity field, with $of for the product's name",
            form=r".*\$of\b.*",
        )
    about = "remove a product from the cart, by its name"
    if cart.remove:
        _add_action(draft, "remove", about, [*first, f"click: {cart.remove}"], "product: required")
    else:
        draft.add_missing(
            _missing_action("remove"),
            *("  remove:", f"    about: {about}", "    parameters: {product: required}", "    do:"),
            *(*opening, f"      - click: {ANSWER}"),
            answer="a CSS selector of the button, with $product for the product's name",
            form=r".*\$product\b.*",
        )


def _missing_action(name: str) -> str:
    return f'how to do "{name}"'


def _add_action(
    draft: Draft, name: str, about: str, do: Sequence[str], parameter: str = "", *, more: Sequence[str] = ()
) -> None:
    draft.add(f"  {name}:", f"    about: {about}")
    if parameter:
        draft.add(f"    parameters: {{{parameter}{'' if ':' in parameter else ': required'}}}")
    draft.add(*more, "    do:", *(f"      - {line}" for line in do))


def _add_click(draft: Draft, name: str, about: str, selector: str, parameter: str = "") -> None:
    if selector:
        _add_action(draft, name, about, [f"click: {selector}"], parameter)
        return
    lines = [f"  {name}:", f"    about: {about}"]
    lines += [f"    parameters: {{{parameter}: required}}"] if parameter else []
    answer = f"a CSS selector{f' with ${parameter}' if parameter else ''}"
    form = rf".*\${parameter}\b.*" if parameter else ".+"
    draft.add_missing(_missing_action(name), *lines, "    do:", f"      - click: {ANSWER}", answer=answer, form=form)


def _add_to_cart(draft: Draft, profile: StoreProfile) -> None:
    if not profile.selectors.add_button:
        _add_click(draft, "add to cart", "put the product on the page into the cart", "")
        return
    do, given = [f"click if there: {option}" for option in profile.selectors.options if option], []
    if profile.selectors.variant:
        do.append(f"select: {{{profile.selectors.variant}: $variant}}")
        given.append("variant: optional")
    if profile.selectors.quantity:
        do.append(f"fill: {{{profile.selectors.quantity}: $quantity}}")
        given.insert(0, "quantity: optional")
    do.append(f"click: {profile.selectors.add_button}")
    _add_action(draft, "add to cart", "put the product on the page into the cart", do, ", ".join(given))


def _add_checkout(draft: Draft, profile: StoreProfile) -> None:
    name, about = "go to checkout", "go from the cart to the first checkout page"
    if profile.selectors.checkout_link:
        _add_action(draft, name, about, ["cart", f"click: {profile.selectors.checkout_link}"])
    else:
        lines = (f"  {name}:", f"    about: {about}", "    do:", "      - cart", f"      - click: {ANSWER}")
        draft.add_missing(_missing_action(name), *lines)
        if not draft.answers.get(_missing_action(name)):
            return
    steps = list(_checkout_lines(profile.checkout))
    buying = next((page.button for page in profile.checkout if page.buys), "")
    if steps:
        _add_action(draft, "give address", "fill in the checkout pages, up to the order button", steps)
    if buying:
        draft.add("  # This places an order. It runs only if test orders are allowed.")
        _add_action(draft, "place order", "place the order", [f"click: {buying}"], more=["    buys: yes"])
    else:
        draft.add_missing(
            ORDER_BUTTON,
            *("  place order:", "    about: place the order", "    buys: yes", "    do:"),
            f"      - click: {{button: {ANSWER}}}",
            answer="the name of the button that buys",
        )
    if buying or draft.answers.get(ORDER_BUTTON):
        do = ["go to checkout", *(["give address"] if steps else []), "place order"]
        about = "go through the checkout, from the cart to the order confirmation"
        _add_action(draft, "check out", about, do, "pay: {default: card, one of: [card]}")


def _checkout_lines(checkout: Sequence[CheckoutPage]) -> Iterator[str]:
    for page in checkout:
        for selector, name in page.fills.items():
            value = "$shopper.first_name $shopper.last_name" if name == "name" else f"$shopper.{name}"
            yield f"fill: {{{selector}: {value}}}"
        for selector, choice in page.selects.items():
            yield f"select: {{{selector}: {quoted(choice)}}}"
        if page.button and not page.buys:
            yield f"click: {page.button}"
