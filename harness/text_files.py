"""Read text files, and quote text in one-line messages."""

from difflib import get_close_matches
from pathlib import Path

from harness.errors import FileError


def read_file(path: Path, what: str) -> str:
    """Read a UTF-8 file. FileError if it is missing, a folder, unreadable or not UTF-8; `what` names the expected content."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise FileError(f"{path}: no such file or folder; {_neighbour(path) or f'expected a {what}'}") from error
    except IsADirectoryError as error:
        raise FileError(f"{path}: this is a folder; expected a {what}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise FileError(f"{path}:{line}: not UTF-8; save the {what} as UTF-8 text") from error
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error


def _neighbour(path: Path) -> str:
    try:
        close = get_close_matches(path.name, [other.name for other in path.parent.iterdir()], n=1)
    except OSError:
        return ""
    return f'did you mean "{path.with_name(close[0])}"?' if close else ""


def quote(text: str) -> str:
    """The text in double quotes, on one line, cut to 60 characters."""
    cut = text if len(text) <= 60 else f"{text[:59]}…"
    return f'"{printable(cut)}"'


def printable(text: str) -> str:
    """The text with an escape sequence for each unprintable character."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
