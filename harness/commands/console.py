"""Lines on stderr, so that stdout contains only reports, and the log of `--debug`."""

import logging

from rich.console import Console
from rich.markup import escape

_LOG = logging.getLogger("harness")


def print_status(message: str) -> None:
    _stderr().print(message, markup=False)


def print_error(error: Exception) -> None:
    line = " ".join(str(error).splitlines())
    _stderr().print("[bold red]harness:[/]", escape(line))


def _stderr() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)


def log_to_stderr(is_on: bool) -> bool:
    """Print the log of the harness to stderr; the callback of `--debug`."""
    if is_on:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(relativeCreated)7d ms  %(name)s: %(message)s"))
        _LOG.addHandler(handler)
        _LOG.setLevel(logging.DEBUG)
    return is_on


def is_debugging() -> bool:
    return _LOG.isEnabledFor(logging.DEBUG)
