"""`python -m fakewww`: the store by itself, until Ctrl-C."""

import argparse
import asyncio
import errno
import sys
from collections.abc import Sequence

from aiohttp import web

from fakewww.app import create_app
from fakewww.text import whole_number


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the store; 2 where the port cannot be had."""
    options = parser().parse_args(argv)
    try:
        asyncio.run(serve(options))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        reason = "the port is taken" if error.errno == errno.EADDRINUSE else error
        print(f"fakewww: cannot listen on {options.host}:{options.port}: {reason}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    made = argparse.ArgumentParser(prog="python -m fakewww", description="A shop to test trackers with.")
    made.add_argument("--port", type=port, default=8000, help="default: 8000; 0 takes a free one")
    made.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    made.add_argument(
        "--collector",
        metavar="URL",
        type=web_address,
        help="where the tracker sends; without it the pages have no tracker",
    )
    made.add_argument("--seed", type=int, default=0, help="same seed, same pictures and order numbers; default: 0")
    return made


def port(text: str) -> int:
    """A port number; raises ArgumentTypeError."""
    number = whole_number(text)
    if number is None or number > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535")
    return number


def web_address(text: str) -> str:
    """An absolute http or https address; raises ArgumentTypeError."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is no address: it starts with http:// or https://")
    return text


async def serve(options: argparse.Namespace) -> None:
    """Serve until cancelled; raises OSError where the port cannot be had."""
    script_url = "/fakewww/static/jirafe_api.js" if options.collector else None
    app = create_app(seed=options.seed, script_url=script_url, collector_url=options.collector)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, options.host, options.port)
        await site.start()
        port = runner.addresses[0][1]
        told = f"the tracker sends to {options.collector}" if options.collector else "without a tracker"
        print(f"The store is open, {told}: http://{options.host}:{port}/", file=sys.stderr)  # noqa: T201
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
