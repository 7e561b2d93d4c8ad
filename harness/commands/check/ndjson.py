"""Journals and recordings (NDJSON): split into batches of complete lines, and read as requests."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NoReturn

from harness.capture.journal import VERSION
from harness.commands.check.models import Lines, Request
from harness.errors import FileError
from harness.events import Beacon
from harness.protocol import NAMES
from harness.recording.beacon_json import JOURNAL_FORMAT, beacon_from_json
from harness.recording.ndjson import checked_beacon
from harness.recording.records import VERSION as RECORDING_VERSION

BATCH: Final = 1024 * 1024
"""The approximate size of a batch, in bytes."""

LONGEST_LINE: Final = 64 * 1024 * 1024


def header_of(line: bytes) -> dict[str, Any] | None:
    """The header of a journal or recording; None if the line is not one."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(data, dict) and (data.get("format") == JOURNAL_FORMAT or data.get("record") == "header")
    return data if is_ours else None


def check_header(header: dict[str, Any], name: str) -> str:
    """The name of the file's protocol. FileError for an unknown version or protocol."""
    known = VERSION if "format" in header else RECORDING_VERSION
    if header.get("version") != known:
        raise FileError(
            f"{name}:1: version {header.get('version')!r} is not supported; this program reads version {known}"
        )
    protocol = header.get("protocol")
    if protocol not in NAMES:
        raise FileError(f"{name}:1: unknown protocol {protocol!r}; allowed: {', '.join(NAMES)}")
    return str(protocol)


def batches(file: BinaryIO, path: Path, name: str, *, is_recording: bool, size: int = BATCH) -> Iterator[Lines]:
    """Batches of about `size` bytes, without the header line; `file` is the file at `path`, open at its start."""
    file.readline()
    start, line = file.tell(), 2
    last = b""
    while block := file.read(size):
        block += b"" if block.endswith(b"\n") else file.readline(LONGEST_LINE)
        lines = block.count(b"\n")
        last = block.rstrip(b"\n").rpartition(b"\n")[2]
        if len(last) >= LONGEST_LINE:
            raise FileError(
                f"{name}:{line + lines}: the line is longer than {LONGEST_LINE} bytes; each line is one request"
            )
        yield Lines(path=path, name=name, start=start, end=start + len(block), line=line, is_recording=is_recording)
        start, line = start + len(block), line + lines
    if is_recording:
        _check_end(last, name, line - 1)


def _check_end(last: bytes, name: str, lines: int) -> None:
    """Check the record count in a recording's last line, which excludes the header."""
    try:
        end = json.loads(last or b"null")
    except (ValueError, RecursionError):
        end = None
    if not isinstance(end, dict) or end.get("record") != "end":
        raise FileError(f"{name}:{lines}: the recording is truncated: its last line is missing; record it again")
    if end.get("records") != lines - 2:
        raise FileError(f"{name}:{lines}: the recording had {end.get('records')} records, but the file has {lines - 2}")


def requests_in(batch: Lines) -> Iterator[Request]:
    """The requests of a batch. FileError for an invalid line."""
    with batch.path.open("rb") as file:
        file.seek(batch.start)
        lines = file.read(batch.end - batch.start).split(b"\n")
    for number, line in enumerate(lines, start=batch.line):
        if not line.strip():
            continue
        beacon = _beacon(line, f"{batch.name}:{number}", is_recording=batch.is_recording)
        if beacon:
            clock = None if batch.is_recording else beacon.time
            yield Request(beacon=beacon, place=f"{batch.name}:{number}", clock_to=clock)


def _beacon(line: bytes, place: str, *, is_recording: bool) -> Beacon | None:
    """The beacon in a line; None for another record of a recording."""
    try:
        data = json.loads(line, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise FileError(f"{place}: not UTF-8: byte 0x{line[error.start]:02x}") from error
    except (ValueError, RecursionError) as error:
        raise FileError(
            f"{place}: not JSON; each line is one object. Check that the file was not truncated or edited"
        ) from error
    if not isinstance(data, dict):
        raise FileError(f"{place}: not a JSON object; each line must be one")
    if is_recording and data.get("record") != "beacon":
        if not isinstance(data.get("record"), str):
            raise FileError(f'{place}: not a line of a recording: it has no "record"')
        return None
    try:
        return checked_beacon(beacon_from_json(data), place)
    except (KeyError, TypeError, ValueError) as error:
        raise FileError(f"{place}: not a beacon: {error!r}") from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
