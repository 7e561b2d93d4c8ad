"""The collector's endpoints for documents."""

from typing import Final

from harness.events import Beacon
from harness.protocol import Answer, Endpoint
from harness.protocols.jirafe.documents.responses import answer
from harness.protocols.jirafe.documents.routes import BATCH, V1_TYPES, match_route
from harness.protocols.jirafe.documents.tokens import Access
from harness.protocols.jirafe.wire.v1 import as_answer, refuse

LIMIT: Final = 1024 * 1024
BATCH_LIMIT: Final = 10_000_000
"""The maximum size of a document and of a batch, in bytes."""

_TYPE: Final = f"{{type:{'|'.join(V1_TYPES)}}}"
_SITE: Final = "{site:(?!tracker/)[^/]+}"


def endpoints(access: Access) -> tuple[Endpoint, ...]:
    """The endpoints (errata 23; facts, section 3). `access` contains the tokens and the sites."""

    def respond(beacon: Beacon) -> Answer:
        route = match_route(beacon.url, access.sites)
        if route is None:
            return refuse(404, "there is no endpoint at this URL")
        return as_answer(*answer(beacon, route, access))

    either, post = ("POST", "PUT"), ("POST",)
    return (
        Endpoint(path=f"/v1/{{site}}/{_TYPE}", methods=either, limit=LIMIT, answer=respond),
        Endpoint(path=f"/v1/{{org}}/{{site}}/{_TYPE}", methods=either, limit=LIMIT, answer=respond),
        Endpoint(path=f"/v2/{_SITE}/{BATCH}", methods=post, limit=BATCH_LIMIT, answer=respond),
        Endpoint(path=f"/v2/{_SITE}/{{type}}", methods=post, limit=LIMIT, answer=respond),
    )
