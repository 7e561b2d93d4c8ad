"""The command `harness verify URL`: its options, and what they mean."""

import asyncio
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from harness import reports
from harness.browser.access import read_access, without_secrets
from harness.capture.remote_collector import parse_collector_url
from harness.commands.console import say
from harness.commands.exit_status import finish, script
from harness.commands.options import (
    REPORT,
    STORE,
    BrowserPath,
    Consent,
    Cookie,
    Headed,
    Report,
    SlowMo,
    StorageState,
    StoreUrl,
)
from harness.commands.verify.verifier import VerifyOptions
from harness.commands.verify.verifier import verify as verify_store
from harness.errors import UsageError
from harness.protocol import get as get_protocol
from harness.runner.artifacts import Keep, make_folder
from harness.scenario.target import read_target


def verify(
    url: StoreUrl = None,
    target_file: Annotated[
        Path | None,
        typer.Option(
            "--target",
            metavar="FILE",
            help="A target of this store: its address, its consent banner, its ways to search, cart and checkout.",
            rich_help_panel=STORE,
        ),
    ] = None,
    pages: Annotated[
        list[str] | None,
        typer.Option(metavar="URL", help="Look at this page, too; may be repeated.", rich_help_panel=STORE),
    ] = None,
    consent: Consent = None,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="NAME:PASSWORD", help="For a store behind a password (basic auth).", rich_help_panel=STORE
        ),
    ] = None,
    cookie: Cookie = None,
    header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE", help="Sent with every request, to any host; may be repeated.", rich_help_panel=STORE
        ),
    ] = None,
    storage_state: StorageState = None,
    checkout: Annotated[
        bool,
        typer.Option(
            "--checkout",
            help="Go further into the checkout, with a made-up shopper, up to the button that buys. That is never pressed.",
            rich_help_panel=STORE,
        ),
    ] = False,
    collector: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="A collector that runs (harness serve): what the store's back end sends it meanwhile is looked at, too.",
            rich_help_panel=STORE,
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            min=0.1, max=3600, metavar="SECONDS", help="How long a page may take to load.", rich_help_panel=STORE
        ),
    ] = 30.0,
    tracker: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Stands in for the tracker's script. Default: the built-in one.", rich_help_panel=STORE
        ),
    ] = None,
    live_script: Annotated[
        bool,
        typer.Option("--live-script", help="Load the tracker's script from its real host.", rich_help_panel=STORE),
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.", rich_help_panel=REPORT)] = False,
    browser_path: BrowserPath = None,
    headed: Headed = False,
    slow_mo: SlowMo = 0,
    report: Report = None,
    artifacts: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="The recording, the trace, and pictures of pages where something is wrong.",
            rich_help_panel=REPORT,
        ),
    ] = None,
    keep: Annotated[
        Keep, typer.Option(help="Artifacts of a store that failed, or of all.", rich_help_panel=REPORT)
    ] = Keep.failed,
) -> None:
    """Look around in a store and say what is wrong with its tracker; no scenario is needed.

    It opens a page of each kind and puts a product into the cart. It never buys; nothing reaches the real collector.

    [dim]harness verify https://shop.example/[/]
    [dim]harness verify https://staging.example/ --user ann:secret --report text --report html[/]
    """
    specs = report or ["text"]
    reports.check(specs)
    if live_script and tracker:
        raise UsageError("--live-script and --tracker exclude each other: one script is loaded")
    target = read_target(target_file) if target_file else None
    if url is None and target is None:
        raise UsageError("which store? Give its address, or its target with --target FILE")
    options = VerifyOptions(
        script=None if live_script else script(tracker),
        script_name=str(tracker) if tracker else "the built-in tracker",
        pages=pages or (),
        consent=consent,
        access=read_access(user=user, headers=header or (), cookies=cookie or (), storage_state=storage_state),
        timeout=timeout,
        strict=strict,
        browser_path=browser_path,
        headed=headed,
        slow_mo_ms=slow_mo,
        target=target,
        checkout=checkout,
        collector=parse_collector_url(collector) if collector else None,
        artifacts=make_folder(artifacts),
        keep_all=keep is Keep.all,
    )
    reports.make_folders(specs)
    address = url or (target.address("home" if "home" in target.pages else "/") if target else "")
    result = asyncio.run(verify_store(address, protocol=get_protocol(), options=options, say=say))
    finish(replace(result, command=shlex.join(["harness", *without_secrets(sys.argv[1:])])), specs)
