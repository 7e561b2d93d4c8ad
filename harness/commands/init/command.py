"""The command `harness init`: a first target for a store, or a scenario of a recording."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from harness.browser.access import read_access
from harness.commands.console import say
from harness.commands.exit_status import script
from harness.commands.init.scenario_writer import scenario_of
from harness.commands.init.store_probe import Asker
from harness.commands.init.target_writer import Person, target_text
from harness.commands.options import BROWSER, STORE, Consent, Cookie, Headed, StorageState, StoreUrl
from harness.commands.verify.verifier import VerifyOptions
from harness.commands.verify.verifier import verify as verify_store
from harness.errors import FileError, UsageError
from harness.protocol import get as get_protocol
from harness.scenario.parser import parse_scenario
from harness.scenario.shopper import make_shopper
from harness.scenario.target import built_in, parse_target, read_target
from harness.text_files import read_file


def init(
    url: StoreUrl = None,
    recording: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="RECORDING", help="Make a scenario of a recording of Chrome's DevTools (Recorder, JSON)."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to write. Default: target.yaml, or the recording's name and .yaml.",
            show_default=False,
        ),
    ] = None,
    target_file: Annotated[
        Path | None,
        typer.Option(
            "--target", metavar="FILE", help="With --from: the store that was recorded. Default: the built-in one."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask the person nothing.")] = False,
    consent: Consent = None,
    user: Annotated[
        str | None,
        typer.Option(metavar="NAME:PASSWORD", help="For a store behind a password.", rich_help_panel=STORE),
    ] = None,
    cookie: Cookie = None,
    header: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Sent with every request; may be repeated.", rich_help_panel=STORE),
    ] = None,
    storage_state: StorageState = None,
    timeout: Annotated[
        float,
        typer.Option(min=0.1, max=3600, metavar="SECONDS", help="How long a page may take.", rich_help_panel=STORE),
    ] = 30.0,
    browser_path: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The browser's program.", rich_help_panel=BROWSER)
    ] = None,
    headed: Headed = False,
) -> None:
    """Write a first target for a store, by looking around in it; or make a scenario of a recording.

    It goes through the store as 'harness verify --checkout' does, and buys nothing. A file that is there is not overwritten.

    [dim]harness init https://shop.example/[/]
    [dim]harness init --from recording.json --target shop.yaml[/]
    """
    if (url is None) == (recording is None):
        raise UsageError("give a store's address, or a recording with --from; one of them")
    if recording is not None:
        _from_recording(recording, output or Path(f"{recording.stem}.yaml"), target_file)
        return
    assert url is not None
    path = output or Path("target.yaml")
    _refuse_to_overwrite(path)
    access = read_access(user=user, headers=header or (), cookies=cookie or (), storage_state=storage_state)
    options = VerifyOptions(
        script=script(None),
        script_name="the built-in tracker",
        consent=consent,
        access=access,
        timeout=timeout,
        browser_path=browser_path,
        headed=headed,
        checkout=True,
    )
    asker = Asker(shopper=make_shopper(seed=0, name="verify"))
    asyncio.run(verify_store(url, protocol=get_protocol(), options=options, say=say, on_look=asker.look))
    person = _person(asker, consent or "", asks=sys.stdin.isatty() and not yes)
    text, missing = target_text(asker.url or url, asker.answers, person)
    parse_target(text, file=str(path))
    _write(path, text)
    for what in missing:
        say(f"to fill in: {what}")
    print(f"{path}: a first target; try it: harness run --target {path} --name 'looks around'")  # noqa: T201


def _person(asker: Asker, consent: str, *, asks: bool) -> Person:
    """What the person at the terminal says; without one what is safe."""
    title = asker.answers.title.strip() or "A store"
    if not asks:
        return Person(name=title, consent=consent)
    name = typer.prompt("What is the store called?", default=title, err=True)
    allows = typer.confirm("May scenarios place test orders there?", default=False, err=True)
    email = typer.prompt("E-mail of an account for tests (Enter for none)", default="", show_default=False, err=True)
    account = (email, typer.prompt("Its password", hide_input=True, err=True)) if email else None
    buttons = asker.answers.banner
    if buttons and not consent:
        consent = typer.prompt(
            f"Which button of the consent banner? ({', '.join(buttons)})", default=buttons[0], err=True
        )
    return Person(name=name, allows_orders=allows, account=account, consent=consent)


def _from_recording(recording: Path, path: Path, target_file: Path | None) -> None:
    _refuse_to_overwrite(path)
    target = read_target(target_file) if target_file else built_in()
    text, notes = scenario_of(read_file(recording, "recording"), file=str(recording), target=target)
    parse_scenario(text, file=str(path), target=target, protocol=get_protocol())
    _write(path, text)
    for note in notes:
        say(f"{recording}: {note}")
    more = f" --target {target_file}" if target_file else ""
    print(f"{path}: a scenario; run it: harness run {path}{more}")  # noqa: T201


def _refuse_to_overwrite(path: Path) -> None:
    if path.exists():
        raise UsageError(f"{path} is there already, and is not overwritten; name another file with --output")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        _refuse_to_overwrite(path)
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror}") from None
