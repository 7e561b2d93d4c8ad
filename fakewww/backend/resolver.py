"""Resolves host names to local ports, so that requests to the production collector stay on this machine."""

import errno
import socket
from collections.abc import Mapping

from aiohttp.abc import AbstractResolver, ResolveResult

PRODUCTION = "jirafe.com"
"""The domain to which no run sends a request."""


def is_production(host: str) -> bool:
    """Whether the host belongs to the production service."""
    return f".{host.rstrip('.').lower()}".endswith(f".{PRODUCTION}")


class LoopbackResolver(AbstractResolver):
    """Resolves the (host, port) pairs of its table to loopback ports, and no others."""

    def __init__(self, table: Mapping[tuple[str, int], int]) -> None:
        self._table = table

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The loopback address. OSError for a pair that is not in the table."""
        if (host, port) not in self._table:
            raise OSError(errno.EHOSTUNREACH, f"{host}:{port} is not reachable in this run")
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
        """Do nothing: there are no resources to release."""
