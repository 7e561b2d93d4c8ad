"""Suspect fields: unknown ones whose name is similar to that of an absent field, and values that can hardly be meant."""

from collections.abc import Collection, Iterator
from typing import Any

from harness.findings import Finding, Severity
from harness.protocols.jirafe.did_you_mean import misspelt
from harness.protocols.jirafe.finding_text import Path, TitledBody, json_pointer, make_finding, place_name, short_json
from harness.protocols.jirafe.schemas import Schema, branch
from harness.protocols.jirafe.wire.value_rules import value_findings


def suspect_findings(body: Any, body_schema: Schema, found: Collection[str]) -> Iterator[Finding]:
    """Findings about a wrapper or a `TitledBody`, except those whose absent field is among the places `found` before."""
    value = body.value if isinstance(body, TitledBody) else body
    for path, fields, fields_schema in objects(value, body_schema, ()):
        for known, unknown in misspelt(fields, fields_schema).items():
            if json_pointer((*path, known)) not in found:
                yield _suspect(body, path, fields, known, unknown)
        yield from (finding for finding in value_findings(body, path, fields) if finding.place not in found)


def _suspect(body: Any, path: Path, fields: dict[str, Any], known: str, unknown: str) -> Finding:
    return make_finding(
        "suspect-field",
        body,
        (*path, unknown),
        f"{short_json(unknown)} in {place_name(body, path)} is not a known field; the similar {short_json(known)} is absent",
        hint=f"Rename {short_json(unknown)} to {short_json(known)} if that is the intended field.",
        severity=Severity.WARNING,
        value=fields[unknown],
        nearest=known,
    )


def objects(value: Any, schema: Schema | None, path: Path) -> Iterator[tuple[Path, dict[str, Any], Schema]]:
    """Every object in the value whose fields the schema lists, outer objects first."""
    chosen = None if schema is None else branch(schema, value)
    if chosen is None:
        return
    if isinstance(value, dict) and "properties" in chosen:
        yield path, value, chosen
        for name, inner in chosen["properties"].items():
            if name in value:
                yield from objects(value[name], inner, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, chosen.get("items"), (*path, index))
