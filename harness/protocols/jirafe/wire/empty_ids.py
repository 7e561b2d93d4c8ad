"""Empty ids of a visit: accepted, as by the live service, but of no use (errata 39)."""

from collections.abc import Iterator
from typing import Any, Final

from harness.findings import Finding, Severity
from harness.protocols.jirafe.finding_text import Path, TitledBody, dotted_path, make_finding

_COOKIES: Final = {"visit_id": "jirafe_vid", "id": "jirafe_vid", "visitor_id": "jirafe_vis", "visitor": "jirafe_vis"}


def empty_id_findings(body: TitledBody, visit: Any, path: Path) -> Iterator[Finding]:
    """Warnings about empty ids in the `visit` at `path` of a body, which may be any JSON."""
    for name, cookie in _COOKIES.items() if isinstance(visit, dict) else ():
        if visit.get(name) == "":
            yield make_finding(
                "lenient-value",
                body,
                (*path, name),
                f"{dotted_path((*path, name))} is empty; it is accepted, but the platform cannot tell whose visit it was",
                hint=f"Read it from the cookie {cookie} of the shopper's request, and keep it with the cart.",
                severity=Severity.WARNING,
                value="",
                allowed="a non-empty string",
            )
