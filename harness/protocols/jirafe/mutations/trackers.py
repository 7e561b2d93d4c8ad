"""Every way to break a tracker of the Jirafe protocol: edits of the built-in one, and what stands around any."""

from typing import Final

from harness.mutation.trackers.mutant import Mutant
from harness.protocols.jirafe.mutations import tracker_cookie_edits as keeping
from harness.protocols.jirafe.mutations import tracker_edits as edits
from harness.protocols.jirafe.mutations import transport as sending

MUTANTS: Final[tuple[Mutant, ...]] = (*edits.MUTANTS, *keeping.MUTANTS, *sending.MUTANTS)
