"""Find what a shopper presses on a list of products: a sort order, a filter, a further page."""

import re
from dataclasses import dataclass
from typing import Final

from harness.commands.verify.page_classifier import Item, Survey, is_dangerous

_SORT: Final = re.compile(
    r"\bsort|order.?by|sortier|\btri(?:er)?\b|ordina|ordenar|sorteer|sortuj|sortera", re.IGNORECASE
)
_ORDERS: Final = re.compile(
    r"\bprice\b|\bname\b|newest|latest|popular|rating|best.?sell|alphabet|a\s?[-–]\s?z\b|preis|neueste|beliebt|\bprix\b|nouveau|precio"
    r"|prezzo|prijs|cena\b|\bpris\b",
    re.IGNORECASE,
)
_FILTER: Final = re.compile(r"filter|facet|refine|layered|filtr|narrow-?by", re.IGNORECASE)
_PAGER: Final = re.compile(r"pagination|\bpager\b|paging|page-?numbers|\bpages\b|seiten|load-?more", re.IGNORECASE)
_NEXT: Final = re.compile(
    r"^(?:next(?: page)?|weiter|nächste(?: seite)?|suivante?|siguiente"
    r"|successiv[ao]|volgende)?\s*[›»→>]?$",
    re.IGNORECASE,
)
_NEXT_MARKS: Final = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])|next page", re.IGNORECASE)
_MORE: Final = re.compile(
    r"^(?:load|show|view|see) more|mehr (?:laden|anzeigen)|voir plus|cargar más|mostra altri"
    r"|meer laden",
    re.IGNORECASE,
)
_OUTSIDE: Final = ("nav", "header", "footer", "breadcrumb")


@dataclass(frozen=True, kw_only=True)
class Control:
    """An element of a list to press. With `value`, the element is a list field, and the value is chosen. `text` is its label."""

    item: Item
    text: str
    value: str = ""


def sort_control(survey: Survey) -> Control | None:
    """Another sort order of the list: a value of a list field, a link or a button."""
    for field in survey["fields"]:
        orders = [option for option in field["options"] if _ORDERS.search(option["text"])]
        if len(orders) >= 2 or (orders and _SORT.search(f"{field['marks']} {field['around']}")):
            option = next(
                (each for each in orders if each["value"] not in ("", field["value"]) and not each["disabled"]), None
            )
            return Control(item=field, text=option["text"], value=option["value"]) if option else None
    return next(
        (
            Control(item=item, text=item["text"])
            for item in _pressable(survey)
            if _ORDERS.search(item["text"]) and (_SORT.search(item["around"]) or _SORT.search(item.get("url", "")))
        ),
        None,
    )


def sort_opener(survey: Survey) -> Control | None:
    """The button that shows the sort orders."""
    buttons = (
        button
        for button in survey["buttons"]
        if _is_usable(button) and _SORT.search(f"{button['text']} {button['marks']}")
    )
    return next((Control(item=button, text=button["text"]) for button in buttons), None)


def opened_order(survey: Survey) -> Control | None:
    """A sort order in the list that a press has opened."""
    items = [item for item in (*survey["buttons"], *survey["links"], *survey["checks"]) if item.get("visible", True)]
    named = (item for item in items if _ORDERS.search(item["text"]) and len(item["text"]) <= 40 and not item["card"])
    return next((Control(item=item, text=item["text"]) for item in named), None)


def filter_control(survey: Survey) -> Control | None:
    """A filter of the list: a check box, a link or a button."""
    checks = [
        check
        for check in survey["checks"]
        if _FILTER.search(f"{check['marks']} {check['around']}")
        and not (check["checked"] or check["disabled"] or check["card"])
    ]
    if checks:
        return Control(item=checks[0], text=checks[0]["text"])
    return next(
        (
            Control(item=item, text=item["text"])
            for item in _pressable(survey)
            if _FILTER.search(item["around"]) and not _is_heading_of_filters(item)
        ),
        None,
    )


def _is_heading_of_filters(item: Item) -> bool:
    """Whether the element shows or hides filters, or belongs to the sorting or the pages."""
    words = f"{item['text']} {item['marks']}"
    is_toggle = re.search(
        r"\b(?:filters?|apply|show|hide|toggle|more|less|collapse|expand|accordion)\b", words, re.IGNORECASE
    )
    return bool(is_toggle or _SORT.search(f"{words} {item['around']}") or _PAGER.search(item["around"]))


def next_control(survey: Survey) -> Control | None:
    """The way to a further page of the list: "next", the page 2, or "load more"."""
    items = list(_pressable(survey, _OUTSIDE[1:]))
    in_pager = [item for item in items if _PAGER.search(f"{item['around']} {item['marks']}")]
    found = [item for item in in_pager if _leads_on(item)]
    found += [item for item in in_pager if item["text"] == "2"]
    found += [item for item in items if _MORE.search(item["text"])]
    return Control(item=found[0], text=found[0]["text"] or "next") if found else None


def _leads_on(item: Item) -> bool:
    return bool(_NEXT_MARKS.search(item["marks"]) or (item["text"] and _NEXT.match(item["text"])))


def _pressable(survey: Survey, outside: tuple[str, ...] = _OUTSIDE) -> list[Item]:
    return [item for item in (*survey["buttons"], *survey["links"]) if _is_usable(item) and item["area"] not in outside]


def _is_usable(item: Item) -> bool:
    return bool(
        item["visible"]
        and not (item.get("disabled") or item["card"] or item["layer"] or is_dangerous(item))
        and len(item["text"]) <= 40
    )
