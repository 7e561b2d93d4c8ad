"""The reader of a store's ledger over HTTP."""

from typing import Any

from aiohttp import ClientError, ClientSession

from harness.errors import ServerError
from harness.recording.ledger import check_ledger
from harness.recording.records import LedgerRead


class LedgerReader:
    """Reads the new entries of the ledger at `url`; without a URL there are none.

    An external store's ledger is checked against the schema, and its entries from before the first reading are skipped.
    """

    def __init__(self, session: ClientSession, url: str | None, *, is_external: bool = False) -> None:
        self._session = session
        self._url = url
        self._is_external = is_external
        self._skips_next = is_external
        self._has_described_store = False
        self._last = 0

    async def read(self) -> LedgerRead | None:
        """The entries since the last reading; None without news. ServerError for an unreadable or invalid ledger."""
        if self._url is None:
            return None
        ledger = await self._ledger(self._url)
        entries = [entry for entry in ledger["entries"] if entry["n"] > self._last]
        self._last = max((entry["n"] for entry in entries), default=self._last)
        if self._skips_next or (self._has_described_store and not entries):
            self._skips_next = False
            return None
        self._has_described_store = True
        return LedgerRead(store=ledger["store"], entries=tuple(entries))

    async def _ledger(self, url: str) -> dict[str, Any]:
        try:
            async with self._session.get(url, params={"since": self._last}) as response:
                response.raise_for_status()
                ledger: dict[str, Any] = await response.json(content_type=None)
            if self._is_external:
                check_ledger(ledger["store"], ledger["entries"])
        except (ClientError, TimeoutError, ValueError, TypeError, KeyError) as error:
            why = f"it has no {error}" if isinstance(error, KeyError) else error
            raise ServerError(f"{url}: the store's ledger cannot be read: {why}") from error
        return ledger
