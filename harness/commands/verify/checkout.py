"""Further into a checkout (`--checkout`): forms are filled in, page by page, up to the button that would buy. That is never pressed."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from playwright.async_api import Error as PlaywrightError

from harness.commands.verify.navigation import Explorer
from harness.commands.verify.page_classifier import Item, Survey, is_dangerous
from harness.scenario.purchases import is_buying
from harness.scenario.shopper import Shopper

MOST_PAGES: Final = 8
_ONWARD: Final = re.compile(
    r"\b(?:continue|next|proceed|guest|ship to|deliver to|use this address|save and continue)\b|weiter|fortfahren"
    r"|als gast|\bsuivant|continuer|invit[ée]|siguiente|\bavanti\b|\bcontinua|verder|n[äa]sta|dalej",
    re.IGNORECASE,
)
_PAYING: Final = re.compile(
    r"\bcc-|card.?(?:number|no\b)|cvv|cvc|security.?code|iban|expir|kartennummer", re.IGNORECASE
)
_MORE: Final = re.compile(r"line.?[23]\b|address.?[23]\b|level[134]\b|apartment|company|organi[sz]ation", re.IGNORECASE)
"""What a shopper may leave empty."""

_FILLED: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
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


def wanted_name(field: Item) -> str | None:
    """Which of a shopper's fields a form's field asks for (`name` is both names), None where nobody knows or it is nobody's business."""
    if field["type"] == "password" or field["value"] or _PAYING.search(field["marks"]) or _MORE.search(field["marks"]):
        return None
    return next((name for name, pattern in _FILLED if pattern.search(field["marks"])), None)


def wanted_text(field: Item, shopper: Shopper) -> str | None:
    """What a shopper types into a field, None where that is nothing."""
    name = wanted_name(field)
    if name == "name":
        return f"{shopper.first_name} {shopper.last_name}"
    return str(asdict(shopper)[name]) if name else None


def wanted_choice(field: Item) -> str | None:
    """The value to choose in a list where nothing is chosen and something must be: our shopper's country, else the first."""
    options: Sequence[Item] = [option for option in field["options"] if option["value"]]
    if field["value"] or not options or not field["required"]:
        return None
    ours = [
        option for option in options if option["value"] in ("GB", "UK", "GBR") or option["text"] == "United Kingdom"
    ]
    return str((ours or options)[0]["value"])


def way_on(survey: Survey) -> Item | str:
    """The button or link that leads to the next page of a checkout; or, in a sentence, why there is none to be taken."""
    buttons = [button for button in survey["buttons"] if button["seen"] and not button["disabled"]]
    buying = next((button for button in buttons if is_buying(f"{button['text']} {button['marks']}")), None)
    if buying is not None:
        return f'the next button buys: "{buying["text"]}"'
    if any(_PAYING.search(field["marks"]) for field in survey["fields"]):
        return "it asks for means of payment"
    if any(field["type"] == "password" and field["required"] for field in survey["fields"]):
        return "it asks for an account"
    onward = [button for button in buttons if _ONWARD.search(button["text"]) and not is_dangerous(button)]
    forms = {field["form"] for field in survey["fields"]}
    onward.sort(key=lambda button: button["form"] not in forms)
    return onward[0] if onward else "no button to go on was found"


async def go_further(explorer: Explorer, survey: Survey, shopper: Shopper) -> str:
    """From the checkout's first page on; why it ended where it did. Each page is a step of its own."""
    for _ in range(MOST_PAGES):
        way = way_on(survey)
        if isinstance(way, str):
            return way
        button = way

        async def act(survey: Survey = survey, button: Item = button) -> None:
            await _fill_in(explorer, survey, shopper)
            await explorer.press(button)

        before = survey
        seen = await explorer.step(
            f'fill in, and press "{button["text"]}"', act, lambda _survey: "checkout", did="checkout"
        )
        if seen is None:
            return next(reversed(explorer.unseen.values()))
        if (seen["url"], seen["heading"]) == (before["url"], before["heading"]):
            return f'"{button["text"]}" does not lead on; what was filled in was not taken'
        survey = seen
    return f"it goes on after {MOST_PAGES} pages"


async def _fill_in(explorer: Explorer, survey: Survey, shopper: Shopper) -> None:
    """Fill in what a shopper can; what cannot be used is left, and the page will say so."""
    for field in survey["fields"]:
        try:
            if field["options"] and (choice := wanted_choice(field)):
                await explorer.fill(field, choice, choose=True)
            elif not field["options"] and (text := wanted_text(field, shopper)):
                await explorer.fill(field, text)
        except PlaywrightError:
            continue
