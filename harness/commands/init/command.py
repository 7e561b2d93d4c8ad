"""The command `harness init`: write a first target for a store, or a scenario from a recording."""

import asyncio
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from harness.browser.access import read_access
from harness.commands import options as shared
from harness.commands.console import print_status
from harness.commands.exit_status import tracker_source
from harness.commands.init.scenario_writer import scenario_from_recording
from harness.commands.init.store_probe import StoreProbe
from harness.commands.init.target_writer import MissingPart, UserInput, target_text
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.verifier import verify as verify_store
from harness.errors import FileError, UsageError
from harness.protocol import get as get_protocol
from harness.scenario.parser import parse_scenario
from harness.scenario.shopper import make_shopper
from harness.scenario.target import built_in, parse_target, read_target
from harness.text_files import read_file


def init(
    url: shared.StoreUrl = None,
    recording: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="RECORDING", help="JSON export of Chrome's DevTools Recorder to convert to a scenario."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="File to write. Default: target.yaml, or the recording's name with .yaml.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask no questions; use safe defaults.")] = False,
    target_file: shared.TargetFile = None,
    consent: shared.ConsentButton = None,
    timeout: shared.PageTimeout = 30.0,
    user: shared.User = None,
    header: shared.Header = None,
    cookie: shared.Cookie = None,
    storage_state: shared.StorageState = None,
    browser_path: shared.BrowserPath = None,
    headed: shared.Headed = False,
    debug: shared.Debug = False,
) -> None:
    """Draft a target file (a description of your store), or a scenario from a DevTools recording.

    With a URL, it explores the store like 'harness verify --checkout' and places
    no order. With --from, it uses the actions of --target where they match.
    Existing files are never overwritten.

    [dim]harness init https://shop.example/[/]
    [dim]harness init --from recording.json --target shop.yaml[/]

    Exit status: 0 if the file is written, 2 if not.
    """
    if recording is not None and url is None:
        of_store = {"--consent": consent, "--user": user, "--header": header, "--cookie": cookie}
        if unused := [name for name, value in of_store.items() if value]:
            raise UsageError(
                f"{', '.join(unused)}: only for the URL of a store; a recording is converted without a browser"
            )
        _convert(recording, output or Path(f"{recording.stem}.yaml"), target_file)
        return
    if url is None or recording is not None:
        raise UsageError("give either the URL of a store, or a recording with --from")
    path = output or Path("target.yaml")
    _refuse_to_overwrite(path)
    options = VerifyOptions(
        script=tracker_source(None),
        script_name="the built-in tracker",
        consent=consent,
        access=read_access(user=user, headers=header or (), cookies=cookie or (), storage_state=storage_state),
        timeout=timeout,
        browser_path=browser_path,
        headed=headed,
        checkout=True,
    )
    probe = StoreProbe(shopper=make_shopper(seed=0, name="verify"))
    asyncio.run(
        verify_store(url, protocol=get_protocol(), options=options, on_step=print_status, on_page=probe.examine)
    )
    is_interactive = sys.stdin.isatty() and not yes
    user_input = _ask_user(probe, consent or "", is_interactive=is_interactive)
    text, missing = target_text(probe.url or url, probe.profile, user_input)
    answers: dict[str, str] = {}
    while is_interactive and (new := [part for part in missing if part.name not in answers]):
        answers |= _ask_for(new)
        text, missing = target_text(probe.url or url, probe.profile, user_input, answers)
    parse_target(text, file=str(path))
    _write(path, text)
    for part in missing:
        print_status(f"to fill in: {part.name}")
    print(f"{path}: a first target. Try it: harness run --target {path} --name 'looks around'")  # noqa: T201


def _ask_user(probe: StoreProbe, consent: str, *, is_interactive: bool) -> UserInput:
    """The user's answers at the terminal; safe defaults if there is no terminal."""
    title = probe.profile.title.strip() or "A store"
    if not is_interactive:
        return UserInput(name=title, consent=consent)
    name = typer.prompt("Name of the store", default=title, err=True)
    allows = typer.confirm("May scenarios place test orders in this store?", default=False, err=True)
    email = typer.prompt("E-mail address of a test account (Enter for none)", default="", show_default=False, err=True)
    account = (email, typer.prompt("Password of the test account", hide_input=True, err=True)) if email else None
    buttons = probe.profile.banner
    if buttons and not consent:
        question = f"Button of the consent banner to press ({', '.join(buttons)})"
        consent = typer.prompt(question, default=buttons[0], err=True)
    return UserInput(name=name, allows_orders=allows, account=account, consent=consent)


def _ask_for(missing: Sequence[MissingPart]) -> dict[str, str]:
    """The user's answers for the missing parts, by their names; a part with an empty answer stays missing."""
    answers = {}
    for part in missing:
        question = f"{part.name[0].upper()}{part.name[1:]}: {part.answer} (Enter to skip)"
        answer = typer.prompt(question, default="", show_default=False, err=True).strip()
        while answer and not re.fullmatch(part.form, answer):
            answer = typer.prompt(
                f"{answer} does not fit. {question}", default="", show_default=False, err=True
            ).strip()
        answers[part.name] = answer
    return answers


def _convert(recording: Path, path: Path, target_file: Path | None) -> None:
    _refuse_to_overwrite(path)
    target = read_target(target_file) if target_file else built_in()
    text, notes = scenario_from_recording(read_file(recording, "recording"), file=str(recording), target=target)
    parse_scenario(text, file=str(path), target=target, protocol=get_protocol())
    _write(path, text)
    for note in notes:
        print_status(f"{recording}: {note}")
    target_option = f" --target {shlex.quote(str(target_file))}" if target_file else ""
    print(f"{path}: a scenario. Run it: harness run {shlex.quote(str(path))}{target_option}")  # noqa: T201


def _refuse_to_overwrite(path: Path) -> None:
    try:
        exists = path.exists()
    except OSError as error:
        raise FileError(f"{str(path)[:80]}: cannot be written: {error.strerror}") from error
    if exists:
        raise UsageError(f"{path} exists and is not overwritten; name another file with --output")


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        _refuse_to_overwrite(path)
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {error.strerror}") from error
