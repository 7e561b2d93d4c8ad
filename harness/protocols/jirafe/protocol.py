"""The Jirafe protocol as the harness sees it."""

from typing import Final

from harness.protocols import TrackerProtocol
from harness.protocols.jirafe.consistency import check
from harness.protocols.jirafe.endpoints import ENDPOINTS, read, refuse
from harness.protocols.jirafe.implied import implied
from harness.protocols.jirafe.patterns import known_fields, pattern_schemas
from harness.protocols.jirafe.schemas import EVENT_TYPES

PROTOCOL: Final = TrackerProtocol(
    name="jirafe",
    endpoints=ENDPOINTS,
    refuse=refuse,
    read=read,
    event_types=tuple(EVENT_TYPES),
    known_fields=known_fields,
    pattern_schemas=pattern_schemas,
    script_host="beacon.jirafe.com",
    script_path="/jirafe_api.js",
    collector_hosts=("events.jirafe.com", "event.jirafe.com"),
    implied=implied,
    check=check,
)
