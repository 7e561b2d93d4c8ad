"""Tell what a file is by what stands in it; what `harness check` cannot read is said in one line."""

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

from harness.commands.check.ndjson import header_of
from harness.errors import FileError

STDIN: Final = "-"
_HEAD: Final = 1024 * 1024
_HAR: Final = re.compile(rb'\s*\{\s*"log"\s*:')
_READS: Final = (
    "a HAR (.har), a journal or a recording of ours (.ndjson), or one JSON body (.json, or - for standard input)"
)
_BOM: Final = b"\xef\xbb\xbf"
_MAGIC: Final = (
    (b"\x1f\x8b", "compressed with gzip; unpack it first, as with: gunzip {}"),
    (b"PK\x03\x04", "a zip archive; unpack it first, and check the HAR in it"),
    (b"SQLite format 3\0", "an SQLite file; 'harness serve --journal {}' has its export at /harness/journal.ndjson"),
    (b"\xff\xfe", "not UTF-8, but UTF-16; save it as UTF-8"),
    (b"\xfe\xff", "not UTF-8, but UTF-16; save it as UTF-8"),
    (b"\x89PNG", "a picture; {reads} can be checked"),
    (b"<", "HTML or XML, not JSON; {reads} can be checked"),
)


class Kind(Enum):
    """What a file holds."""

    HAR = "har"
    JOURNAL = "journal"
    RECORDING = "recording"
    BODY = "body"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file to check: `name` is what messages call it, `start` how many bytes of it are no content."""

    path: Path
    name: str
    kind: Kind
    size: int
    start: int = 0


@contextmanager
def opened(path: Path) -> Iterator[tuple[Source, BinaryIO]]:
    """The file, and what it is. Standard input and pipes are copied to disk first. FileError where it cannot be checked."""
    name = "standard input" if str(path) == STDIN else str(path)
    with tempfile.TemporaryDirectory() as folder:
        try:
            real = _at_rest(path, Path(folder))
            with real.open("rb") as file:
                source = _source(file, real, name, path.suffix.lower())
                file.seek(source.start)
                yield source, file
        except OSError as error:
            raise FileError(f"{name}: {_reason(error, path)}") from None


def _at_rest(path: Path, folder: Path) -> Path:
    """The path of a file that can be read more than once."""
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
        return f"a folder; name the files in it, such as {path}/*.har"
    if isinstance(error, FileNotFoundError):
        return f"no such file; {_READS} can be checked"
    return f"cannot be read: {error.strerror}"


def _source(file: BinaryIO, path: Path, name: str, suffix: str) -> Source:
    head = file.read(_HEAD)
    size = file.seek(0, 2)
    start = len(_BOM) if head.startswith(_BOM) else 0
    content = head[start:]
    if not content.strip():
        raise FileError(f"{name}: empty; {_READS} can be checked")
    for magic, says in _MAGIC:
        if content.lstrip().startswith(magic):
            raise FileError(f"{name}: {says.format(name, reads=_READS)}")
    if b"\0" in content[:1000]:
        raise FileError(f"{name}: not UTF-8 text; {_READS} can be checked")
    return Source(path=path, name=name, kind=_kind(content, name, suffix), size=size, start=start)


def _kind(content: bytes, name: str, suffix: str) -> Kind:
    header = header_of(content.partition(b"\n")[0])
    if header is not None:
        return Kind.JOURNAL if "format" in header else Kind.RECORDING
    if _HAR.match(content) or (suffix == ".har" and content.lstrip().startswith(b"{")):
        return Kind.HAR
    if suffix == ".har":
        raise FileError(f'{name}:1: no HAR, which is one JSON object with "log" in it; export it again')
    if suffix in (".ndjson", ".jsonl"):
        raise FileError(
            f"{name}:1: the first line is not that of a journal (/harness/journal.ndjson) or a recording ('harness run --artifacts')"
        )
    if suffix not in (".json", "") and name != "standard input":
        raise FileError(f"{name}: {suffix} says nothing of what it is; {_READS} can be checked")
    return Kind.BODY
