"""`python -m fakewww`: the store by itself, until Ctrl-C."""

import argparse
import asyncio
import errno
import socket
import sys
from collections.abc import Sequence
from typing import get_args

from aiohttp import web

from fakewww.app import create_app
from fakewww.backend.integration import IntegrationError
from fakewww.input_validation import whole_number
from fakewww.shop import Theme


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the store; 2 where the port cannot be had."""
    options = parser().parse_args(argv)
    try:
        asyncio.run(serve(options))
    except KeyboardInterrupt:
        return 0
    except IntegrationError as error:
        print(f"fakewww: {error}", file=sys.stderr)  # noqa: T201
        return 2
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
    made.add_argument("--history", metavar="N", type=number, default=0, help="past orders in the books; default: 0")
    made.add_argument(
        "--theme",
        choices=get_args(Theme),
        default="classic",
        help="whether a link loads the next page, or a script shows it by the history API (spa); default: classic",
    )
    made.add_argument(
        "--backend", choices=["off", "v1", "v2"], default="off", help="the version in which the back end sends"
    )
    made.add_argument("--backend-url", metavar="URL", type=web_address, help="the base of the Events API")
    made.add_argument("--backend-token", metavar="TOKEN", default="", help="what version 2 asks for")
    return made


def port(text: str) -> int:
    """A port number; raises ArgumentTypeError."""
    number = whole_number(text)
    if number is None or number > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: a number from 0 to 65535")
    return number


def number(text: str) -> int:
    """A whole number; raises ArgumentTypeError."""
    found = whole_number(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return found


def web_address(text: str) -> str:
    """An absolute http or https address; raises ArgumentTypeError."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} is no address: it starts with http:// or https://")
    return text


async def serve(options: argparse.Namespace) -> None:
    """Serve until cancelled; raises OSError where the port cannot be had, IntegrationError for a back end that cannot be."""
    with listen(options.host, options.port) as listening:
        address = f"http://{bracketed(options.host)}:{listening.getsockname()[1]}"
        runner = web.AppRunner(store(options, address), access_log=None)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            print(f"The store is open, {told(options)}: {address}/", file=sys.stderr)  # noqa: T201
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def store(options: argparse.Namespace, address: str) -> web.Application:
    """The store that the options ask for, to be found at that address."""
    return create_app(
        seed=options.seed,
        script_url="/fakewww/static/jirafe_api.js" if options.collector else None,
        collector_url=options.collector,
        history=options.history,
        theme=options.theme,
        backend=options.backend,
        backend_url=options.backend_url or "",
        backend_token=options.backend_token,
        store_url=address,
    )


def told(options: argparse.Namespace) -> str:
    """Who is told what happens here."""
    tracker = f"the tracker sends to {options.collector}" if options.collector else "without a tracker"
    if options.backend == "off":
        return tracker
    return f"{tracker}, the back end sends {options.backend} to {options.backend_url}"


if __name__ == "__main__":
    sys.exit(main())
