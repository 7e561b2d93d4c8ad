"""Leads host names to ports of this machine, so that a request for the production collector stays here, Host header and all."""

import errno
import socket
from collections.abc import Mapping

from aiohttp.abc import AbstractResolver, ResolveResult

PRODUCTION = "jirafe.com"
"""The domain that no run ever lets a request reach."""


def is_production(host: str) -> bool:
    """Whether that is a host of the production service."""
    return f".{host.rstrip('.').lower()}".endswith(f".{PRODUCTION}")


class LoopbackResolver(AbstractResolver):
    """Knows the (host, port) pairs of its table, each with a loopback port, and no others."""

    def __init__(self, table: Mapping[tuple[str, int], int]) -> None:
        self._table = table

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The one loopback address; raises OSError for a host that is not in the table."""
        if (host, port) not in self._table:
            raise OSError(errno.EHOSTUNREACH, f"{host}:{port} leads nowhere in this run")
        return [
            ResolveResult(
                hostname=host,
                host="127.0.0.1",
                port=self._table[host, port],
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Nothing to give back."""
