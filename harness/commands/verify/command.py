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
from harness.commands import options as shared
from harness.commands.console import print_status
from harness.commands.exit_status import finish, tracker_source
from harness.commands.options import STORE
from harness.commands.verify.verifier import VerifyOptions
from harness.commands.verify.verifier import verify as verify_store
from harness.errors import UsageError
from harness.protocol import get as get_protocol
from harness.runner.artifacts import Keep, make_folder
from harness.scenario.target import read_target


def verify(
    url: shared.StoreUrl = None,
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
    consent: shared.ConsentButton = None,
    user: shared.User = None,
    cookie: shared.Cookie = None,
    header: shared.Header = None,
    storage_state: shared.StorageState = None,
    checkout: Annotated[
        bool,
        typer.Option(
            "--checkout",
            help="Go further into the checkout, with a made-up shopper, up to the button that buys. That is never pressed.",
            rich_help_panel=STORE,
        ),
    ] = False,
    collector: shared.Collector = None,
    timeout: shared.PageTimeout = 30.0,
    tracker: shared.Tracker = None,
    live_script: Annotated[
        bool,
        typer.Option("--live-script", help="Load the tracker's script from its real host.", rich_help_panel=STORE),
    ] = False,
    strict: shared.Strict = False,
    browser_path: shared.BrowserPath = None,
    headed: shared.Headed = False,
    slow_mo: shared.SlowMo = 0,
    report: shared.Report = None,
    artifacts: shared.Artifacts = None,
    keep: shared.KeepArtifacts = Keep.failed,
    debug: shared.Debug = False,
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
        script=None if live_script else tracker_source(tracker),
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
    result = asyncio.run(verify_store(address, protocol=get_protocol(), options=options, say=print_status))
    finish(replace(result, command=shlex.join(["harness", *without_secrets(sys.argv[1:])])), specs)
