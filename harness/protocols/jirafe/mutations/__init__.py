"""The mutations of the Jirafe protocol."""

from typing import Final

from harness.mutation.model import ProtocolMutations
from harness.protocols.jirafe.mutations import (
    cart,
    cookies,
    documents,
    events,
    ledger,
    payload,
    schema_fields,
    transport,
    values,
)

MUTATIONS: Final = ProtocolMutations(
    of_recordings=(
        *events.MUTATIONS,
        *cart.MUTATIONS,
        *values.MUTATIONS,
        *payload.MUTATIONS,
        *cookies.MUTATIONS,
        *schema_fields.MUTATIONS,
        *documents.MUTATIONS,
        *ledger.MUTATIONS,
    ),
    of_trackers=transport.MUTANTS,
)
