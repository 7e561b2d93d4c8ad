"""The command `harness serve`: its options, and what they mean."""

import asyncio
import secrets
from pathlib import Path
from typing import Annotated

import typer

from fakewww.app import SITE
from harness.commands.exit_status import script
from harness.commands.serve_app import serve as serve_until_stopped
from harness.errors import UsageError
from harness.protocol import get as get_protocol
from harness.scenario.store_options import IN_HELP, read_switches


def serve(
    store_port: Annotated[int, typer.Option(min=0, max=65535, help="The store's port; 0 is any free one.")] = 8000,
    collector_port: Annotated[
        int, typer.Option(min=0, max=65535, help="The collector's port; 0 is any free one.")
    ] = 8001,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    journal: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep what arrives in this SQLite file. Default: in memory.")
    ] = None,
    tracker: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Serve this script in place of the built-in tracker.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", help="Pictures and order numbers.")] = 0,
    token: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SITE=TOKEN", help="A token that may write to this site; may be repeated. Default: any may."
        ),
    ] = None,
    store: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help=f"Switch of the built-in store: {IN_HELP}; may be repeated."),
    ] = None,
) -> None:
    """Serve the built-in store and a collector, until Ctrl-C.

    Each beacon, and each document of a shop's back end, is a line, with what is wrong with it; of more than 100 in a second
    the others are counted.
    """
    tokens = [_site_and_token(text) for text in token or ()]
    switches = read_switches(store or ())
    if tokens and SITE not in dict(tokens) and switches.get("backend", "off") != "off":
        tokens.append((SITE, secrets.token_hex()))  # the store's own back end may always write
    asyncio.run(
        serve_until_stopped(
            protocol=get_protocol().with_tokens(tokens),
            script=script(tracker),
            host=host,
            store_port=store_port,
            collector_port=collector_port,
            journal_path=journal,
            seed=seed,
            switches=switches,
            token=dict(tokens).get(SITE, "any"),
            say=lambda line: print(line, flush=True),  # noqa: T201
        )
    )


def _site_and_token(text: str) -> tuple[str, str]:
    site, _, token = text.partition("=")
    if not site or not token:
        raise UsageError(f'--token "{text}" should be SITE=TOKEN')
    return site, token
