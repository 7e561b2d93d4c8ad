"""The Jirafe protocol: everything that the harness needs from this package."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from importlib import resources
from typing import Final

from harness.events import Beacon, Reading
from harness.protocol import Endpoint, TrackerProtocol
from harness.protocols.jirafe.documents.decode import read as read_documents
from harness.protocols.jirafe.documents.endpoints import endpoints as document_endpoints
from harness.protocols.jirafe.documents.routes import TYPES, match_route
from harness.protocols.jirafe.documents.tokens import OPEN, Access
from harness.protocols.jirafe.pages.snippet import DOMAIN, OBSOLETE_SCRIPT, is_script
from harness.protocols.jirafe.rules.cross_beacon import claims, contradiction, page_view_urls
from harness.protocols.jirafe.rules.identities import identities, stream
from harness.protocols.jirafe.schemas import EVENT_TYPES
from harness.protocols.jirafe.vocabulary import known_fields, pattern_schemas
from harness.protocols.jirafe.wire import pixel
from harness.protocols.jirafe.wire import v2 as tracker_v2
from harness.protocols.jirafe.wire.v1 import ENDPOINTS, refuse
from harness.protocols.jirafe.wire.v1 import read as read_wrapper


def with_tokens(tokens: Iterable[tuple[str, str]]) -> TrackerProtocol:
    """The protocol with these pairs of a site and a token that may write to it."""
    access = Access(tokens)
    return replace(PROTOCOL, endpoints=_endpoints(access), read=partial(_read, access=access))


def _endpoints(access: Access) -> tuple[Endpoint, ...]:
    return (*ENDPOINTS, *pixel.ENDPOINTS, *tracker_v2.ENDPOINTS, *document_endpoints(access))


def _read(beacon: Beacon, *, access: Access = OPEN) -> Reading:
    if document_route := match_route(beacon.url, access.sites):
        return read_documents(beacon, document_route, access)
    if event_route := tracker_v2.match_route(beacon.url):
        return tracker_v2.read(beacon, event_route)
    if pixel_route := pixel.match_route(beacon.url):
        return pixel.read(beacon, pixel_route)
    return read_wrapper(beacon)


PROTOCOL: Final = TrackerProtocol(
    name="jirafe",
    endpoints=_endpoints(OPEN),
    refuse=refuse,
    read=_read,
    with_tokens=with_tokens,
    event_types=tuple(EVENT_TYPES),
    known_fields=known_fields,
    pattern_schemas=pattern_schemas,
    script_host="beacon.jirafe.com",
    script_path="/jirafe_api.js",
    collector_hosts=("events.jirafe.com", "event.jirafe.com"),
    order_events=("order_success",),
    document_types=TYPES,
    document_host="event.jirafe.com",
    is_of_back_end=lambda beacon: match_route(beacon.url) is not None,
    claims=claims,
    contradiction=contradiction,
    page_view_urls=page_view_urls,
    stream=stream,
    identities=identities,
    domain=DOMAIN,
    page_function="jirafe_deferred",
    trap=(resources.files(__package__) / "pages" / "call_recorder.js").read_text(encoding="utf-8"),
    stand_in=(resources.files(__package__) / "pages" / "stand_in.js").read_text(encoding="utf-8"),
    is_script=is_script,
    obsolete_script=OBSOLETE_SCRIPT,
    cookie_prefix="jirafe_",
)
