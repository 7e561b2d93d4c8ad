"""What a scenario assumes of a store, so that a store in which it differs adapts the scenario or does not run it."""

from collections.abc import Iterator, Mapping
from typing import Final

from harness.json_matching import suggest
from harness.scenario.model import Scenario
from harness.scenario.target import Target
from harness.scenario.yaml_source import Node, parse
from harness.text_files import quote

ASSUMES: Final = "assumes"
LEADS_TO: Final = " leads to"
"""The end of a key: the action before it shows the page that is the value."""

WORDS: Final = "words"
STORE, BUILT_IN = "store", "built-in"
"""The key and the value of a scenario about the pages and values of the built-in store."""


def pages_after(node: Node, target: Target) -> dict[str, str]:
    """The page that each action is assumed to show. FileError for an unknown assumption, action or page."""
    names = [f"{name}{LEADS_TO}" for name in target.actions]
    known = node.known_fields(f'"{ASSUMES}"', optional=(*names, WORDS, STORE))
    found = {}
    for key, item in known.items():
        if key == WORDS:
            for word in item.items(f'"{WORDS}" of "{ASSUMES}"'):
                word.text("a word")
        elif key == STORE:
            text = item.text(f'"{STORE}" of "{ASSUMES}"')
            if text != BUILT_IN:
                item.fail(f'"{STORE}" of "{ASSUMES}" can only be {BUILT_IN}, not {quote(text)}')
        else:
            page = item.text(quote(key))
            if page not in target.pages:
                item.fail(f"no such page {quote(page)}; {suggest(page, target.pages)}")
            found[key.removesuffix(LEADS_TO)] = page
    return found


def broken_assumptions(scenario: Scenario, target: Target) -> Iterator[str]:
    """Why an external store does not meet the assumptions that no adaptation can replace."""
    node = parse(scenario.text, file=scenario.file, what="scenario").fields("a scenario").get(ASSUMES)
    known: Mapping[str, Node] = node.fields(f'"{ASSUMES}"') if node else {}
    if STORE in known:
        yield "it is about the pages and values of the built-in store"
    words = [item.text("a word") for item in known[WORDS].items(WORDS)] if WORDS in known else []
    missing = [quote(word) for word in words if word not in target.external.words]
    if missing:
        yield f'it needs this store\'s words for {", ".join(missing)}, and "{WORDS}" of {target.file} does not contain them'
