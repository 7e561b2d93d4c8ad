"""One document as it was sent, with the schema that is meant for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.protocols.jirafe.finding_text import Named
from harness.protocols.jirafe.schemas import Schema, schema

ORDER_STATUSES = ("placed", "accepted", "cancelled")
"""What tells the order documents of version 2 apart."""


@dataclass(frozen=True)
class Sent:
    """A decoded document, whatever JSON it is: `type` is what its address says, or its place in a batch."""

    version: int
    type: str
    value: Any

    @cached_property
    def status(self) -> str | None:
        """Which of the three order documents of version 2 it is; None for any other document."""
        if (self.version, self.type) != (2, "order") or not isinstance(self.value, dict):
            return None
        status = self.value.get("status")
        return status if isinstance(status, str) and status in ORDER_STATUSES else None

    @cached_property
    def schema_name(self) -> str:
        """The name of its schema; an order of unknown status has one that asks for the status."""
        name = self.type if self.status is None else f"{self.type}_{self.status}"
        return name if self.version == 1 else f"v{self.version}/{name}"

    @property
    def schema(self) -> Schema:
        """Its schema, without references."""
        return schema(self.schema_name)

    @cached_property
    def named(self) -> Named:
        """The document as findings speak of it."""
        title = self.type if self.status is None else f"{self.type} {self.status}"
        return Named(self.type, title, self.value)

    def items(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects in a list of the document, each with its index."""
        items = self.value.get(name) if isinstance(self.value, dict) else None
        for index, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                yield index, item
