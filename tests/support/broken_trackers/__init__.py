"""The built-in tracker with one defect each."""

from typing import Final

from support.broken_trackers import consent, content, loading, navigation, pages, sending, transport, visits
from support.broken_trackers.model import SOURCE, BrokenTracker, broken, changed, transport_mutant

ALL: Final[tuple[BrokenTracker, ...]] = (
    *loading.TRACKERS,
    *pages.TRACKERS,
    *navigation.TRACKERS,
    *sending.TRACKERS,
    *visits.TRACKERS,
    *consent.TRACKERS,
    *content.TRACKERS,
    *transport.TRACKERS,
)

WRONG_CURRENCY: Final = transport_mutant("currency-wrong")
EVERY_SECOND_PAGEVIEW_LOST: Final = transport_mutant("every-second-page-view-lost")
SILENT: Final = transport_mutant("silent")
SENT_ON_LEAVING: Final = transport_mutant("sent-on-leaving")
ORDER_SENT_TWICE: Final = broken("send(url, wrapper); return send(url, only(wrapper, 'order_success'));")

__all__ = [
    "ALL",
    "EVERY_SECOND_PAGEVIEW_LOST",
    "ORDER_SENT_TWICE",
    "SENT_ON_LEAVING",
    "SILENT",
    "SOURCE",
    "WRONG_CURRENCY",
    "BrokenTracker",
    "broken",
    "changed",
]
