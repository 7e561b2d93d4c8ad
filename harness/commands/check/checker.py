"""Check files one after the other, each on all cores, and combine their results."""

import json
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from harness.commands.check.aggregation import Tally
from harness.commands.check.batch import check_batch, endpoint_of, located
from harness.commands.check.capture_lines import requests_in_lines, urls_in
from harness.commands.check.cross_request_rules import CrossRequestRules
from harness.commands.check.file_types import Kind, Source, opened
from harness.commands.check.har import CaptureReader, CaptureSummary, Placed, har_entries
from harness.commands.check.models import Batch, Page, Request, Requests
from harness.commands.check.ndjson import batches, check_header, header_of
from harness.commands.check.process_pool import cores, in_order
from harness.commands.check.silent_tracker import silence, wrong_scripts
from harness.errors import FileError, HarnessError, UsageError
from harness.events import Beacon
from harness.judge.result_builder import verdict
from harness.protocol import Endpoint, TrackerProtocol
from harness.protocol import get as get_protocol
from harness.results import RunResult, ScenarioResult

_CAPTURES: Final = (Kind.HAR, Kind.REQUESTS, Kind.URLS)
"""Files of all requests of a browser or proxy, among them those of other programs."""

_LARGEST_BODY: Final = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class CheckOptions:
    """`collectors` are hosts besides the protocol's own, `url` is the address of single bodies.

    `batch` is the size of a batch, in bytes of NDJSON or requests of a HAR; None for the default.
    """

    strict: bool = False
    collectors: tuple[str, ...] = ()
    url: str | None = None
    workers: int | None = None
    batch: int | None = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The result, and an error for each file that could not be checked."""

    result: RunResult
    errors: tuple[HarnessError, ...]


def _nothing(_name: str, _read: int, _size: int) -> None:
    pass


def check_files(
    paths: Sequence[Path], options: CheckOptions | None = None, *, on_read: Callable[[str, int, int], None] = _nothing
) -> Checked:
    """Check each file as one of the result's scenarios. `on_read(name, bytes, size)` reports the progress.

    A file that cannot be read to its end gets the verdict "not-run"; the others are still checked.
    """
    began = time.monotonic()
    results, errors = [], []
    for path in paths:
        try:
            results.append(_check(path, options or CheckOptions(), on_read))
        except FileError as error:
            errors.append(error)
            results.append(_not_run(str(path), str(error).removeprefix(f"{path}:").strip()))
    seconds = round(time.monotonic() - began, 3)
    return Checked(
        result=RunResult(seed=0, command="", duration_s=seconds, scenarios=tuple(results), unit="file"),
        errors=tuple(errors),
    )


def _check(path: Path, options: CheckOptions, on_read: Callable[[str, int, int], None]) -> ScenarioResult:
    began = time.monotonic()
    with opened(path) as (source, file):
        protocol = get_protocol(_protocol_name(source, file))
        checking = _Checking(source, protocol, options)
        checking.run(file, on_read)
        tally, name = checking.tally, source.name
    if not tally.counts.beacons and source.kind not in _CAPTURES:
        raise FileError(f"{name}: it contains no beacon; nothing was checked")
    if tally.counts.beacons and tally.counts.unread == tally.counts.beacons:
        hint = "record with Playwright's record_har_path, or check the journal of 'harness serve'"
        raise FileError(f"{name}: none of its {tally.counts.beacons} beacons has a body; {hint}")
    findings = tally.findings()
    return ScenarioResult(
        name=name,
        file=name,
        tags=(),
        verdict=verdict(findings, strict=options.strict),
        duration_s=round(time.monotonic() - began, 3),
        events=tally.counts.events,
        documents=tally.counts.documents,
        findings=findings,
    )


def _not_run(name: str, reason: str) -> ScenarioResult:
    return ScenarioResult(name=name, file=name, tags=(), verdict="not-run", reason=reason)


def _protocol_name(source: Source, file: BinaryIO) -> str:
    if source.kind not in (Kind.JOURNAL, Kind.RECORDING):
        return get_protocol().name
    name = check_header(header_of(file.readline()) or {}, source.name)
    file.seek(source.start)
    return name


class _Checking:
    def __init__(self, source: Source, protocol: TrackerProtocol, options: CheckOptions) -> None:
        self.tally = Tally()
        self._source, self._protocol, self._options = source, protocol, options
        self._cross_request = CrossRequestRules(
            protocol, lambda finding, place, number: self.tally.add(located(finding, place, number))
        )
        self._capture: CaptureSummary | None = None

    def run(self, file: BinaryIO, on_read: Callable[[str, int, int], None]) -> None:
        work = partial(check_batch, protocol_name=self._protocol.name)
        read = 0
        for result in in_order(work, self._batches(file), workers=self._options.workers or cores()):
            self.tally.merge(result.tally)
            for trace in result.traces:
                self._add_pages(before=trace.number)
                self._cross_request.add_request(trace)
            read = result.size if self._capture else read + result.size
            on_read(self._source.name, read, self._source.size)
        self._add_pages(before=None)
        self._cross_request.finish()
        if self._capture:
            self._check_capture(self._capture)

    def _batches(self, file: BinaryIO) -> Iterator[Batch]:
        source, sizes = self._source, {"size": self._options.batch} if self._options.batch else {}
        if source.kind in _CAPTURES:
            folder, collectors = source.path.parent, self._options.collectors
            entries = self._entries(file)
            reader = CaptureReader(entries, file, protocol=self._protocol, folder=folder, collectors=collectors)
            self._capture = reader.summary
            yield from reader.batches(**sizes)
        elif source.kind is Kind.BODY:
            yield Requests(requests=(_body(source, file, self._protocol, self._options.url),), read=source.size)
        else:
            is_recording = source.kind is Kind.RECORDING
            yield from batches(file, source.path, source.name, is_recording=is_recording, **sizes)

    def _entries(self, file: BinaryIO) -> Iterator[Placed]:
        name, protocol = self._source.name, self._protocol
        if self._source.kind is Kind.HAR:
            return har_entries(file, name)
        if self._source.kind is Kind.URLS:
            return urls_in(file, name)
        address, _endpoint = _address_of_bodies(protocol, self._options.url)
        is_body = partial(_is_body, protocol=protocol, address=address)
        return requests_in_lines(file, name, address=address, is_body=is_body)

    def _add_pages(self, *, before: int | None) -> None:
        """Add the documents with numbers less than `before`, all for None. The reader is ahead of the results."""
        pages = self._capture.pages if self._capture else deque[Page]()
        while pages and (before is None or pages[0].number < before):
            self._cross_request.add_page(pages.popleft())

    def _check_capture(self, capture: CaptureSummary) -> None:
        name = self._source.name
        if not capture.entries:
            hint = "record again with the browser's tools open"
            raise FileError(f"{name}: it contains no request in log.entries; {hint}")
        for finding in wrong_scripts(capture):
            self.tally.add(located(finding, name, 0))
        if not self.tally.counts.beacons:
            self.tally.add(located(silence(capture, self._protocol), name, 0))


def _body(source: Source, file: BinaryIO, protocol: TrackerProtocol, url: str | None) -> Request:
    """A single body as a request that the collector accepted."""
    if source.size > _LARGEST_BODY:
        hint = "if it is a HAR, name it .har"
        raise FileError(f"{source.name}: {source.size} bytes are too many for a single body; {hint}")
    body = file.read()
    _check_json(body, source.name)
    address, endpoint = _address_of_bodies(protocol, url)
    too_large = len(body) > endpoint.limit
    beacon = Beacon(
        number=1,
        time=0.0,
        method=endpoint.methods[0],
        url=address,
        headers=(),
        body=body[: endpoint.limit],
        status=413 if too_large else 200,
        declared_length=len(body),
        truncated=too_large,
    )
    return Request(beacon=beacon, place=source.name)


def _address_of_bodies(protocol: TrackerProtocol, url: str | None) -> tuple[str, Endpoint]:
    """The address to which single bodies were sent, with its endpoint. UsageError if it accepts no body."""
    address = url or f"https://{protocol.collector_hosts[0]}{protocol.endpoints[0].path}"
    endpoint = endpoint_of(address, protocol)
    if endpoint is None or "GET" in endpoint.methods:
        paths = (item.path for item in protocol.endpoints if "GET" not in item.methods)
        raise UsageError(f"--url {url}: this address accepts no body; use one of {', '.join(paths)}")
    return address, endpoint


def _is_body(text: str, *, protocol: TrackerProtocol, address: str) -> bool:
    """Whether the protocol finds an event or a document in the body."""
    beacon = Beacon(number=1, time=0.0, method="POST", url=address, headers=(), body=text.encode(), status=200)
    reading = protocol.read(beacon)
    return bool(reading.events or reading.documents)


def _check_json(body: bytes, name: str) -> None:
    try:
        json.loads(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise FileError(f"{name}:{line}: not UTF-8: byte 0x{body[error.start]:02x}; save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise FileError(
            f"{name}:{error.lineno}:{error.colno}: not JSON: {error.msg}; one JSON body is allowed"
        ) from error
    except RecursionError:
        return  # the protocol reports nesting itself
