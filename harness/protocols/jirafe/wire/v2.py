"""The tracker's endpoints of version 2: one page view or visit in a wrapper of its own (facts, section 3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Final

from harness.events import Beacon, Event, Reading
from harness.findings import Finding
from harness.protocol import Answer, Endpoint
from harness.protocols.jirafe.documents.routes import segments
from harness.protocols.jirafe.finding_text import TitledBody
from harness.protocols.jirafe.schemas import schema
from harness.protocols.jirafe.wire.decode import decode
from harness.protocols.jirafe.wire.empty_ids import empty_id_findings
from harness.protocols.jirafe.wire.fast_validate import violations
from harness.protocols.jirafe.wire.misspelt_fields import suspect_findings
from harness.protocols.jirafe.wire.payload_rules import offsets, required_by_platform, subjects
from harness.protocols.jirafe.wire.responses import by_path, failure
from harness.protocols.jirafe.wire.schema_findings import is_lenient, schema_findings
from harness.protocols.jirafe.wire.v1 import TRACKER_LIMIT, as_answer, incomplete, refuse

EVENT_TYPES: Final = ("pageview", "visit")


def match_route(url: str) -> str | None:
    """The event type that a URL is for."""
    match segments(url):
        case ["v2", "tracker", name] if name in EVENT_TYPES:
            return name
    return None


def answer(beacon: Beacon) -> Answer:
    """200, 400 `bad_json` or 400 `validation`. No token is needed. A wrong format does not refuse an event (errata 26)."""
    name = match_route(beacon.url)
    if name is None:
        return refuse(404, "there is no endpoint at this URL")
    decoded = decode(beacon.body, name=name)
    if not decoded.is_json:
        return as_answer(400, failure("bad_json", message=decoded.findings[0].message))
    sent = _Sent(name, decoded.value)
    refusing = (error for error in sent.violations() if error.validator != "format" and not is_lenient(error))
    if errors := by_path(refusing, sent.broken_rules()):
        return as_answer(400, failure("validation", errors=errors))
    return as_answer(200, {"success": True})


def read(beacon: Beacon, name: str) -> Reading:
    """The event and the findings of a request; empty for a preflight."""
    if beacon.method != "POST":
        return Reading(envelope={}, events=(), findings=())
    if beacon.truncated:
        return Reading(envelope={}, events=(), findings=(incomplete(beacon),))
    decoded = decode(beacon.body, name=name)
    if not decoded.is_json:
        return Reading(envelope={}, events=(), findings=tuple(_of_event(name, decoded.findings)))
    sent = _Sent(name, decoded.value)
    return Reading(
        envelope=decoded.value if isinstance(decoded.value, dict) else {},
        events=tuple(sent.events(beacon)),
        findings=tuple(_of_event(name, (*decoded.findings, *sent.findings()))),
    )


@dataclass(frozen=True)
class _Sent:
    """A decoded wrapper, which may be any JSON, and its event type."""

    type: str
    value: Any

    @property
    def schema_name(self) -> str:
        return f"v2/tracker_{self.type}"

    @property
    def event(self) -> dict[str, Any] | None:
        """The event with the fields of version 1: its type, and `keyword` for `term`."""
        part = self.value.get(self.type) if isinstance(self.value, dict) else None
        if not isinstance(part, dict):
            return None
        search = part.get("search")
        words = (
            {"search": {"keyword": search["term"], **search}} if isinstance(search, dict) and "term" in search else {}
        )
        return {"event_type": self.type, **({**part, **words} if self.type == "pageview" else {})}

    def violations(self) -> Iterator[Any]:
        return violations(self.schema_name, self.value)

    def events(self, beacon: Beacon) -> Iterator[Event]:
        if self.event is not None:
            yield Event(type=self.type, body=self.event, envelope=self.value, pointer=f"/{self.type}", beacon=beacon)

    def broken_rules(self) -> Iterator[Finding]:
        """The rule for a page's subject. It is written for the list of events of version 1."""
        for found in subjects({"data": [self.event]}):
            yield replace(found, place=found.place.replace("/data/0", f"/{self.type}", 1))

    def findings(self) -> Iterator[Finding]:
        body = TitledBody(self.type, self.type, self.value)
        found = list(schema_findings(self.violations(), body))
        found += chain(self.broken_rules(), self._warnings(body))
        yield from found
        yield from suspect_findings(body, schema(self.schema_name), {item.place for item in found})

    def _warnings(self, body: TitledBody) -> Iterator[Finding]:
        if not isinstance(self.value, dict):
            return
        missing = (found for found in required_by_platform(self.value) if found.place != "/page")
        violated = {f"/{name}" for name in schema(self.schema_name)["required"]}
        yield from (found for found in missing if found.place not in violated)
        yield from offsets(self.value)
        yield from empty_id_findings(body, self.value.get("visit"), ("visit",))


def _of_event(name: str, findings: tuple[Finding, ...]) -> Iterator[Finding]:
    """The findings as those about an event of this type."""
    for found in findings:
        message = found.message.replace("wrapper: ", f"{name}: ", 1)
        proof = replace(found.evidence, document=None, event=name, pointer=found.place)
        yield replace(found, message=message, evidence=proof)


ENDPOINTS: Final = (
    Endpoint(path="/v2/tracker/{type:pageview|visit}", methods=("POST",), limit=TRACKER_LIMIT, answer=answer),
)
