"""Batches of version 2: objects of arrays, one array per document type."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

LARGEST = 10_000_000
"""Bytes in a batch, at most."""

Entry: TypeAlias = tuple[str, Any]
"""A document after its type."""


def encode(body: Any) -> bytes:
    """A body as it goes out."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def batches(entries: Iterable[Entry], *, largest: int = LARGEST) -> Iterator[bytes]:
    """All entries in their order, in as few bodies as hold them; a body has room for at least one."""
    held: dict[str, list[bytes]] = {}
    size = 0
    for kind, document in entries:
        body = encode(document)
        if held and size + _growth(held, kind, body) > largest:
            yield _join(held)
            held = {}
        size = (size if held else len(b"{}")) + _growth(held, kind, body)
        held.setdefault(kind, []).append(body)
    if held:
        yield _join(held)


def _growth(held: Mapping[str, list[bytes]], kind: str, body: bytes) -> int:
    """How many bytes longer a batch becomes with this in it."""
    if kind in held:
        return len(b",") + len(body)
    return len(_head(kind)) + len(body) + len(b"]") + (len(b",") if held else 0)


def _head(kind: str) -> bytes:
    return encode(kind) + b":["


def _join(held: Mapping[str, list[bytes]]) -> bytes:
    return b"{" + b",".join(_head(kind) + b",".join(bodies) + b"]" for kind, bodies in held.items()) + b"}"
