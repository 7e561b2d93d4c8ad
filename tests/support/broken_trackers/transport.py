"""Broken trackers: the tracker mutants of `harness mutate`, each with a scenario that detects it."""

from typing import Final

from harness.mutation.model import protocol_mutations
from support.broken_trackers.model import SOURCE, BrokenTracker

_SCENARIOS: Final = {
    "every-second-page-view-lost": "visits/levels",
    "page-views-doubled": "visits/levels",
    "order-again-on-reload": "checkout/receipt-again",
    "order-again-later": "hostile/no-storage",
    "checkout-doubled": "hostile/no-storage",
    "cart-events-lost": "visits/campaign",
    "one-page-late": "visits/levels",
    "late-by-a-minute": "visits/levels",
    "sent-on-leaving": "hostile/leaving",
    "silent": "visits/levels",
    "cut-off": "visits/levels",
    "sent-as-a-form": "visits/levels",
    "order-reversed": "hostile/offline",
    "quantity-stuck": "smoke/change-the-cart",
    "qty": "visits/campaign",
    "currency-missing": "visits/campaign",
    "currency-wrong": "visits/campaign",
    "total-of-one": "shopping/add-twice",
    "decimal-comma": "visits/campaign",
    "zeros-lost": "hostile/no-storage",
    "site-a-number": "visits/levels",
    "customer-a-number": "hostile/script-blocked",
    "ids-swapped": "visits/levels",
    "clock-local": "visits/levels",
    "clock-off": "visits/levels",
    "categories-other": "visits/levels",
    "product-stale": "smoke/look-around",
    "attribution-lost": "visits/levels",
    "title-stale": "visits/levels",
    "letters-lost": "hostile/unicode",
}
_CONDITIONS: Final = {"sent-on-leaving": 1, "order-again-on-reload": 10, "letters-lost": 21}

TRACKERS: Final = tuple(
    BrokenTracker(
        name=mutant.name,
        defect=mutant.description,
        scenario=_SCENARIOS[mutant.name],
        expected=mutant.expected,
        source=mutant.script(SOURCE.encode()).decode(),
        condition=_CONDITIONS.get(mutant.name, 0),
        healthy_twin=mutant.name != "sent-on-leaving",
    )
    for mutant in protocol_mutations("jirafe").of_trackers
)
