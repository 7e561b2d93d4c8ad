"""A first target as text: what the store told, with comments, and in comments what it did not tell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from harness.commands.init.store_probe import Answers, CheckoutPage, quoted
from harness.scenario.page_facts import Fact

_NEEDED = (("product", "code"), ("product", "sku"), ("product", "name"), ("product", "price"))


@dataclass(frozen=True, kw_only=True)
class Person:
    """What a person said: the store's name, whether test orders may be placed, an account, the consent banner's button."""

    name: str
    allows_orders: bool = False
    account: tuple[str, str] | None = None
    consent: str = ""


@dataclass(kw_only=True)
class Draft:
    """The lines of a target. `missing` says in a few words each what is to be filled in."""

    lines: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def add(self, *lines: str) -> None:
        self.lines += lines

    def lack(self, what: str, *lines: str) -> None:
        """Something that was not found: its lines as a comment."""
        self.missing.append(what)
        self.lines += [
            f"# {line}" if line else "#" for line in (f"NOT FOUND: {what}. Fill in, and take the # away:", *lines)
        ]


def target_text(url: str, answers: Answers, person: Person) -> tuple[str, list[str]]:
    """The target's text, and what is missing in it."""
    draft = Draft()
    parts = urlsplit(url)
    draft.add(
        f"# A first target for {url}, written by 'harness init'. Look through it: what a program finds by itself may be wrong.",
        "# harness run --target THIS --name TEXT shows step by step what matches; docs/targets.md says what each key means.",
        f"name: {quoted(person.name)}",
        f"url: {parts.scheme}://{parts.netloc}",
    )
    _about_the_store(draft, answers, person)
    _words(draft, answers)
    _facts(draft, answers)
    _actions(draft, answers)
    return "\n".join(draft.lines) + "\n", draft.missing


def _about_the_store(draft: Draft, answers: Answers, person: Person) -> None:
    if answers.currency:
        draft.add(f"currency: {answers.currency}")
    else:
        draft.lack("the store's currency", "currency: EUR")
    draft.add("", "# Where no test orders may be placed, scenarios that place one are not run.")
    draft.add("test orders: allowed" if person.allows_orders else "# test orders: allowed")
    draft.add("", "# What the store itself knows, if it can tell: docs/ledger.md.", "# ledger: /ledger.json", "")
    if person.consent:
        draft.add("on arrival:", f"  - click if there: {{button: {quoted(person.consent)}}}", "")
    elif answers.banner:
        buttons = ", ".join(quoted(button) for button in answers.banner)
        draft.lack(
            f"which button of the consent banner to press ({buttons})",
            "on arrival:",
            f"  - click if there: {{button: {quoted(answers.banner[0])}}}",
        )
        draft.add("")
    if person.account:
        draft.add('# An account that exists: the shopper of scenarios that say "shopper: customer".', "customer:")
        draft.add(f"  email: {quoted(person.account[0])}", f"  password: {quoted(person.account[1])}", "")
    else:
        draft.add('# An account that exists, for scenarios that say "shopper: customer":')
        draft.add("# customer: {email: …, password: …}", "")
    draft.add(
        '# Names for "arrive: {at: …}" and "goto: …". The shipped scenarios call a product\'s page "tumbler".', "pages:"
    )
    draft.add(*(f"  {name}: {quoted(path)}" for name, path in answers.pages.items()), "")


def _words(draft: Draft, answers: Answers) -> None:
    """For what the shipped scenarios call things, something that there is here."""
    products, categories = answers.names.get("product", []), answers.names.get("category", [])
    words = dict(zip(("Tumbler", "Blue Suede Shoes", "Tumbler brush"), products, strict=False))
    words |= {
        ("tumbler", "blue suede shoes", "tumbler brush")[number]: name
        for number, name in enumerate(map(_search_words, products[:3]))
    }
    words |= dict(zip(("Kitchen", "Garden", "Lamps"), categories, strict=False))
    if not words:
        return
    draft.add("# What scenarios call things, and what they are called here.", "words:")
    draft.add(*(f"  {quoted(word)}: {quoted(here)}" for word, here in words.items()), "")


def _search_words(name: str) -> str:
    """Words by which a product is found: the longest of its name."""
    return str(max(re.findall(r"[^\W\d_]+", name) or [name], key=len))


def _facts(draft: Draft, answers: Answers) -> None:
    draft.add("# Where pages say what they show, for $product.code and the like.")
    known = {(fact.kind, fact.field): fact for fact in answers.facts}
    missing = [f"{kind}.{name}" for kind, name in _NEEDED if (kind, name) not in known]
    if known:
        draft.add("facts:", "  product:")
        draft.add(*(f"    {name}: {_fact(fact)}" for (_kind, name), fact in known.items()))
    if missing:
        head = () if known else ("facts:", "  product:")
        draft.lack(
            f"where a product's page says {', '.join(missing)}",
            *head,
            *(f"    {name.partition('.')[2]}: 'a selector'" for name in missing),
        )
    draft.lack(
        "where the receipt says the order's number", "  order:", "    number: {at: 'a selector', matches: '[0-9]+'}"
    )
    draft.add("")


def _fact(fact: Fact) -> str:
    if fact.data:
        return f"{{data: {fact.data}}}"
    return f"{{at: {quoted(fact.at)}, matches: {quoted(fact.matches)}}}" if fact.matches else quoted(fact.at)


def _actions(draft: Draft, answers: Answers) -> None:
    draft.add("# What a shopper does, and how it is done here. Actions may use those above them.", "actions:")
    home = [f"click: {answers.home_link}"] if answers.home_link else ["goto: home"]
    _action(draft, "home", "go to the home page", home)
    _optional(draft, "category", "look at a category, by its name in the menu", answers.category_link, "name")
    if answers.search_field:
        field_ = answers.search_field
        _action(
            draft,
            "search",
            "search the store for words",
            [f"fill: {{{field_}: $words}}", f"press: {{{field_}: Enter}}"],
            "words",
        )
    else:
        _optional(draft, "search", "search the store for words", "", "words")
    _optional(
        draft, "open product", "open a product from the list on the page, by its name", answers.product_link, "name"
    )
    _add_to_cart(draft, answers)
    cart = [f"click: {answers.cart_link}"] if answers.cart_link else ["goto: cart"] if "cart" in answers.pages else []
    if cart:
        _action(draft, "cart", "look at the cart", cart)
        _to_checkout(draft, answers)
    else:
        _optional(draft, "cart", "look at the cart", "")
    for name, about in (("change quantity", "of: required, to: required"), ("remove", "product: required")):
        draft.lack(
            f'how to do "{name}" in the cart',
            f"  {name}:",
            f"    parameters: {{{about}}}",
            "    do:",
            "      - click: 'a selector'",
        )
    draft.add(
        "",
        "# Actions that this store has not, and why; scenarios that use them are not run.",
        "# lacks:",
        "#   change variant: this store has no variants",
    )


def _action(
    draft: Draft, name: str, about: str, do: Sequence[str], parameter: str = "", *, more: Sequence[str] = ()
) -> None:
    draft.add(f"  {name}:", f"    about: {about}")
    if parameter:
        draft.add(f"    parameters: {{{parameter}{'' if ':' in parameter else ': required'}}}")
    draft.add(*more, "    do:", *(f"      - {line}" for line in do))


def _optional(draft: Draft, name: str, about: str, selector: str, parameter: str = "") -> None:
    if selector:
        _action(draft, name, about, [f"click: {selector}"], parameter)
        return
    lines = [f"  {name}:", f"    about: {about}"] + (
        [f"    parameters: {{{parameter}: required}}"] if parameter else []
    )
    draft.lack(
        f'how to do "{name}"',
        *lines,
        "    do:",
        f"      - click: 'a selector{f' with ${parameter}' if parameter else ''}'",
    )


def _add_to_cart(draft: Draft, answers: Answers) -> None:
    if not answers.add_button:
        _optional(draft, "add to cart", "put the product on the page into the cart", "")
        return
    do, given = [], []
    if answers.variant:
        do.append(f"select: {{{answers.variant}: $variant}}")
        given.append("variant: optional")
    if answers.quantity:
        do.append(f"fill: {{{answers.quantity}: $quantity}}")
        given.insert(0, "quantity: optional")
    do.append(f"click: {answers.add_button}")
    _action(draft, "add to cart", "put the product on the page into the cart", do, ", ".join(given))


def _to_checkout(draft: Draft, answers: Answers) -> None:
    if not answers.checkout_link:
        _optional(draft, "go to checkout", "from the cart to the first step of the checkout", "")
        return
    _action(
        draft,
        "go to checkout",
        "from the cart to the first step of the checkout",
        ["cart", f"click: {answers.checkout_link}"],
    )
    steps = list(_checkout_lines(answers.checkout))
    buying = next((page for page in answers.checkout if page.buys), None)
    if steps:
        _action(draft, "give address", "fill in the checkout, up to the button that buys", steps)
    if buying and buying.button:
        draft.add("  # This buys. It is done only where test orders are allowed.")
        _action(draft, "place order", "place the order", [f"click: {buying.button}"], more=["    buys: yes"])
        do = ["go to checkout", *(["give address"] if steps else []), "place order"]
        _action(
            draft,
            "check out",
            "the whole checkout, from the cart to the receipt",
            do,
            "pay: {default: card, one of: [card]}",
        )
    else:
        draft.lack(
            "how the checkout goes on to the button that buys",
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
