"""The command `harness schema`: the JSON Schema of scenario files, and the names that scenarios may use."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from harness import reports
from harness.commands import options as shared
from harness.events import document_name
from harness.protocol import TrackerProtocol
from harness.protocol import get as get_protocol
from harness.runner.builtin_store import CategoryNames, catalogue_names
from harness.scenario.json_schema import scenario_schema
from harness.scenario.target import Target, built_in, read_target


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Names that scenarios may use.

    `events` and `documents` map each type to the JSON pointers of its fields; `/$wrapper` is the payload around the events.
    `categories` are those of the built-in store. `words` map names in the shipped scenarios to names in another store.
    """

    events: Mapping[str, tuple[str, ...]]
    documents: Mapping[str, tuple[str, ...]]
    categories: tuple[CategoryNames, ...]
    words: Mapping[str, str]


def reference_of(target: Target, protocol: TrackerProtocol) -> Reference:
    """The names for scenarios on this target."""
    documents = {document_name(each) for each in protocol.document_types}
    fields = {name: tuple(sorted(protocol.known_fields(name))) for name in protocol.names}
    return Reference(
        events={name: pointers for name, pointers in fields.items() if name not in documents},
        documents={name: pointers for name, pointers in fields.items() if name in documents},
        categories=catalogue_names() if target.is_built_in else (),
        words=target.external.words,
    )


def schema(
    target_file: shared.TargetFile = None,
    names: Annotated[
        bool,
        typer.Option("--list", help="List event types, document types, their fields, and product and category names."),
    ] = False,
    debug: shared.Debug = False,
) -> None:
    """Print the JSON Schema of scenario files, or list the names that scenarios can use.

    With the schema, an editor completes and checks scenario files.

    [dim]harness schema > scenario.schema.json[/]
    [dim]harness schema --list[/]
    [dim]harness schema --target shop.yaml --list[/]
    """
    target, protocol = read_target(target_file) if target_file else built_in(), get_protocol()
    if names:
        reports.print_utf8("\n".join(_as_text(reference_of(target, protocol), target.name)) + "\n")
    else:
        reports.print_utf8(json.dumps(scenario_schema(target, protocol), indent=2, ensure_ascii=False) + "\n")


def _as_text(reference: Reference, store: str) -> Iterator[str]:
    common = set.intersection(*map(set, reference.events.values()))
    yield "EVENTS"
    yield from _section("fields of every event", sorted(common))
    for name, pointers in reference.events.items():
        yield from _section(name, [pointer for pointer in pointers if pointer not in common])
    yield "DOCUMENTS OF A BACK END"
    for name, pointers in reference.documents.items():
        yield from _section(name, pointers)
    if reference.categories:
        yield f"CATEGORIES AND PRODUCTS OF {store}"
    for category in reference.categories:
        yield from _section(category.name, category.products)
    if reference.words:
        yield from _section(
            f"NAMES IN SCENARIOS AND IN {store}", [f"{word}: {name}" for word, name in reference.words.items()]
        )


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    yield from (title, *(f"  {line}" for line in lines), "")
