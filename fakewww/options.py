"""The settings of a store; the options among them come from one table, `store_options.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from fakewww.backend.outbox import Wire

SITE = "1"
"""The default id of the store's site."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """A row of the table: one of `choices`, or a whole number up to `maximum`. Its texts are those of scenario files."""

    description: str
    default: str
    choices: tuple[str, ...] = ()
    maximum: int = 0

    @property
    def is_flag(self) -> bool:
        """Whether the choices are off and on."""
        return self.choices == ("off", "on")

    def parse(self, text: str) -> Any:
        """The value as a flag, a number or a word. ValueError for one that is not allowed."""
        if not self.choices and text.isascii() and text.isdigit() and int(text) <= self.maximum:
            return int(text)
        if text not in self.choices:
            raise ValueError(f"{text!r} is not one of: {', '.join(self.choices) or f'0 to {self.maximum}'}")
        return text == "on" if self.is_flag else text


def _read_options() -> dict[str, Option]:
    rows = json.loads((files("fakewww") / "store_options.json").read_text(encoding="utf-8"))
    return {name: Option(**{**row, "choices": tuple(row.get("choices", ()))}) for name, row in rows.items()}


OPTIONS: Mapping[str, Option] = _read_options()


def parse_options(texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of options given as texts. KeyError for an unknown name, ValueError for a wrong value."""
    return {name: OPTIONS[name].parse(text) for name, text in texts.items()}


def _default(name: str) -> Any:
    return OPTIONS[name].parse(OPTIONS[name].default)


@dataclass(frozen=True, kw_only=True)
class StoreOptions:
    """A value for each option of the table, which describes them."""

    theme: str = _default("theme")
    backend: str = _default("backend")
    snippet: str = _default("snippet")
    policy: str = _default("policy")
    pictures: int = _default("pictures")
    levels: int = _default("levels")
    wares: str = _default("wares")
    consent: str = _default("consent")
    outlet: bool = _default("outlet")
    kept: bool = _default("kept")
    frames: str = _default("frames")
    referrer: str = _default("referrer")
    worker: str = _default("worker")
    history: int = _default("history")
    title: str = _default("title")
    effects: str = _default("effects")

    @property
    def is_single_page(self) -> bool:
        """Whether a script shows the next page."""
        return self.theme != "classic"

    @property
    def asks_for_consent(self) -> bool:
        """Whether pages have a consent banner."""
        return self.consent in ("asked", "shadow")


@dataclass(frozen=True, kw_only=True)
class StoreSettings(StoreOptions):
    """The options of a store, its tracker and its back end. The same seed gives the same pictures, ids and past orders.

    Pages load the tracker from `script_url`, or have no tracker where it is None. `collector_url` replaces the production
    collector. The back end sends to the API at `backend_url`, over `backend_wire`, with `backend_token` in version 2; its
    documents contain addresses that start with `store_url`.
    """

    seed: int = 0
    script_url: str | None = "//beacon.jirafe.com/jirafe_api.js"
    collector_url: str | None = None
    site_id: str = SITE
    org_id: str = ""
    store_url: str = "http://127.0.0.1:8000"
    backend_url: str = ""
    backend_token: str = ""
    backend_wire: Wire = Wire()  # noqa: RUF009
