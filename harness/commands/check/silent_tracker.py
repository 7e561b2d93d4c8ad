"""Findings about a HAR without beacons, and about loads of the tracker's script."""

from collections.abc import Iterator
from typing import Final

from harness.commands.check.har import CaptureSummary
from harness.findings import Evidence, Finding
from harness.protocol import TrackerProtocol

_MAX_HOSTS: Final = 10


def silence(capture: CaptureSummary, protocol: TrackerProtocol) -> Finding:
    """The finding for a HAR without beacons: the contacted hosts, and the state of the tracker's script."""
    hosts = capture.hosts.most_common()
    named = ", ".join(f"{host} ({count})" for host, count in hosts[:_MAX_HOSTS])
    rest = f" and {len(hosts) - _MAX_HOSTS} more" if len(hosts) > _MAX_HOSTS else ""
    plural = "" if capture.entries == 1 else "s"
    return Finding(
        code="tracker-silent",
        message=f"this file has {capture.entries} request{plural} and no beacon; contacted hosts: {named or 'no host'}{rest}",
        hint=f"{_likely_cause(capture, protocol)} If your collector is not {protocol.collector_hosts[0]}, "
        "run harness check again with --collector HOST.",
        evidence=Evidence(
            event=None, pointer="", value=[host for host, _count in hosts], allowed=list(protocol.collector_hosts)
        ),
    )


def _likely_cause(capture: CaptureSummary, protocol: TrackerProtocol) -> str:
    obsolete = protocol.obsolete_script
    if not capture.scripts and obsolete and obsolete.partition("/")[0] in capture.hosts:
        return f"Replace the obsolete snippet, which loads {obsolete}, by the current one."
    if not capture.scripts:
        return f"Check that the pages have the snippet: no page requested the tracker's script from {protocol.script_host}."
    if not any(status in (200, 304) for _url, status, _failure in capture.scripts):
        return "Check the request of the tracker's script: it did not load."
    return "Check that the page calls the tracker: its script loaded but sent nothing."


def wrong_scripts(capture: CaptureSummary) -> Iterator[Finding]:
    """A finding for each failed request to the script's host."""
    for url, status, failure in capture.scripts:
        if failure or status >= 400:
            yield Finding(
                code="bad-request",
                message=f"{url.partition('?')[0]} of the tracker's host failed: {failure or f'status {status}'}",
                hint="Load the tracker from its published address, and check that nothing blocks it.",
                evidence=Evidence(event=None, pointer="", value=url[:500]),
            )
