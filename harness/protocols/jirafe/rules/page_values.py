"""The values that pages of a store state, as patterns for the values that its tracker sends."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from harness.protocols.jirafe.rules.visits import VisitedPage
from harness.urls import plain_url


def product_facts(page: VisitedPage) -> dict[str, Any]:
    """The codes of the page's product that the target's facts state, by the names in a pageview."""
    urls = {plain_url(url) for url in (page.view.url, *page.addresses)}
    reads = [facts for facts in page.step.facts if plain_url(str(facts.get("page", {}).get("url", ""))) in urls]
    sent = [event.body.get("product") for event in page.step.events if event.type == "pageview"]
    found = {}
    for name, key in (("product_code", "code"), ("sku_code", "sku")):
        values = [facts["product"][key] for facts in reads if key in facts.get("product", {})]
        fact = code_fact(key, values, [product.get(name) for product in sent if isinstance(product, dict)])
        if fact is not None:
            found[name] = fact
    return found


def code_fact(key: str, stated: Sequence[str], sent: Iterable[object]) -> Any | None:
    """The pattern of a code that pages state; None without one. An SKU has no spaces: such a text is a name, or a label."""
    values = [value for value in stated if key != "sku" or not re.search(r"\s", value)]
    return alternatives(values, sent) if values else None


def alternatives(stated: Sequence[str], sent: Iterable[object]) -> Any:
    """A pattern for any of the stated values. A sent value that is a whole word of one of them is the value."""
    texts = [value for value in sent if isinstance(value, str) and value]
    exact = [value for value in texts if any(_contains(text, value) for text in stated)]
    values = list(dict.fromkeys([*stated, *exact]))
    if len(values) == 1:
        return values[0]
    if len(set(stated)) == 1 and not exact:
        return stated[0]
    return {"$matches": f"^(?:{'|'.join(map(re.escape, values))})$"}


def _contains(text: str, word: str) -> bool:
    """Whether the text is the word with a label or a sign, such as `Order #1001`."""
    return bool(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", text))
