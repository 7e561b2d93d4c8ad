"""Captured traffic for tests: the beacons of a healthy journey as HAR entries of each browser and as NDJSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.commands.check.checker import Checked, CheckOptions, check_files
from harness.events import Beacon
from harness.findings import Finding
from harness.recording.beacon_json import JOURNAL_FORMAT, beacon_to_json
from support.recordings import COLLECTOR, START, beacons, iso, purchase

Json = dict[str, Any]


def wrappers() -> list[Json]:
    """The payloads of a healthy journey, from the first page to the receipt."""
    return [json.loads(beacon.body) for beacon in beacons(purchase())]


def sent() -> list[Beacon]:
    """The same as beacons, each at the time of its payload."""
    return [replace(beacon, time=seconds(json.loads(beacon.body))) for beacon in beacons(purchase())]


def seconds(wrapper: Mapping[str, Any]) -> float:
    """The timestamp of a payload, in seconds since the epoch."""
    return datetime.fromisoformat(wrapper["timestamp"]).timestamp()


def devtools(
    wrapper: Any, *, url: str = COLLECTOR, status: int = 200, error: str | None = None, **headers: str
) -> Json:
    """A beacon as Chromium's developer tools save it. A `str` is the body itself; None is no body."""
    text = wrapper if isinstance(wrapper, str) else json.dumps(wrapper)
    data = {} if wrapper is None else {"postData": {"mimeType": "text/plain;charset=UTF-8", "text": text}}
    named = {":authority": "events", ":method": "POST", "Content-Type": "text/plain;charset=UTF-8", **headers}
    time = wrapper["timestamp"] if isinstance(wrapper, dict) and "timestamp" in wrapper else iso(START)
    return {
        "_initiator": {"type": "script"},
        "_priority": "VeryLow",
        "_resourceType": "ping",
        "startedDateTime": time,
        "time": 12.25,
        "pageref": "page_1",
        "request": {
            "method": "POST",
            "url": url,
            "httpVersion": "h2",
            "headers": [{"name": name.replace("_", "-"), "value": value} for name, value in named.items()],
            "queryString": [],
            "cookies": [],
            "headersSize": -1,
            "bodySize": len(text),
            **data,
        },
        "response": {"status": status, "content": {"size": 0, "mimeType": "x-unknown"}, "_error": error},
    }


def firefox(wrapper: Any, *, url: str = COLLECTOR) -> Json:
    """A beacon as Firefox's developer tools save it: local time, the length of the body, no resource type."""
    text = json.dumps(wrapper)
    headers = {"Content-Type": "text/plain;charset=UTF-8", "Content-Length": str(len(text)), "Sec-Fetch-Dest": "empty"}
    time = datetime.fromtimestamp(seconds(wrapper), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+00:00"
    return {
        "startedDateTime": time,
        "pageref": "page_1",
        "request": {
            "bodySize": len(text),
            "method": "POST",
            "url": url,
            "httpVersion": "HTTP/1.1",
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "cookies": [],
            "queryString": [],
            "headersSize": 200,
            "postData": {"mimeType": "text/plain;charset=UTF-8", "params": [], "text": text},
        },
        "response": {
            "status": 200,
            "content": {"mimeType": "application/json; charset=utf-8", "size": 2, "text": "{}"},
        },
    }


def internal_redirect(wrapper: Any, *, url: str = COLLECTOR) -> Json:
    """The row of a beacon to the collector's http address, which the browser itself redirected to https (HSTS)."""
    entry = devtools(wrapper, url=url.replace("https:", "http:"), status=307)
    entry["response"] |= {"statusText": "Internal Redirect", "redirectURL": url}
    return entry


def fetched(url: str, *, status: int = 200, kind: str = "text/html", **more: Any) -> Json:
    """Another request of a browser: for HTML a navigation, unless `headers` are given."""
    navigation = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"} if kind == "text/html" else {}
    headers = more.pop("headers", navigation)
    return {
        "startedDateTime": iso(START),
        "request": {"method": "GET", "url": url, "headers": [{"name": n, "value": v} for n, v in headers.items()]},
        "response": {"status": status, "content": {"mimeType": kind}},
        **more,
    }


def har(entries: Iterable[Json]) -> str:
    return json.dumps({"log": {"version": "1.2", "creator": {"name": "test"}, "pages": [], "entries": list(entries)}})


def ndjson(captured: Sequence[Beacon]) -> str:
    """A journal as `/harness/journal.ndjson` returns it."""
    lines = [{"format": JOURNAL_FORMAT, "version": 1, "protocol": "jirafe"}, *map(beacon_to_json, captured)]
    return "".join(json.dumps(line) + "\n" for line in lines)


def checked(folder: Path, content: str | bytes, *, name: str = "shop.har", **options: Any) -> Checked:
    """Write the content to a file and check it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return check_files([path], CheckOptions(**options))


def findings(folder: Path, content: str | bytes, *, name: str = "shop.har", **options: Any) -> list[Finding]:
    """The findings of a readable file."""
    done = checked(folder, content, name=name, **options)
    assert done.errors == ()
    return list(done.result.scenarios[0].findings)


def codes(folder: Path, content: str | bytes, *, name: str = "shop.har", **options: Any) -> list[str]:
    return [finding.code for finding in findings(folder, content, name=name, **options)]
