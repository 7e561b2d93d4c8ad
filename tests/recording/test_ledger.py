"""What a store's ledger must hold before a verdict relies on it."""

from typing import Any

import pytest
from support.recordings import IN_CART, STORE, completed

from harness.recording.ledger import check_ledger

OWNER = {"name": "Shop", "currency": "EUR"}
PAGE = completed({"kind": "page", "page": {"url": f"{STORE}/", "type": "homepage", "title": "", "status": 200}})


def said(entry: Any, store: Any = OWNER) -> str:
    with pytest.raises(ValueError, match=r"^the ledger's ") as caught:
        check_ledger(store, [PAGE, entry])
    return str(caught.value)


def without(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key != name}


def test_what_the_schema_asks_for_is_enough_and_more_is_allowed() -> None:
    check_ledger(OWNER, [])
    check_ledger({**OWNER, "owner": "Eve"}, ({**PAGE, "colour": "blue"}, completed(IN_CART)))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (1, "entry 2 cannot be 1"),
        ({}, 'entry 2 has no "kind"'),
        ({**PAGE, "kind": "basket"}, 'entry 2: kind cannot be "basket"'),
        (without("page", PAGE), 'entry 2 has no "page"'),
        ({**PAGE, "page": without("url", PAGE["page"])}, 'entry 2: page has no "url"'),
        ({**PAGE, "page": {**PAGE["page"], "url": 1}}, "entry 2: page.url cannot be 1"),
        ({**PAGE, "n": "1"}, 'entry 2: n cannot be "1"'),
        ({**PAGE, "funnel": {"name": "checkout"}}, 'entry 2: funnel has no "step"'),
        ({**PAGE, "order": "10"}, 'entry 2: order cannot be "10"'),
        ({**completed(IN_CART), "total": "much"}, 'entry 2: total cannot be "much"'),
        ({**completed(IN_CART), "change": "empty"}, 'entry 2: change cannot be "empty"'),
        ({**PAGE, "page": "x" * 100}, f'entry 2: page cannot be "{"x" * 78}…'),
    ],
)
def test_an_entry_that_is_not_as_it_should_be_says_what_is_wrong(entry: Any, words: str) -> None:
    assert said(entry) == f"the ledger's {words}"


@pytest.mark.parametrize(
    ("store", "words"),
    [
        (None, "store cannot be null"),
        ({"name": "Shop"}, 'store has no "currency"'),
        ({**OWNER, "currency": "euro"}, 'store: currency cannot be "euro"'),
        ({**OWNER, "backend": "v3"}, 'store: backend cannot be "v3"'),
    ],
)
def test_what_a_store_says_of_itself_must_name_it_and_its_currency(store: Any, words: str) -> None:
    assert said(PAGE, store) == f"the ledger's {words}"


@pytest.mark.parametrize("entries", [None, {}, "abc", 3])
def test_entries_are_a_list(entries: Any) -> None:
    with pytest.raises(ValueError, match=r"^the ledger's entries cannot be "):
        check_ledger(OWNER, entries)
