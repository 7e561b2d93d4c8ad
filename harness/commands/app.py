"""The command line: which commands there are. The one that was typed is loaded, and for the help of all, all."""

import gc
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import version as package_version
from typing import Annotated, NoReturn

import typer

from harness.console import complain, say
from harness.errors import COULD_NOT_RUN, INTERRUPTED, PASSED, HarnessError, one_of

COMMANDS: Mapping[str, str] = {
    "run": "harness.commands.run",
    "explain": "harness.commands.explain",
    "serve": "harness.commands.serve",
    "check": "harness.commands.check.command",
    "verify": "harness.commands.verify.command",
    "mutate": "harness.commands.mutate",
    "init": "harness.commands.init.command",
    "judge": "harness.commands.judge",
    "schema": "harness.commands.schema",
    "doctor": "harness.commands.doctor",
    "report": "harness.commands.report_merge",
}
"""The module of each command, in which a function of the same name is it; of `report`, the function `merge`."""


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command `harness` with these commands."""
    app = typer.Typer(
        name="harness",
        help="Shoppers walk through a store in a real browser; everything its tracker sends is held against what must have been sent.",
        epilog="Exit status: 0 pass, 1 findings, 2 could not run.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback(invoke_without_command=True)(harness)
    for name in names:
        module = import_module(COMMANDS[name])
        if name == "report":
            app.add_typer(_reports(module.merge), name=name, help="Make other reports of reports.")
        else:
            app.command(name)(getattr(module, name))
    return app


def main() -> NoReturn:
    """The command `harness`. What could not run is one line on stderr, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    typed = sys.argv[1:2]
    try:
        application(typed if typed and typed[0] in COMMANDS else COMMANDS)()
    except HarnessError as error:
        complain(error)
        sys.exit(COULD_NOT_RUN)
    except ExceptionGroup as group:
        complain(one_of(group))
        sys.exit(COULD_NOT_RUN)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        say("interrupted")
        sys.exit(INTERRUPTED)
    finally:
        gc.freeze()  # nothing is looked through again before the process ends
    sys.exit(PASSED)


def harness(
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"harness {package_version('tracker-harness')}")  # noqa: T201
        raise typer.Exit


def _reports(merge: Callable[..., None]) -> typer.Typer:
    app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
    app.command()(merge)
    return app
