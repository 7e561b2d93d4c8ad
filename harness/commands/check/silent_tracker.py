"""What a HAR says of the tracker besides its beacons: hosts that were asked where there is no beacon, and the script's fate."""

from collections.abc import Iterator
from typing import Final

from harness.commands.check.har import Emulation
from harness.findings import Evidence, Finding
from harness.protocol import TrackerProtocol

_NAMED: Final = 10


def silence(seen: Emulation, protocol: TrackerProtocol) -> Finding:
    """The finding where a HAR has no beacon: which hosts it did see, and whether the script was among them."""
    hosts = seen.hosts.most_common()
    named = ", ".join(f"{host} ({count})" for host, count in hosts[:_NAMED])
    rest = f" and {len(hosts) - _NAMED} more" if len(hosts) > _NAMED else ""
    plural = "" if seen.entries == 1 else "s"
    return Finding(
        code="tracker-silent",
        message=f"there is no beacon among the {seen.entries} request{plural} in this file, which went to {named or 'no host'}{rest}",
        hint=f"{_guess(seen, protocol)}; if your collector has another name, say it with --collector HOST",
        evidence=Evidence(
            event=None, pointer="", value=[host for host, _count in hosts], allowed=list(protocol.collector_hosts)
        ),
    )


def _guess(seen: Emulation, protocol: TrackerProtocol) -> str:
    if not seen.scripts:
        return f"no page asked {protocol.script_host} for the tracker's script: is the snippet on the pages?"
    if not any(status in (200, 304) for _url, status, _failure in seen.scripts):
        return "the tracker's script was asked for and did not load"
    return "the tracker's script was loaded, and sent nothing: does the page call it?"


def wrong_scripts(seen: Emulation) -> Iterator[Finding]:
    """A finding for each time that the script's host did not give what it was asked for."""
    for url, status, failure in seen.scripts:
        if failure or status >= 400:
            yield Finding(
                code="bad-request",
                message=f"the tracker's host gave no {url.partition('?')[0]}: {failure or f'it answered {status}'}",
                hint="load the tracker from its published address, and let nothing block it",
                evidence=Evidence(event=None, pointer="", value=url[:500]),
            )
