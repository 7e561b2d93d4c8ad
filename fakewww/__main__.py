"""`python -m fakewww`: the store without the harness, until Ctrl-C."""

import argparse
import asyncio
import errno
import socket
import sys
from collections.abc import Callable, Sequence

from aiohttp import web

from fakewww.app import create_app
from fakewww.backend.integration import IntegrationError
from fakewww.input_validation import whole_number
from fakewww.options import OPTIONS, StoreSettings, parse_options


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the store. 2 if the port is taken or the back end's address is wrong."""
    arguments = parser().parse_args(argv)
    try:
        asyncio.run(serve(arguments))
    except KeyboardInterrupt:
        return 0
    except IntegrationError as error:
        print(f"fakewww: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:
        reason = "the port is taken" if error.errno == errno.EADDRINUSE else error
        print(f"fakewww: cannot listen on {arguments.host}:{arguments.port}: {reason}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


def parser() -> argparse.ArgumentParser:
    """The command line; it has an argument for each option of the store."""
    made = argparse.ArgumentParser(prog="python -m fakewww", description="A store to test trackers with.")
    made.add_argument("--port", type=port, default=8000, help="default: 8000; 0 selects a free port")
    made.add_argument("--host", default="127.0.0.1", help="default: 127.0.0.1")
    made.add_argument(
        "--collector",
        metavar="URL",
        type=web_address,
        help="the collector for the tracker's beacons; without it, pages have no tracker",
    )
    made.add_argument("--seed", type=int, default=0, help="selects pictures, ids and order numbers; default: 0")
    for name, option in OPTIONS.items():
        made.add_argument(
            f"--{name}",
            choices=option.choices or None,
            metavar=None if option.choices else "N",
            type=str if option.choices else number_up_to(option.maximum),
            default=option.default,
            help=f"{option.description}; default: {option.default}",
        )
    made.add_argument("--backend-url", metavar="URL", type=web_address, help="base of the Events API")
    made.add_argument("--backend-token", metavar="TOKEN", default="", help="bearer token for version 2 of the API")
    return made


def port(text: str) -> int:
    """A port number. ArgumentTypeError otherwise."""
    return int(number_up_to(65535)(text))


def number_up_to(maximum: int) -> Callable[[str], str]:
    """A converter that accepts a whole number up to the maximum. ArgumentTypeError otherwise."""

    def check(text: str) -> str:
        number = whole_number(text)
        if number is None or number > maximum:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {maximum}")
        return str(number)

    return check


def web_address(text: str) -> str:
    """An absolute http or https address. ArgumentTypeError otherwise."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(f"{text!r} does not start with http:// or https://")
    return text


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until cancelled. OSError if the port is taken, IntegrationError if the back end cannot send."""
    with listen(arguments.host, arguments.port) as listening:
        address = f"http://{bracketed(arguments.host)}:{listening.getsockname()[1]}"
        store = create_app(settings_from(arguments, address))
        runner = web.AppRunner(store, access_log=None)
        await runner.setup()
        try:
            await web.SockSite(runner, listening).start()
            print(f"The store is open, {destinations(arguments)}: {address}/", file=sys.stderr)  # noqa: T201
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. OSError if the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def bracketed(host: str) -> str:
    """The host as URLs contain it."""
    return f"[{host}]" if ":" in host else host


def settings_from(arguments: argparse.Namespace, address: str) -> StoreSettings:
    """The settings of a store at that address."""
    return StoreSettings(
        **parse_options({name: getattr(arguments, name) for name in OPTIONS}),
        seed=arguments.seed,
        script_url="/fakewww/static/jirafe_api.js" if arguments.collector else None,
        collector_url=arguments.collector,
        backend_url=arguments.backend_url or "",
        backend_token=arguments.backend_token,
        store_url=address,
    )


def destinations(arguments: argparse.Namespace) -> str:
    """Where tracker and back end send."""
    tracker = f"the tracker sends to {arguments.collector}" if arguments.collector else "without a tracker"
    if arguments.backend == "off":
        return tracker
    return f"{tracker}, the back end sends {arguments.backend} to {arguments.backend_url}"


if __name__ == "__main__":
    sys.exit(main())
