"""Find out from a page and from the network whether a product is in the cart."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.commands.verify.page_classifier import CART, Survey, is_cart
from harness.commands.verify.page_urls import is_same_address

_REFUSAL: Final = re.compile(
    r"please (?:select|choose|pick|enter)|(?:select|choose) (?:a|an|your|the) |sold.?out|out of stock|not available|unavailable"
    r"|not enough|could not|couldn.t|cannot|failed|something went wrong|\berror\b|\bsorry\b|is required|bitte .{0,30}w[äa]hlen|ausverkauft"
    r"|nicht verf[üu]gbar|veuillez|rupture|indisponible|seleccion[ae]|agotado|seleziona|esaurito|selecteer|uitverkocht",
    re.IGNORECASE,
)
_ADDED: Final = re.compile(
    r"(?:added|was put|in) (?:to|into|in)? ?(?:my |your |the |shopping )*(?:cart|basket|bag)\b|added!|hinzugef[üu]gt"
    r"|im warenkorb|ajouté|a[ñn]adido"
    r"|agregado|aggiunto|toegevoegd|dodano|tillagd",
    re.IGNORECASE,
)
_EMPTY: Final = re.compile(
    r"\b(?:is|are|currently)\b.{0,12}\bempty\b|nothing in|\bno (?:items|products)|\b0 (?:items|products)|\bist\b.{0,12}\bleer\b"
    r"|\best\b.{0,14}\bvide\b|est[áa].{0,12}vac[ií][oa]|è.{0,12}vuot[oa]|\bis.{0,12}\bleeg\b|jest.{0,12}pusty",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class CartEvidence:
    """The `proof` that a product was put into the cart, or the `refusal` that the page shows; both may be empty."""

    proof: str = ""
    refusal: str = ""


def cart_evidence(
    before: Survey, after: Survey, answers: Sequence[Mapping[str, Any]], *, button_text: str = ""
) -> CartEvidence:
    """Compare a product page before and after the press of the button, and read the `answers` to requests about the cart."""
    news = [line for line in after["lines"] if line not in before["lines"] and line != button_text]
    refusal = next((line for line in news if _REFUSAL.search(line) and not _ADDED.search(line)), "")
    failed = next((answer for answer in answers if answer["error"]), None)
    if proof := _shown(before, after):
        return CartEvidence(proof=proof)
    if refusal:
        return CartEvidence(refusal=f'the page shows "{refusal}"')
    if failed:
        return CartEvidence(refusal=f"{failed['url']} answered: {failed['error']}")
    if said := next((line for line in news if _ADDED.search(line)), ""):
        return CartEvidence(proof=f'the page shows "{said}"')
    answer = next(iter(answers), None)
    return CartEvidence(proof=f"{answer['method']} {answer['url']} answered {answer['status']}" if answer else "")


def _shown(before: Survey, after: Survey) -> str:
    """The proof that the page shows: its counter, its drawer or the cart itself."""
    old, new = before["cart"]["count"] or 0, after["cart"]["count"] or 0
    if new > old:
        return f"the cart counter changed from {old} to {new}"
    drawer = after["cart"]["drawer"]
    if drawer and drawer != before["cart"]["drawer"] and contains_product(drawer, before["headed"]):
        return "the cart drawer contains the product"
    is_other_page = not is_same_address(after["url"], before["url"])
    if is_other_page and is_cart(after) and cart_contains(after, before["headed"]):
        return "the cart page contains the product"
    return ""


def shows_cart(survey: Survey, product: str) -> bool:
    """Whether a page shows a cart: the product is in it, its heading says so, or it is empty."""
    text = "\n".join(survey["lines"])
    return contains_product(text, product) or bool(CART.search(survey["headed"]) or _EMPTY.search(text))


def cart_contains(cart: Survey, product: str) -> bool:
    """Whether a page of the cart contains a product."""
    return contains_product("\n".join(cart["lines"]), product)


def contains_product(text: str, product: str) -> bool:
    """Whether the text of a cart contains the name of a product, and does not say that the cart is empty."""
    return bool(product) and product.casefold() in text.casefold() and not _EMPTY.search(text)
