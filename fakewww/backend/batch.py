"""Batches of version 2: objects with one array per document type."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

LARGEST = 10_000_000
"""Maximum size of a batch in bytes."""

Entry: TypeAlias = tuple[str, Any]
"""The type of a document, and the document."""


def encode(body: Any) -> bytes:
    """The JSON body of a request."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def batches(entries: Iterable[Entry], *, largest: int = LARGEST) -> Iterator[bytes]:
    """All entries in order, in as few bodies as possible. A body contains at least one entry."""
    batch: dict[str, list[bytes]] = {}
    size = 0
    for kind, document in entries:
        body = encode(document)
        if batch and size + _growth(batch, kind, body) > largest:
            yield _join(batch)
            batch = {}
        size = (size if batch else len(b"{}")) + _growth(batch, kind, body)
        batch.setdefault(kind, []).append(body)
    if batch:
        yield _join(batch)


def _growth(batch: Mapping[str, list[bytes]], kind: str, body: bytes) -> int:
    """The number of bytes that the entry adds to the batch."""
    if kind in batch:
        return len(b",") + len(body)
    return len(_head(kind)) + len(body) + len(b"]") + (len(b",") if batch else 0)


def _head(kind: str) -> bytes:
    return encode(kind) + b":["


def _join(batch: Mapping[str, list[bytes]]) -> bytes:
    return b"{" + b",".join(_head(kind) + b",".join(bodies) + b"]" for kind, bodies in batch.items()) + b"}"
