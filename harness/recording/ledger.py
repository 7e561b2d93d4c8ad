"""Validation of a store's ledger against its schema."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jsonschema import Draft202012Validator, ValidationError


def check_ledger(store: Any, entries: Any) -> None:
    """Check the store's description and the ledger's entries. ValueError with the first violation as a sentence."""
    ledger = {"version": 1, "store": store, "entries": list(entries) if isinstance(entries, tuple) else entries}
    error = min(_validator().iter_errors(ledger), key=lambda error: len(error.absolute_path), default=None)
    if error is not None:
        raise ValueError(_describe(error))


@cache
def _validator() -> Draft202012Validator:
    schema = resources.files("fakewww") / "ledger.schema.json"
    return Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))


def _describe(error: ValidationError) -> str:
    """`the ledger's entry 3: page has no "url"`; entries count from 1 within one reading."""
    part, *path = error.absolute_path
    if part == "entries" and path:
        part = f"entry {int(path.pop(0)) + 1}"
    place = f"the ledger's {part}" + (f": {'.'.join(map(str, path))}" if path else "")
    if error.validator == "required" and isinstance(error.instance, Mapping):
        required: Any = error.validator_value
        lacking = next(field for field in required if field not in error.instance)
        return f'{place} has no "{lacking}"'
    value = json.dumps(error.instance, ensure_ascii=False)
    return f"{place} cannot be {value if len(value) <= 80 else value[:79] + '…'}"
