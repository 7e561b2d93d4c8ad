"""The command line: its verbs, `--debug`, and how errors become one line and an exit status."""

import gc
import io
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.metadata import version as package_version
from typing import Annotated, NoReturn

import typer

from harness.commands.console import is_debugging, print_error, print_status
from harness.errors import COULD_NOT_RUN, INTERRUPTED, PASSED, HarnessError, first_error

TEST, CHECK, SETUP = "Test with scenarios", "Check without scenarios", "Set up"
COMMANDS: Mapping[str, tuple[str, str]] = {
    "run": ("harness.commands.run", TEST),
    "judge": ("harness.commands.judge", TEST),
    "report": ("harness.commands.report_merge", TEST),
    "explain": ("harness.commands.explain", TEST),
    "mutate": ("harness.commands.mutate", TEST),
    "verify": ("harness.commands.verify.command", CHECK),
    "check": ("harness.commands.check.command", CHECK),
    "doctor": ("harness.commands.doctor", SETUP),
    "init": ("harness.commands.init.command", SETUP),
    "serve": ("harness.commands.serve", SETUP),
    "schema": ("harness.commands.schema", SETUP),
}
"""The module and help panel of each verb. The module has a function of the verb's name; for `report`, the function `merge`."""


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command `harness` with these verbs."""
    app = typer.Typer(
        name="harness",
        help="Test an analytics tracker: a shopper walks through a store in a real browser, and every request is checked "
        "against the protocol, the scenario and the store's own records.",
        epilog="Exit status: 0 pass, 1 findings, 2 could not run, 130 interrupted by Ctrl-C. "
        "Details of a command: harness COMMAND --help.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback(invoke_without_command=True)(harness)
    for name in names:
        path, panel = COMMANDS[name]
        module = import_module(path)
        if name == "report":
            app.add_typer(
                _reports(module.merge), name=name, help="Merge or convert JSON reports.", rich_help_panel=panel
            )
        else:
            app.command(name, rich_help_panel=panel)(getattr(module, name))
    return app


def main() -> NoReturn:
    """The command `harness`. An error of the user is one line on stderr; with `--debug` a traceback precedes it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    verb = sys.argv[1:2]
    try:
        application(verb if verb and verb[0] in COMMANDS else COMMANDS)()
    except HarnessError as error:
        _end_with(error, error)
    except ExceptionGroup as group:
        _end_with(first_error(group), group)
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != INTERRUPTED:
            raise
        print_status("interrupted")
        sys.exit(INTERRUPTED)
    finally:
        gc.freeze()  # saves a last garbage collection before the process ends
    sys.exit(PASSED)


def harness(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
) -> None:
    if version:
        print(f"harness {package_version('tracker-harness')}")  # noqa: T201
        raise typer.Exit


def _reports(merge: Callable[..., None]) -> typer.Typer:
    app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")
    app.command()(merge)
    return app


def _end_with(error: HarnessError, cause: BaseException) -> NoReturn:
    if is_debugging():
        traceback.print_exception(cause)
    print_error(error)
    sys.exit(COULD_NOT_RUN)
