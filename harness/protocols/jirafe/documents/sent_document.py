"""One document as it was sent, and its schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.protocols.jirafe.finding_text import TitledBody
from harness.protocols.jirafe.schemas import Schema, schema

ORDER_STATUSES = ("placed", "accepted", "cancelled")
"""The statuses of order documents in version 2; each has a schema."""


@dataclass(frozen=True)
class SentDocument:
    """A decoded document, which may be any JSON. `type` is that of its URL, or of its list in a batch."""

    version: int
    type: str
    value: Any

    @cached_property
    def status(self) -> str | None:
        """The status of an order document of version 2, None for other documents."""
        if (self.version, self.type) != (2, "order") or not isinstance(self.value, dict):
            return None
        status = self.value.get("status")
        return status if isinstance(status, str) and status in ORDER_STATUSES else None

    @cached_property
    def schema_name(self) -> str:
        """The name of its schema. An order of unknown status has one that requires the status."""
        name = self.type if self.status is None else f"{self.type}_{self.status}"
        return name if self.version == 1 else f"v{self.version}/{name}"

    @property
    def schema(self) -> Schema:
        return schema(self.schema_name)

    @cached_property
    def titled(self) -> TitledBody:
        """The document with its title in findings."""
        title = self.type if self.status is None else f"{self.type} {self.status}"
        return TitledBody(self.type, title, self.value)

    def items(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects in a list of the document, with their indexes."""
        items = self.value.get(name) if isinstance(self.value, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield index, item
