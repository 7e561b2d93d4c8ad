"""Cart events of an unknown store, checked against its pages: the currency, and whether the page confirms the change."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from harness.events import Event
from harness.findings import Finding, Severity
from harness.protocols.jirafe.pages.snippet import StorePage

_DOLLARS = ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "BND", "JMD", "TTD")
_SIGNS: Final[Mapping[str, Sequence[str]]] = {
    "€": ("EUR",), "£": ("GBP",), "$": _DOLLARS, "US$": ("USD",), "CA$": ("CAD",), "C$": ("CAD",), "AU$": ("AUD",), "A$": ("AUD",),
    "NZ$": ("NZD",), "R$": ("BRL",), "HK$": ("HKD",), "S$": ("SGD",), "NT$": ("TWD",), "MX$": ("MXN",), "¥": ("JPY", "CNY"),
    "CN¥": ("CNY",), "JP¥": ("JPY",), "₹": ("INR",), "₩": ("KRW",), "₽": ("RUB",), "₺": ("TRY",), "₴": ("UAH",),
    "kr": ("SEK", "NOK", "DKK", "ISK"), "zł": ("PLN",), "Kč": ("CZK",), "Ft": ("HUF",), "lei": ("RON",),
}  # fmt: skip
"""Currency codes by the sign at a price. A code is its own sign."""

_CART_EVENTS: Final = ("add_item_to_cart", "remove_item_from_cart", "edit_cart")


def shown_currencies(page: StorePage) -> set[str] | None:
    """The codes of the currencies that a page may show; empty if it shows none, None if it shows an unknown sign."""
    codes = {str(code) for code in page.inspected.survey.get("currencies", ())}
    for sign in map(str, page.inspected.survey.get("signs", ())):
        if sign not in _SIGNS and not (len(sign) == 3 and sign.isalpha() and sign.isupper()):
            return None
        codes.update(_SIGNS.get(sign, (sign,)))
    return codes


def cart_findings(page: StorePage, *, is_currency_known: bool = False) -> Iterator[Finding]:
    """A currency that the page does not show, an event sent twice for one press, an event of a change that the page refused.

    The page is no evidence where the store's currency is known otherwise.
    """
    events = [event for event in page.step.events if event.type in _CART_EVENTS]
    if not is_currency_known:
        yield from _currency_findings(page, events)
    done = page.inspected.survey.get("did")
    added = [event for event in events if event.type == "add_item_to_cart"]
    if done in ("added", "pressed") and len(added) > 1 and all(event.body == added[0].body for event in added):
        yield page.finding(
            "duplicate-event",
            f"the button was pressed once, and add_item_to_cart was sent {len(added)} times with the same values",
            "Call jirafe_api.cart.add once for each change of the cart; check for a second handler of the button.",
            event="add_item_to_cart",
        )
    if done == "refused" and added:
        yield page.finding(
            "unexpected-event",
            f"add_item_to_cart was sent, but the product was not put into the cart: {page.inspected.survey.get('refusal', '')}",
            "Call jirafe_api.cart.add after the store has confirmed the change.",
            Severity.WARNING,
            event="add_item_to_cart",
        )


def _currency_findings(page: StorePage, events: Sequence[Event]) -> Iterator[Finding]:
    shown = shown_currencies(page)
    for event in events if shown else ():
        got = _currency(event.body)
        if got and shown and got.upper() not in shown:
            codes = " or ".join(sorted(shown)[:3])
            yield page.finding(
                "wrong-value",
                f'line_item.currency is "{got}"; the page shows prices in {codes}',
                "Send the currency of the prices in the event; check for a default value in the store's set-up.",
                event=event.type,
                pointer="/line_item/currency",
                value=got,
                allowed=sorted(shown),
            )


def _currency(body: Mapping[str, Any]) -> str:
    line = body.get("line_item")
    got = line.get("currency") if isinstance(line, Mapping) else None
    return got if isinstance(got, str) else ""
