"""Every way to break a tracker of the Jirafe protocol: edits of the built-in one, and what stands around any."""

from typing import Final

from harness.mutate.mutants import Mutant
from harness.protocols.jirafe.mutants import edits, keeping, sending

MUTANTS: Final[tuple[Mutant, ...]] = (*edits.MUTANTS, *keeping.MUTANTS, *sending.MUTANTS)
