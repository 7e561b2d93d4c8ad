"""Unknown fields that look like a known one that is absent."""

from collections.abc import Iterator
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import misspelt
from harness.protocols.jirafe.finding_text import Named, Path, field, pointer, report, shown
from harness.protocols.jirafe.schemas import Schema, branch, schema


def suspects(wrapper: Any, meant: Schema | None = None) -> Iterator[tuple[str, Finding]]:
    """Each with the JSON pointer of the absent field, so that a finding about that one can stand for both.

    `meant` is the schema of a document (`wording.Named`), by default the wrapper's.
    """
    value = wrapper.value if isinstance(wrapper, Named) else wrapper
    for path, body, within in objects(value, meant or schema("wrapper"), ()):
        for known, unknown in misspelt(body, within).items():
            yield pointer((*path, known)), _suspect(wrapper, path, body, known, unknown)


def _suspect(wrapper: Any, path: Path, body: dict[str, Any], known: str, unknown: str) -> Finding:
    return report(
        "suspect-field",
        wrapper,
        (*path, unknown),
        f"{shown(unknown)} in {field(wrapper, path)} is not a known field; {shown(known)} is, and is absent",
        hint=f"if {shown(known)} is meant, rename {shown(unknown)} to {shown(known)}",
        severity=Severity.WARNING,
        value=body[unknown],
        nearest=known,
    )


def objects(value: Any, within: Schema | None, path: Path) -> Iterator[tuple[Path, dict[str, Any], Schema]]:
    """Every object in the value whose fields the schema names, the outermost first."""
    meant = None if within is None else branch(within, value)
    if meant is None:
        return
    if isinstance(value, dict) and "properties" in meant:
        yield path, value, meant
        for name, inner in meant["properties"].items():
            if name in value:
                yield from objects(value[name], inner, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, meant.get("items"), (*path, index))
