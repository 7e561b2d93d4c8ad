"""Classify an unknown page by its survey, and find its links, forms and buttons."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, quote_plus, urlencode, urljoin, urlsplit

from harness.commands.verify.page_urls import is_home, is_inside, is_same_address, path_of, route
from harness.urls import plain_url

Survey = Mapping[str, Any]
"""The content of a page, as `page_survey.js` returns it."""

Item = Mapping[str, Any]
"""A link, form or button: `n` is its number, `marks` are its attributes, `card` if it is in a box of one product among several."""

_DANGER: Final = re.compile(
    r"\b(?:log|sign)[\s_-]*(?:out|off)\b|logout|signout|log-?me-?out|abmelden|ausloggen|d[ée]connexion|cerrar[\s-]sesi|uitloggen"
    r"|\b(?:remove|delete|destroy|unsubscribe|cancel|clear|close[\s_-]account)(?:\b|_)"
    r"|\bempty[\s_-](?:(?:the|your|my|shopping) )*(?:cart|basket|bag)"
    r"|l[öo]schen|entfernen|stornieren"
    r"|supprimer|eliminar|rimuov|verwijder|/remove|/delete|action=(?:remove|delete)",
    re.IGNORECASE,
)
_BUYING: Final = re.compile(
    r"\b(?:pay|buy|purchase|place (?:my |the |your )?order|order now|submit order|complete)\b|paypal|amazon|klarna|express|apple|google"
    r"|kaufen|bezahlen|bestell|commander|payer|acheter|pagar|comprar|acquist|betalen",
    re.IGNORECASE,
)
OTHER: Final = "other"
"""The type of a page that is none of the known ones."""

CART: Final = re.compile(
    r"\b(?:cart|basket|bag|trolley|checkout/cart)\b|warenkorb|\bpanier\b|carrito|cesta|carrello|winkelwagen|winkelmand|koszyk|varukorg",
    re.IGNORECASE,
)
_CART_MARKS: Final = re.compile(
    rf"mini-?cart|shopping-?cart|cart-?(?:icon|toggle|drawer|button)|{CART.pattern}", re.IGNORECASE
)
_CHECKOUT: Final = re.compile(
    r"check-?\s?out|\bkasse\b|zur-?kasse|valider (?:mon|le) panier|tramitar|finalizar|alla cassa|afrekenen|onestepcheckout",
    re.IGNORECASE,
)
_ADD: Final = re.compile(
    r"\badd(?:ed)? to (?:my |your |the |shopping )*(?:cart|basket|bag|trolley)|in den (?:waren|einkaufs)korb|ajouter au panier"
    r"|a[ñn]adir (?:al|a la) (?:carrito|cesta)|agregar al carrito|aggiungi al carrello|in (?:de )?winkel(?:wagen|mand)|dodaj do koszyka",
    re.IGNORECASE,
)
_ADD_MARKS: Final = re.compile(
    r"add[\s_-]?to[\s_-]?(?:cart|basket|bag)|addtocart|single_add_to_cart_button", re.IGNORECASE
)
_SEARCH: Final = re.compile(
    r"(?<!re)search|\bsuche|(?<!re)\brecherche|buscar|busqueda|\bcerca\b|zoek|szukaj|magnif(?:ier|ying)|\bloupe\b",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"\b(?:close|hide|dismiss|continue shopping)\b|schlie(?:ß|ss)en|fermer|cerrar|chiudi|sluiten", re.IGNORECASE
)
_SEARCH_NAMES: Final = frozenset(
    ["q", "s", "query", "search", "keyword", "keywords", "search_query", "k", "term", "text", "words"]
)
_NEWSLETTER: Final = re.compile(r"newsletter|subscri|email|coupon|voucher|promo|login|account", re.IGNORECASE)
_CATEGORY_URL: Final = re.compile(
    r"/(?:categor|collection|catalog|department|shop|kategori|c/|range|browse|products?/?$|genre|section)",
    re.IGNORECASE,
)
_UTILITY: Final = re.compile(
    r"about|contact|account|log-?in|sign-?in|sign-?up|register|wish|compare|blog|news|faq|help|support|privacy|terms|impressum|agb|shipping"
    r"|delivery|returns|career|jobs|press|store-?(?:locator|finder)|gift-?card|language|currency|i18n|konto|cookie|legal|datenschutz"
    r"|/page/|\.pdf$|\.zip$|\.jpe?g$|\.png$|offers?\b|review",
    re.IGNORECASE,
)
_LISTINGS: Final = frozenset(["ItemList", "CollectionPage", "OfferCatalog", "ProductCollection"])


def is_dangerous(item: Item) -> bool:
    """Whether a link or button may sign out, remove, cancel or delete something."""
    return bool(_DANGER.search(f"{item['text']} {item.get('url', '')} {item['marks']}"))


def is_product(survey: Survey) -> bool:
    """Whether a page shows one product: by its metadata, or by a button for the cart that is not on a card."""
    if survey["og"] in ("product", "product.item", "og:product"):
        return True
    kinds = set(survey["types"])
    if kinds & {"Product", "ProductGroup"} and not kinds & _LISTINGS and survey["types"].count("Product") <= 2:
        return True
    button = add_button(survey, is_usable=False)
    return button is not None and not button["card"]


def is_product_named(survey: Survey, name: str) -> bool:
    """Whether a page that a product's link leads to shows that product: its heading has the name, and there is a price."""
    heading = survey["headed"].casefold()
    return bool(name and survey["signs"] and name.casefold() in heading)


def is_buyable(survey: Survey) -> bool:
    """Whether the page's product may be put into the cart, perhaps after a choice."""
    return add_button(survey) is not None or bool(survey.get("choices"))


def kind_of(survey: Survey) -> str:
    """The type of a page by its content and URL: product, cart, checkout, search, home, category or other."""
    if is_product(survey):
        return "product"
    for kind, words in (("checkout", _CHECKOUT), ("cart", CART)):
        if is_named(survey, words):
            return kind
    if searched_words(survey):
        return "search"
    if is_home(survey["url"]):
        return "home"
    return "category" if is_listing(survey) else OTHER


def is_cart(survey: Survey) -> bool:
    """Whether a page is the cart, by its URL or its heading."""
    return is_named(survey, CART) and not is_named(survey, _CHECKOUT)


def is_named(survey: Survey, words: re.Pattern[str]) -> bool:
    """Whether the last part of a page's path or its short heading matches these words."""
    last_part = path_of(survey["url"]).rpartition("/")[2]
    heading = survey.get("headed", "")
    return bool(words.search(last_part.replace("_", "-")) or (len(heading) <= 40 and words.search(heading)))


def searched_words(survey: Survey) -> str:
    """The words that a result page was searched for, by its URL; empty if it is no result page."""
    parts = route(survey["url"])
    named = [text for name, text in parse_qsl(parts.query) if name.lower() in _SEARCH_NAMES]
    is_result = _SEARCH.search(parts.path) or _SEARCH.search(survey.get("headed", "")) or is_listing(survey)
    return named[0].strip() if named and is_result else ""


def is_listing(survey: Survey) -> bool:
    """Whether a page lists several products."""
    return len(products(survey)) >= 2


def products(survey: Survey) -> list[Item]:
    """Links to products, each URL once, with the product's name or else its longest text."""
    own_url = plain_url(survey["url"])
    named_links = ({**link, "text": link.get("name") or link["text"]} for link in survey["links"])
    cards = [link for link in named_links if link["card"] and _can_follow(link, survey) and not is_dangerous(link)]
    named: dict[str, Item] = {}
    for link in cards:
        url = plain_url(link["url"])
        is_longer = url not in named or len(link["text"]) > len(named[url]["text"])
        if url != own_url and is_longer and not CART.search(path_of(link["url"])):
            named[url] = link
    return list(named.values())


def categories(survey: Survey) -> list[Item]:
    """Links that may lead to a category, the most likely first."""
    scored = [(score, link) for link in survey["links"] if (score := _category_score(link, survey)) > 0]
    best: dict[str, tuple[int, Item]] = {}
    for score, link in scored:
        best.setdefault(plain_url(link["url"]), (score, link))
    return [link for _score, link in sorted(best.values(), key=lambda pair: -pair[0])]


def _category_score(link: Item, survey: Survey) -> int:
    path, text = route(link["url"]).path, link["text"]
    is_excluded = (
        link["card"]
        or link["area"] == "breadcrumb"
        or not _can_follow(link, survey)
        or is_dangerous(link)
        or is_home(link["url"])
    )
    if is_excluded or not text or len(text) > 40 or is_same_address(link["url"], survey["url"]):
        return 0
    if _UTILITY.search(f"{path} {text}") or CART.search(f"{path} {text}") or _CHECKOUT.search(f"{path} {text}"):
        return 0
    score = {"nav": 3, "header": 2, "": 1, "main": 1}.get(link["area"], 0)
    is_explicit = re.search(r"categor|collection|kategori|/c/", path, re.IGNORECASE) is not None
    return score + 2 * (_CATEGORY_URL.search(path) is not None) + 2 * is_explicit


def search_form(survey: Survey) -> Item | None:
    """The form for searching products."""
    forms = [form for form in survey["searches"] if not _NEWSLETTER.search(form["marks"])]
    likely = [form for form in forms if form["type"] == "search" or form["name"].lower() in _SEARCH_NAMES]
    likely += [form for form in forms if _SEARCH.search(form["marks"])]
    return next((form for form in likely if form["visible"]), likely[0] if likely else None)


def search_url(survey: Survey, words: str) -> str | None:
    """The URL of a search, by the form's fields or the page's structured data."""
    form = search_form(survey)
    if form and form["method"] == "get" and form["name"]:
        parts = urlsplit(form["action"])
        query = [pair for pair in parse_qsl(parts.query) if pair[0] != form["name"]]
        return parts._replace(query=urlencode([*query, (form["name"], words)])).geturl()
    target = next((target for target in survey["targets"] if "{" in target), None)
    return urljoin(survey["url"], re.sub(r"\{[^}]*\}", quote_plus(words), target)) if target else None


def search_words(titles: Iterable[str]) -> str:
    """A word that finds a product: the longest one of letters in the first title that has one, or empty."""
    for title in titles:
        words = re.findall(r"[^\W\d_]{4,}", title)
        if words:
            return str(max(words, key=len))
    return ""


def add_button(survey: Survey, *, is_usable: bool = True) -> Item | None:
    """The button that puts the page's product into the cart; one on a product card only if there is no other.

    A disabled one counts only if it need not be usable.
    """
    usable = [
        button for button in survey["buttons"] if not (button["disabled"] and is_usable) and not is_dangerous(button)
    ]
    named = [button for button in usable if _ADD.search(button["text"]) or _ADD_MARKS.search(button["marks"])]
    fits = [button for button in named if not _BUYING.search(button["text"])]
    return min(fits, key=lambda button: (button["card"], not button["visible"]), default=None)


def search_opener(survey: Survey) -> Item | None:
    """The icon or link that shows the search field."""
    items = [*survey["buttons"], *(link for link in survey["links"] if _SEARCH.search(path_of(link["url"])))]
    fits = [
        item
        for item in items
        if _SEARCH.search(f"{item['text']} {item['marks']}")
        and item["visible"]
        and len(item["text"]) <= 40
        and not (item["card"] or is_dangerous(item) or _NEWSLETTER.search(item["marks"]))
    ]
    return min(fits, key=lambda item: item["area"] not in ("header", "nav"), default=None)


def search_button(survey: Survey, form: Item) -> Item | None:
    """The button that sends the search: in the field's form, or named like a search."""
    usable = [
        button for button in survey["buttons"] if button["visible"] and not (button["disabled"] or button["card"])
    ]
    in_form = [button for button in usable if button["form"] == form["form"] >= 0]
    named = [button for button in usable if _SEARCH.search(f"{button['text']} {button['marks']}")]
    return next((button for button in (*in_form, *named) if not is_dangerous(button)), None)


def cart_opener(survey: Survey) -> Item | None:
    """The icon or button that shows the cart's drawer."""
    own_path = path_of(survey["url"])
    fits = [
        button
        for button in survey["buttons"]
        if button["visible"]
        and not (button["disabled"] or button["card"] or button.get("layer"))
        and (not button["url"].startswith("http") or path_of(button["url"]) == own_path)
        and _CART_MARKS.search(f"{button['text']} {button['marks']}")
        and not any(
            words.search(f"{button['text']} {button['marks']}") for words in (_ADD, _ADD_MARKS, _CLOSING, _CHECKOUT)
        )
        and not (is_dangerous(button) or _BUYING.search(button["text"]))
    ]
    return min(fits, key=lambda button: button["area"] not in ("header", "nav"), default=None)


def cart_link(survey: Survey) -> Item | None:
    """The link to the cart."""
    return _best(survey, CART, unless=_CHECKOUT)


def checkout_step(survey: Survey) -> Item | None:
    """The link or button that opens the checkout; never one that pays."""
    link = _best(survey, _CHECKOUT, unless=CART) or _best(survey, _CHECKOUT, unless=_BUYING)
    if link and not _BUYING.search(link["text"]):
        return link
    buttons = [button for button in survey["buttons"] if button["visible"] and not button["disabled"]]
    buttons.sort(key=lambda button: not button.get("layer"))
    fits = [button for button in buttons if _CHECKOUT.search(f"{button['text']} {button['marks']}")]
    return next((button for button in fits if not _BUYING.search(button["text"]) and not is_dangerous(button)), None)


def _best(survey: Survey, words: re.Pattern[str], *, unless: re.Pattern[str]) -> Item | None:
    """The safe link that matches these words best; its path counts more than its text."""
    own_url = plain_url(survey["url"])

    def score(link: Item) -> int:
        path = route(link["url"]).path
        is_other = unless.search(link["text"]) or unless.search(path.rstrip("/").rpartition("/")[2])
        if is_other or is_dangerous(link) or not _can_follow(link, survey) or plain_url(link["url"]) == own_url:
            return 0
        if _ADD.search(link["text"]) or _ADD_MARKS.search(link["marks"]) or link["card"]:
            return 0
        is_named = words.search(link["text"]) or words.search(link["marks"])
        if not (words.search(path) or words.search(link["text"]) or words.search(link["marks"])):
            return 0
        return 4 * bool(words.search(path)) + 2 * bool(is_named) + bool(link.get("layer") or link.get("shown"))

    scored = [(score(link), link) for link in survey["links"]]
    return max((pair for pair in scored if pair[0]), key=lambda pair: pair[0], default=(0, None))[1]


def _can_follow(link: Item, survey: Survey) -> bool:
    return is_inside(link["url"], urlsplit(survey["url"]).hostname or "")
