"""Write the reference tables of docs/ from the code: python tests/support/reference_tables.py

Each table is between the lines `<!-- generated: NAME -->` and `<!-- end -->` of its page.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT)]

from harness.commands.schema import Reference, reference_of  # noqa: E402
from harness.findings import CODES  # noqa: E402
from harness.protocol import get  # noqa: E402
from harness.scenario.actions import PLAIN, SHAPES, Action, Parameter  # noqa: E402
from harness.scenario.store_options import STORE_OPTIONS, StoreOption  # noqa: E402
from harness.scenario.target import built_in  # noqa: E402
from harness.scenario.variables import VARIABLES  # noqa: E402

DOCS = ROOT / "docs"
_BLOCK = re.compile(r"(<!-- generated: ([\w ]+) -->\n\n)(.*?)(\n\n<!-- end -->)", re.DOTALL)
_NESTED = re.compile(r"(.*\b(?:customer|product))/.+")
_REPEATED = re.compile(r"/previous_items/.+")


def tables() -> dict[str, str]:
    """Each table in Markdown, by its name in the pages."""
    target = built_in()
    reference = reference_of(target, get())
    return {
        "store actions": _table("action | parameters | effect", map(_store_action, target.actions.values())),
        "plain actions": _table(
            "action | value | effect", ((f"`{name}`", _shape(name), each.about) for name, each in PLAIN.items())
        ),
        "pages": _table("page | path", ((f"`{name}`", f"`{path}`") for name, path in target.pages.items())),
        "variables": _table("variable | fields", ((f"`${name}`", _code(fields)) for name, fields in VARIABLES.items())),
        "store options": _table("option | values | default | effect", map(_option, STORE_OPTIONS.items())),
        "finding codes": _table("code | meaning", ((f"`{code}`", about) for code, about in CODES.items())),
        "events": _table("event | fields", _events(reference)),
        "documents": _table(
            "document | fields", ((f"`{name}`", _document(each)) for name, each in reference.documents.items())
        ),
        "catalogue": _table(
            "category | products",
            ((each.name, ", ".join(f"`{product}`" for product in each.products)) for each in reference.categories),
        ),
    }


def pages() -> Iterator[tuple[Path, str, str]]:
    """Each page with generated tables, its text, and the text that it should have."""
    current = tables()
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if "<!-- generated" in text:
            yield page, text, _BLOCK.sub(lambda found: f"{found[1]}{current[found[2]]}{found[4]}", text)


def names_in(text: str) -> list[str]:
    """The names of the generated tables in a page."""
    return [found[2] for found in _BLOCK.finditer(text)]


def _table(head: str, rows: Iterable[tuple[str, ...]]) -> str:
    rule = "|".join("---" for _column in head.split(" | "))
    return "\n".join([f"| {head} |", f"|{rule}|", *(f"| {' | '.join(row)} |" for row in rows)])


def _store_action(action: Action) -> tuple[str, ...]:
    return (
        f"`{action.name}`",
        ", ".join(f"`{key}`{_values(each)}" for key, each in action.parameters.items()),
        action.about,
    )


def _values(parameter: Parameter) -> str:
    choices = "/".join(parameter.one_of)
    default = f"default {parameter.default}" if parameter.default else "optional" if parameter.optional else ""
    return f" ({', '.join(filter(None, (choices, default)))})" if choices or default else ""


def _shape(name: str) -> str:
    plain = PLAIN[name]
    return SHAPES[plain.shape] + (", or no value" if plain.optional else "")


def _option(row: tuple[str, StoreOption]) -> tuple[str, ...]:
    name, option = row
    values = _code(option.one_of) if option.one_of else f"0 to {option.most}"
    return f"`{name}`", values, f"`{option.default}`", option.about.replace("<", "&lt;")


def _events(reference: Reference) -> Iterator[tuple[str, str]]:
    common = set.intersection(*map(set, reference.events.values()))
    yield "every event", _fields(sorted(common))
    for name, pointers in reference.events.items():
        yield f"`{name}`", _fields(pointer for pointer in pointers if pointer not in common) or "no others"


def _document(pointers: Iterable[str]) -> str:
    """The fields; those of a nested customer or product are one entry, and so are previous items."""
    return _fields(dict.fromkeys(_REPEATED.sub("/previous_items", _NESTED.sub(r"\1/*", each)) for each in pointers))


def _fields(pointers: Iterable[str]) -> str:
    """The fields without their parents, in dot notation."""
    names = tuple(pointers)
    parents = {name.rsplit("/", 1)[0] for name in names}
    return _code(name[1:].replace("/", ".") for name in names if name not in parents)


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def main() -> None:
    for page, _old, new in pages():
        page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
