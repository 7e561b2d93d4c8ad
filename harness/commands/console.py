"""A line on stderr, so that reports on stdout stay clean."""

from rich.console import Console
from rich.markup import escape


def say(message: str) -> None:
    _stderr().print(message, markup=False)


def complain(error: Exception) -> None:
    """One line, whatever the message holds."""
    line = " ".join(str(error).splitlines())
    _stderr().print("[bold red]harness:[/]", escape(line))


def _stderr() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
