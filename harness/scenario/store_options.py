"""The switches of the built-in store: what a scenario's `store` and `--store KEY=VALUE` can set."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict, cast, get_args

from fakewww.backend.backend import Version
from fakewww.shop import Asking, Policy, Referrer, Snippet, Theme, Wares, Worker
from harness.errors import UsageError
from harness.json_matching import suggest
from harness.scenario.yaml_source import Node, quote


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One switch: a word of `one_of`, or a whole number up to `most`."""

    about: str
    default: str
    one_of: tuple[str, ...] = ()
    most: int = 0

    def refusal(self, value: str) -> str:
        """Why it cannot be set to this; empty where it can."""
        if self.one_of:
            return "" if value in self.one_of else suggest(value, self.one_of)
        is_number = (
            value.isascii() and value.isdigit() and len(value) <= len(str(self.most)) and int(value) <= self.most
        )
        return "" if is_number else f"allowed: a whole number up to {self.most}"


SWITCHES: Final[Mapping[str, Switch]] = {
    "theme": Switch(
        about="whether a link loads the next page (classic), or a script shows it by the history API (spa)",
        default="classic",
        one_of=get_args(Theme),
    ),
    "backend": Switch(
        about="the version in which the store's back end sends documents to the collector, or off",
        default="off",
        one_of=("off", "v1", "v2"),
    ),
    "snippet": Switch(
        about="how pages load the tracker: once, twice, late (after the page), or before they say what it shall call",
        default="once",
        one_of=get_args(Snippet),
    ),
    "policy": Switch(
        about="the pages' Content-Security-Policy: none, the smallest that lets the tracker work, or one that closes it out",
        default="none",
        one_of=get_args(Policy),
    ),
    "pictures": Switch(about="how many pictures each line of the cart has", default="1", most=5000),
    "levels": Switch(
        about="how many of the address's UTM parameters the pages take for an attribution", default="3", most=6
    ),
    "wares": Switch(
        about="what is sold: plain, or hard to carry (names in several writings, prices in yen)",
        default="plain",
        one_of=get_args(Wares),
    ),
    "consent": Switch(
        about="how visitors agree to be tracked: asked by a banner, unless their browser says no (signals), or nobody asks (off)",
        default="off",
        one_of=get_args(Asking),
    ),
    "outlet": Switch(
        about="whether a link on each page leads to a second name of the store, outlet.<its host>",
        default="off",
        one_of=("off", "on"),
    ),
    "kept": Switch(
        about="whether browsers may keep pages that were left, to bring them back as they were",
        default="off",
        one_of=("off", "on"),
    ),
    "frames": Switch(
        about="whether each page embeds another page of the store, and one of another site",
        default="off",
        one_of=("off", "on"),
    ),
    "referrer": Switch(
        about="the pages' Referrer-Policy; where it is default they have none",
        default="default",
        one_of=get_args(Referrer),
    ),
    "worker": Switch(
        about="a service worker that passes on what pages ask for: none (off), one (on), or one that sends beacons twice",
        default="off",
        one_of=get_args(Worker),
    ),
    "history": Switch(about="how many orders the store had before it was opened", default="0", most=1000),
}

IN_HELP: Final = ", ".join(
    f"{name}={'|'.join(switch.one_of) or 'N'} ({switch.about})" for name, switch in SWITCHES.items()
)
"""All of them on a line."""


def settled(*given: Mapping[str, str]) -> dict[str, str]:
    """A value for every switch: that of the last of those given which has one, or else its default."""
    values = {name: switch.default for name, switch in SWITCHES.items()}
    for each in given:
        values |= each
    return values


class StoreOptions(TypedDict):
    """The switches as `fakewww.app.create_app` takes them."""

    theme: Theme
    backend: Version
    snippet: Snippet
    policy: Policy
    pictures: int
    levels: int
    wares: Wares
    consent: Asking
    outlet: bool
    kept: bool
    frames: bool
    referrer: Referrer
    worker: Worker
    history: int


def store_options(switches: Mapping[str, str]) -> StoreOptions:
    """Switches that are known to be right, those that are not given at their defaults."""
    values = settled(switches)
    return StoreOptions(
        theme=cast(Theme, values["theme"]),
        backend=cast(Version, values["backend"]),
        snippet=cast(Snippet, values["snippet"]),
        policy=cast(Policy, values["policy"]),
        pictures=int(values["pictures"]),
        levels=int(values["levels"]),
        wares=cast(Wares, values["wares"]),
        consent=cast(Asking, values["consent"]),
        outlet=values["outlet"] == "on",
        kept=values["kept"] == "on",
        frames=values["frames"] == "on",
        referrer=cast(Referrer, values["referrer"]),
        worker=cast(Worker, values["worker"]),
        history=int(values["history"]),
    )


def read_switches(texts: Iterable[str], *, given_by: str = "--store") -> dict[str, str]:
    """`KEY=VALUE`, any number of them, as an option gives them. UsageError with the nearest word for one that cannot be."""
    values: dict[str, str] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise UsageError(f'{given_by} "{text}" should be KEY=VALUE, as in {given_by} backend=v2')
        if name not in SWITCHES:
            raise UsageError(f'{given_by}: no such switch "{name}"; {suggest(name, SWITCHES)}')
        if name in values:
            raise UsageError(f'{given_by}: "{name}" is set twice')
        if refusal := SWITCHES[name].refusal(value):
            raise UsageError(f'{given_by}: "{name}" cannot be "{value}"; {refusal}')
        values[name] = value
    return values


def switches_in(node: Node) -> dict[str, str]:
    """The switches under `store` in a file. FileError for one that cannot be."""
    values = {}
    for name, item in node.known_fields('"store"', optional=SWITCHES).items():
        values[name] = item.text(quote(name))
        if refusal := SWITCHES[name].refusal(values[name]):
            item.fail(f"{quote(name)} cannot be {quote(values[name])}; {refusal}")
    return values
