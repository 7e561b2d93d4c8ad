"""One request that a capture shows as several rows: redirects, retries, and a service worker's own request."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from harness.commands.check.har_entry import WorkerPart
from harness.commands.check.models import Request

WINDOW: Final = 64
"""The number of requests among which rows of one request are looked for."""

WINDOW_BYTES: Final = 4 * 1024 * 1024
_SOON_S: Final = 2.0
"""The longest pause between the end of a row and the row that follows its redirect."""

_RETRY_S: Final = 120.0
_OVERLAP_S: Final = 0.05
BODY_LOST: Final = (301, 302, 303)
"""Redirects after which a browser repeats a POST as GET, without the body."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A request with the parts of its row that show which other rows belong to it.

    `redirect` is the target of a redirect, or empty. `is_from_server` is true if the row names the server. `began` and `ended`
    are in seconds since the epoch; None if unknown.
    """

    request: Request
    redirect: str = ""
    worker: WorkerPart = WorkerPart.NONE
    is_from_server: bool = False
    failed: bool = False
    began: float | None = None
    ended: float | None = None


class RowMerger:
    """Delays the rows of a capture, in their order, until no later row can belong to them."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._alike: dict[Hashable, set[int]] = {}
        self._bytes = self._count = 0

    def push(self, row: Row) -> Iterator[Request]:
        """Add a row. Yield the requests that are complete."""
        for number in self._candidates(row):
            merged = _merged(self._rows[number], row)
            if merged is not None:
                self._index(number, self._rows[number], add=False)
                self._index(number, merged, add=True)
                self._rows[number] = merged
                return
        self._rows[self._count] = row
        self._index(self._count, row, add=True)
        self._count += 1
        while len(self._rows) > WINDOW or self._bytes > WINDOW_BYTES:
            yield self._oldest()

    def finish(self) -> Iterator[Request]:
        """The remaining requests."""
        while self._rows:
            yield self._oldest()

    def _candidates(self, row: Row) -> list[int]:
        """The numbers of the rows that may belong to this one, the latest first."""
        key = _key(row)
        numbers = list(self._rows) if key is None else [*self._alike.get(key, ()), *self._alike.get(None, ())]
        return sorted(numbers, reverse=True)

    def _index(self, number: int, row: Row, *, add: bool) -> None:
        """Add or remove a row's entry in the index of similar rows."""
        numbers = self._alike.setdefault(_key(row), set())
        if add:
            numbers.add(number)
            self._bytes += len(row.request.beacon.body)
            return
        numbers.discard(number)
        self._bytes -= len(row.request.beacon.body)
        if not numbers:
            del self._alike[_key(row)]

    def _oldest(self) -> Request:
        number, row = next(iter(self._rows.items()))
        self._index(number, row, add=False)
        del self._rows[number]
        return row.request


def _key(row: Row) -> Hashable:
    """Equal for rows that may be attempts at one request; None for rows that must be compared with all."""
    beacon = row.request.beacon
    return None if row.redirect or not row.request.has_body else (beacon.method, beacon.url, beacon.body)


def _merged(old: Row, new: Row) -> Row | None:
    """The one request of two rows; None if they are two requests."""
    if _follows_redirect(old, new):
        return old if _lost_its_body(old, new) else _with_body(new, old)
    if _follows_redirect(new, old) and _same_body(old, new):
        return old  # the tool wrote the row of the redirect after the row of its target
    if not (_is_same(old, new) and _same_body(old, new)):
        return None
    if _is_retry(old, new) or _is_worker_pair(old, new):
        return _with_body(new, old)
    return None


def _follows_redirect(old: Row, new: Row) -> bool:
    first, later = old.request.beacon, new.request.beacon
    if not old.redirect or old.redirect != later.url or not _is_within(old.ended, new.began, _SOON_S):
        return False
    return _same_body(old, new) if later.method == first.method else first.status in BODY_LOST and later.method == "GET"


def _lost_its_body(old: Row, new: Row) -> bool:
    return old.request.beacon.method != "GET" and new.request.beacon.method == "GET"


def _is_same(old: Row, new: Row) -> bool:
    first, later = old.request.beacon, new.request.beacon
    return first.method == later.method and first.url == later.url


def _same_body(old: Row, new: Row) -> bool:
    """Whether the bodies are equal; a body that the file omits equals any."""
    return not (old.request.has_body and new.request.has_body) or old.request.beacon.body == new.request.beacon.body


def _is_retry(old: Row, new: Row) -> bool:
    """Whether the browser, or the page, sent a failed request again."""
    is_known = old.request.has_body and new.request.has_body
    return old.failed and is_known and _is_within(old.ended, new.began, _RETRY_S)


def _is_worker_pair(old: Row, new: Row) -> bool:
    """Whether one row is the page's request and the other the request of its service worker, made meanwhile."""
    return any(_is_page_of(page, worker) for page, worker in ((old, new), (new, old)))


def _is_page_of(page: Row, worker: Row) -> bool:
    """Whether the flags of the tool, or a missing server's address, show that a worker answered `page` with `worker`."""
    if page.worker is WorkerPart.SENT or worker.worker is WorkerPart.ANSWERED:
        return False
    is_answered = page.request.beacon.status > 0 and not page.is_from_server and worker.is_from_server
    if page.worker is worker.worker and not is_answered:
        return False
    if page.began is None or worker.began is None:
        return False
    return page.began - _OVERLAP_S <= worker.began <= (page.ended or page.began) + _OVERLAP_S


def _is_within(ended: float | None, began: float | None, most: float) -> bool:
    """Whether a row began at most so long after another had ended; unknown times are accepted."""
    return ended is None or began is None or began - ended <= most


def _with_body(new: Row, old: Row) -> Row:
    """The later row, with the body of the earlier one if its own is missing."""
    if new.request.has_body or not old.request.has_body:
        return new
    known = old.request
    beacon = replace(new.request.beacon, body=known.beacon.body, declared_length=known.beacon.declared_length)
    return replace(new, request=replace(new.request, beacon=beacon, has_body=True, findings=known.findings))
