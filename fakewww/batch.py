"""Batches of version 2: objects of arrays, one array per document type."""

import json
from collections.abc import Iterable, Iterator
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
    size = len(b"{}")
    for kind, document in entries:
        body = encode(document)
        more = len(body) + 1 + (0 if kind in held else len(_head(kind)) + len(b"],"))
        if held and size + more > largest:
            yield _join(held)
            held, size = {}, len(b"{}")
            more = len(body) + 1 + len(_head(kind)) + len(b"],")
        held.setdefault(kind, []).append(body)
        size += more
    if held:
        yield _join(held)


def _head(kind: str) -> bytes:
    return encode(kind) + b":["


def _join(held: dict[str, list[bytes]]) -> bytes:
    return b"{" + b",".join(_head(kind) + b",".join(bodies) + b"]" for kind, bodies in held.items()) + b"}"
