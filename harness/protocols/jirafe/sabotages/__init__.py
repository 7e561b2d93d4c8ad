"""Every way to break a recording of the Jirafe protocol that knows what its fields mean."""

from typing import Final

from harness.protocols.jirafe.sabotages import around, books, cart, documents, events, fields, keeping, values
from harness.sabotage.copies import Sabotage

SABOTAGES: Final[tuple[Sabotage, ...]] = (
    *events.SABOTAGES,
    *cart.SABOTAGES,
    *values.SABOTAGES,
    *around.SABOTAGES,
    *keeping.SABOTAGES,
    *fields.SABOTAGES,
    *documents.SABOTAGES,
    *books.SABOTAGES,
)
