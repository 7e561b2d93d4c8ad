"""Write a first target file: the elements found in the store, and comments for those to fill in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.commands.init.store_probe import CheckoutPage, StoreProfile, quoted
from harness.scenario.page_facts import Fact

_NEEDED = (("product", "code"), ("product", "sku"), ("product", "name"), ("product", "price"))


@dataclass(frozen=True, kw_only=True)
class UserInput:
    """The user's answers. `account` is an e-mail address and a password; `consent` is a button of the consent banner."""

    name: str
    allows_orders: bool = False
    account: tuple[str, str] | None = None
    consent: str = ""


@dataclass(kw_only=True)
class Draft:
    """The lines of a target; `missing` lists the parts to fill in."""

    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        self.lines += lines

    def add_missing(self, part: str, *lines: str) -> None:
        """Add lines for a part that was not found, as comments."""
        self.missing.append(part)
        self.lines += [
            f"# {line}" if line else "#" for line in (f"NOT FOUND: {part}. Fill in and remove the #:", *lines)
        ]


def target_text(url: str, profile: StoreProfile, user_input: UserInput) -> tuple[str, list[str]]:
    """The target's text, and the parts that are missing in it."""
    draft = Draft()
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
        draft.add_missing("the store's currency", "currency: EUR")
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
            f"  - click if there: {{button: {quoted(profile.banner[0])}}}",
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
    missing = [f"{kind}.{name}" for kind, name in _NEEDED if (kind, name) not in known]
    if known:
        draft.add("facts:", "  product:")
        draft.add(*(f"    {name}: {_fact(fact)}" for (_kind, name), fact in known.items()))
    if missing:
        head = () if known else ("facts:", "  product:")
        draft.add_missing(
            f"where a product page contains {', '.join(missing)}",
            *head,
            *(f"    {name.partition('.')[2]}: 'a selector'" for name in missing),
        )
    draft.add_missing(
        "where the order confirmation contains the order number",
        "  order:",
        "    number: {at: 'a selector', matches: '[0-9]+'}",
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
    search = profile.selectors.search_field
    if search:
        do = [f"fill: {{{search}: $words}}", f"press: {{{search}: Enter}}"]
        _add_action(draft, "search", "search the store", do, "words")
    else:
        _add_click(draft, "search", "search the store", "", "words")
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


def _add_cart(draft: Draft, profile: StoreProfile) -> None:
    link = profile.selectors.cart_link
    cart = [f"click: {link}"] if link else ["goto: cart"] if "cart" in profile.pages else []
    if cart:
        _add_action(draft, "cart", "open the cart", cart)
        _add_checkout(draft, profile)
    else:
        _add_click(draft, "cart", "open the cart", "")
    for name, parameters in (("change quantity", "of: required, to: required"), ("remove", "product: required")):
        draft.add_missing(
            f'how to do "{name}" in the cart',
            f"  {name}:",
            f"    parameters: {{{parameters}}}",
            "    do:",
            "      - click: 'a selector'",
        )


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
    click = f"      - click: 'a selector{f' with ${parameter}' if parameter else ''}'"
    draft.add_missing(f'how to do "{name}"', *lines, "    do:", click)


def _add_to_cart(draft: Draft, profile: StoreProfile) -> None:
    if not profile.selectors.add_button:
        _add_click(draft, "add to cart", "put the product on the page into the cart", "")
        return
    do, given = [], []
    if profile.selectors.variant:
        do.append(f"select: {{{profile.selectors.variant}: $variant}}")
        given.append("variant: optional")
    if profile.selectors.quantity:
        do.append(f"fill: {{{profile.selectors.quantity}: $quantity}}")
        given.insert(0, "quantity: optional")
    do.append(f"click: {profile.selectors.add_button}")
    _add_action(draft, "add to cart", "put the product on the page into the cart", do, ", ".join(given))


def _add_checkout(draft: Draft, profile: StoreProfile) -> None:
    if not profile.selectors.checkout_link:
        _add_click(draft, "go to checkout", "go from the cart to the first checkout page", "")
        return
    do = ["cart", f"click: {profile.selectors.checkout_link}"]
    _add_action(draft, "go to checkout", "go from the cart to the first checkout page", do)
    steps = list(_checkout_lines(profile.checkout))
    buying = next((page for page in profile.checkout if page.buys), None)
    if steps:
        _add_action(draft, "give address", "fill in the checkout pages, up to the order button", steps)
    if buying and buying.button:
        draft.add("  # This places an order. It runs only if test orders are allowed.")
        _add_action(draft, "place order", "place the order", [f"click: {buying.button}"], more=["    buys: yes"])
        do = ["go to checkout", *(["give address"] if steps else []), "place order"]
        about = "go through the checkout, from the cart to the order confirmation"
        _add_action(draft, "check out", about, do, "pay: {default: card, one of: [card]}")
    else:
        draft.add_missing(
            "how the checkout continues to the order button",
            "  place order:",
            "    buys: yes",
            "    do:",
            "      - click: {button: Place order}",
        )


def _checkout_lines(checkout: Sequence[CheckoutPage]) -> Iterator[str]:
    for page in checkout:
        for selector, name in page.fills.items():
            value = "$shopper.first_name $shopper.last_name" if name == "name" else f"$shopper.{name}"
            yield f"fill: {{{selector}: {value}}}"
        for selector, choice in page.selects.items():
            yield f"select: {{{selector}: {quoted(choice)}}}"
        if page.button and not page.buys:
            yield f"click: {page.button}"
