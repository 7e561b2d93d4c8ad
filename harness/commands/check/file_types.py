"""Recognise the type of a file by its content; a file of another type is a one-line error."""

import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Final

from harness.commands.check.capture_lines import URL_LINE
from harness.commands.check.ndjson import header_of
from harness.errors import FileError

STDIN: Final = "-"
_HEAD: Final = 1024 * 1024
_HAR: Final = re.compile(rb'\s*\{\s*"log"\s*:')
_READS: Final = (
    "a HAR (.har), a journal, recording or requests (.ndjson), a list of URLs (.txt), "
    "or one JSON body (.json, or - for standard input)"
)
_FLOWS: Final = re.compile(rb"\d{1,9}:(?:\d{1,9}:|[0-9A-Za-z]{1,20};)")
"""The start of a file of mitmproxy flows: a length, a colon, and the first key."""

_FLOWS_HINT: Final = "flows of mitmproxy; save them as a HAR with: mitmdump -nr {} --set hardump=flows.har"
_BOM: Final = b"\xef\xbb\xbf"
_MAGIC: Final = (
    (b"\x1f\x8b", "compressed with gzip; unpack it first, for example with: gunzip {}"),
    (b"PK\x03\x04", "a zip archive; unpack it and check the HAR in it, or export the session as a HAR"),
    (b'<?xml version="1.1"?>\n<!DOCTYPE items', "items of Burp Suite; export them as a HAR"),
    (b"<items burpVersion", "items of Burp Suite; export them as a HAR"),
    (b"SQLite format 3\0", "an SQLite file; export it with 'harness serve --journal {}' from /harness/journal.ndjson"),
    (b"\xff\xfe", "not UTF-8, but UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "not UTF-8, but UTF-16; save it as UTF-8"),
    (b"\x89PNG", "an image; allowed: {reads}"),
    (b"<", "HTML or XML, not JSON; allowed: {reads}"),
)


class Kind(Enum):
    HAR = "har"
    JOURNAL = "journal"
    RECORDING = "recording"
    REQUESTS = "requests"
    URLS = "urls"
    BODY = "body"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file to check: `name` is its name in messages, `start` the number of bytes before its content."""

    path: Path
    name: str
    kind: Kind
    size: int
    start: int = 0


@contextmanager
def opened(path: Path) -> Iterator[tuple[Source, BinaryIO]]:
    """Open a file and recognise its type. Standard input and pipes are copied to disk first. FileError if it cannot be checked."""
    name = "standard input" if str(path) == STDIN else str(path)
    with tempfile.TemporaryDirectory() as folder:
        try:
            real = _seekable(path, Path(folder))
            with real.open("rb") as file:
                source = _source(file, real, name, path.suffix.lower())
                file.seek(source.start)
                yield source, file
        except OSError as error:
            raise FileError(f"{name}: {_reason(error, path)}") from error


def _seekable(path: Path, folder: Path) -> Path:
    """The path of a file that can be read repeatedly."""
    if str(path) != STDIN and (path.is_file() or path.is_dir() or not path.exists()):
        return path
    copy = folder / "copy"
    with copy.open("wb") as file:
        if str(path) == STDIN:
            shutil.copyfileobj(sys.stdin.buffer, file)
        else:
            with path.open("rb") as pipe:
                shutil.copyfileobj(pipe, file)
    return copy


def _reason(error: OSError, path: Path) -> str:
    if isinstance(error, IsADirectoryError) or path.is_dir():
        return f"a folder; name the files in it, for example {path}/*.har"
    if isinstance(error, FileNotFoundError):
        return f"no such file; allowed: {_READS}"
    return f"cannot be read: {error.strerror}"


def _source(file: BinaryIO, path: Path, name: str, suffix: str) -> Source:
    head = file.read(_HEAD)
    size = file.seek(0, 2)
    start = len(_BOM) if head.startswith(_BOM) else 0
    content = head[start:]
    if not content.strip():
        raise FileError(f"{name}: empty; allowed: {_READS}")
    for magic, message in _MAGIC:
        if content.lstrip().startswith(magic):
            raise FileError(f"{name}: {message.format(name, reads=_READS)}")
    if _FLOWS.match(content):
        raise FileError(f"{name}: {_FLOWS_HINT.format(name)}")
    if b"\0" in content[:1000]:
        raise FileError(f"{name}: not UTF-8 text; allowed: {_READS}")
    return Source(path=path, name=name, kind=_kind(content, name, suffix), size=size, start=start)


def _kind(content: bytes, name: str, suffix: str) -> Kind:
    header = header_of(content.partition(b"\n")[0])
    if header is not None:
        return Kind.JOURNAL if "format" in header else Kind.RECORDING
    if _HAR.match(content) or (suffix == ".har" and content.lstrip().startswith(b"{")):
        return Kind.HAR
    if suffix == ".har":
        raise FileError(f'{name}:1: not a HAR, which is one JSON object with "log"; export it again')
    if suffix in (".ndjson", ".jsonl"):
        return Kind.REQUESTS
    if URL_LINE.match(_first_line(content)):
        return Kind.URLS
    if suffix not in (".json", "") and name != "standard input":
        raise FileError(f"{name}: unknown file type {suffix}; allowed: {_READS}")
    is_several = suffix != ".json" and _is_several_objects(content)
    return Kind.REQUESTS if is_several else Kind.BODY


def _is_several_objects(content: bytes) -> bool:
    """Whether the content is more than one line, of which the first is a complete JSON object."""
    first, _, rest = content.strip().partition(b"\n")
    try:
        return bool(rest.strip()) and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _first_line(content: bytes) -> bytes:
    """The first line that is neither empty nor a comment."""
    lines = (line.strip() for line in content.split(b"\n", 100)[:100])
    return next((line for line in lines if line and not line.startswith(b"#")), b"")
