"""The checkout of an unknown store (`--checkout`): fill in its forms, page by page, up to the button that buys."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from playwright.async_api import Error as PlaywrightError

from harness.commands.verify.navigation import Navigator
from harness.commands.verify.page_classifier import Item, Survey, is_dangerous
from harness.scenario.purchases import is_buying
from harness.scenario.shopper import Shopper

MAX_PAGES: Final = 8
_CONTINUE: Final = re.compile(
    r"\b(?:continue|next|proceed|guest|ship to|deliver to|use this address|save and continue)\b|weiter|fortfahren"
    r"|als gast|\bsuivant|continuer|invit[ée]|siguiente|\bavanti\b|\bcontinua|verder|n[äa]sta|dalej",
    re.IGNORECASE,
)
_PAYMENT: Final = re.compile(
    r"\bcc-|card.?(?:number|no\b)|cvv|cvc|security.?code|iban|expir|kartennummer", re.IGNORECASE
)
_OPTIONAL: Final = re.compile(
    r"line.?[23]\b|address.?[23]\b|level[134]\b|apartment|company|organi[sz]ation", re.IGNORECASE
)
"""Fields that a shopper may leave empty."""

_SHOPPER_FIELDS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("email", r"e-?mail|^username "),
        ("phone", r"\btel\b|phone|mobil|telefon"),
        ("first_name", r"given-name|first.?name|vorname|pr[ée]nom|\bnombre\b|fore.?name"),
        ("last_name", r"family-name|last.?name|sur.?name|nachname|apellido|cognome|achternaam"),
        ("postcode", r"post.?(?:al)?.?code|\bzip\b|\bplz\b|c[óo]digo postal|\bcap\b"),
        ("city", r"address-level2|\bcity\b|\btown\b|\bort\b|stadt|\bville\b|ciudad|citt[àa]|line4"),
        ("street", r"address-line1|street-address|street|stra(?:ß|ss)e|address.?(?:line)?.?1|\bline1\b|adresse|direcci[óo]n|\baddress\b"),
        ("name", r"\bname\b|full.?name"),
    )
)  # fmt: skip


def shopper_field(field: Item) -> str | None:
    """The shopper's field that belongs into a form field (`name` is both names); None for unknown, private or optional ones."""
    if (
        field["type"] == "password"
        or field["value"]
        or _PAYMENT.search(field["marks"])
        or _OPTIONAL.search(field["marks"])
    ):
        return None
    return next((name for name, pattern in _SHOPPER_FIELDS if pattern.search(field["marks"])), None)


def text_for(field: Item, shopper: Shopper) -> str | None:
    """The text that a shopper types into a form field, if any."""
    name = shopper_field(field)
    if name == "name":
        return f"{shopper.first_name} {shopper.last_name}"
    return str(asdict(shopper)[name]) if name else None


def choice_for(field: Item) -> str | None:
    """The value to choose in a required list without a choice: the shopper's country if it is listed, else the first value."""
    options: Sequence[Item] = [option for option in field["options"] if option["value"]]
    if field["value"] or not options or not field["required"]:
        return None
    own_country = [
        option for option in options if option["value"] in ("GB", "UK", "GBR") or option["text"] == "United Kingdom"
    ]
    return str((own_country or options)[0]["value"])


def continue_button(survey: Survey) -> Item | str:
    """The button or link to the next page of a checkout, or the reason for the end of the crawl."""
    buttons = [button for button in survey["buttons"] if button["visible"] and not button["disabled"]]
    buying = next((button for button in buttons if is_buying(f"{button['text']} {button['marks']}")), None)
    if buying is not None:
        return f'the next button buys ("{buying["text"]}")'
    if any(_PAYMENT.search(field["marks"]) for field in survey["fields"]):
        return "the page requires payment data"
    if any(field["type"] == "password" and field["required"] for field in survey["fields"]):
        return "the page requires an account"
    found = [button for button in buttons if _CONTINUE.search(button["text"]) and not is_dangerous(button)]
    forms = {field["form"] for field in survey["fields"]}
    found.sort(key=lambda button: button["form"] not in forms)
    return found[0] if found else "the page has no button that continues"


async def complete_forms(navigator: Navigator, survey: Survey, shopper: Shopper) -> str:
    """Continue from the checkout's first page, one step for each page; return the reason for the end."""
    for _ in range(MAX_PAGES):
        button = continue_button(survey)
        if isinstance(button, str):
            return button

        async def submit(survey: Survey = survey, button: Item = button) -> None:
            await _fill_in(navigator, survey, shopper)
            await navigator.press(button)

        title = f'fill in the form and press "{button["text"]}"'
        opened = await navigator.step(title, submit, lambda _survey: "checkout", did="checkout")
        if opened is None:
            return navigator.log.last_failure
        if (opened["url"], opened["heading"]) == (survey["url"], survey["heading"]):
            return f'"{button["text"]}" leads to the same page again; the store probably rejects the input'
        survey = opened
    return f"it continues after {MAX_PAGES} pages"


async def _fill_in(navigator: Navigator, survey: Survey, shopper: Shopper) -> None:
    """Fill in all fields that have a value; skip fields that do not work."""
    for field in survey["fields"]:
        try:
            if field["options"] and (choice := choice_for(field)):
                await navigator.fill(field, choice, choose=True)
            elif not field["options"] and (text := text_for(field, shopper)):
                await navigator.fill(field, text)
        except PlaywrightError:
            continue
