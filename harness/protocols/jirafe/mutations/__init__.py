"""Every way to break a recording of the Jirafe protocol that knows what its fields mean."""

from typing import Final

from harness.mutation.recordings.mutant import Mutation
from harness.protocols.jirafe.mutations import cart, documents, events, values
from harness.protocols.jirafe.mutations import cookies as keeping
from harness.protocols.jirafe.mutations import ledger as books
from harness.protocols.jirafe.mutations import payload as around
from harness.protocols.jirafe.mutations import schema_fields as fields

MUTATIONS: Final[tuple[Mutation, ...]] = (
    *events.MUTATIONS,
    *cart.MUTATIONS,
    *values.MUTATIONS,
    *around.MUTATIONS,
    *keeping.MUTATIONS,
    *fields.MUTATIONS,
    *documents.MUTATIONS,
    *books.MUTATIONS,
)
