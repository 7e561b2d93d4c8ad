"""The command `harness verify`: its options and their meaning."""

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
from harness.commands.options import STORE, flag, option
from harness.commands.verify.options import VerifyOptions
from harness.commands.verify.verifier import verify as verify_store
from harness.errors import UsageError
from harness.protocol import get as get_protocol
from harness.runner.artifacts import Keep, make_folder
from harness.scenario.target import read_target

_TARGET_HELP = "Target file of the store: its URL, consent banner, search, cart and checkout."
_LIVE_HELP = "Load the tracker's script from its real host."
_CHECKOUT_HELP = (
    "Continue through the checkout as an invented shopper, up to the button that buys; it is never pressed."
)


def verify(
    url: shared.StoreUrl = None,
    target_file: Annotated[Path | None, option(STORE, "FILE", _TARGET_HELP, "--target")] = None,
    pages: Annotated[shared.Texts, option(STORE, "URL", "Another page to check; may be repeated.")] = None,
    consent: shared.ConsentButton = None,
    user: shared.User = None,
    cookie: shared.Cookie = None,
    header: shared.Header = None,
    storage_state: shared.StorageState = None,
    checkout: Annotated[bool, flag(STORE, "--checkout", _CHECKOUT_HELP)] = False,
    collector: shared.Collector = None,
    timeout: shared.PageTimeout = 30.0,
    tracker: shared.Tracker = None,
    live_script: Annotated[bool, typer.Option("--live-script", help=_LIVE_HELP, rich_help_panel=STORE)] = False,
    strict: shared.Strict = False,
    browser_path: shared.BrowserPath = None,
    headed: shared.Headed = False,
    slow_mo: shared.SlowMo = 0,
    report: shared.Report = None,
    artifacts: shared.Artifacts = None,
    keep: shared.KeepArtifacts = Keep.failed,
    debug: shared.Debug = False,
) -> None:
    """Check the tracker of a store without a scenario.

    It opens a page of each type and puts a product into the cart. It never buys, and the real collector receives nothing.

    [dim]harness verify https://shop.example/[/]
    [dim]harness verify https://staging.example/ --user ann:secret --report text --report html[/]

    Exit status: 0 if all checked pages pass, 1 if a page fails, 2 if the store could not be checked.
    """
    specs = report or ["text"]
    reports.check(specs)
    if live_script and tracker:
        raise UsageError("--live-script and --tracker exclude each other: each selects the script to load")
    target = read_target(target_file) if target_file else None
    if url is None:
        if target is None:
            raise UsageError("give the URL of a store, or its target with --target FILE")
        url = target.address("home" if "home" in target.pages else "/")
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
    result = asyncio.run(verify_store(url, protocol=get_protocol(), options=options, on_step=print_status))
    finish(replace(result, command=shlex.join(["harness", *without_secrets(sys.argv[1:])])), specs)
