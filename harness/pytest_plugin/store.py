"""The built-in store for one test, and the pages of it that the test's own browser shows."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harness.browser_names import PROXY_LOOPBACK
from harness.protocol import TrackerProtocol
from harness.pytest_plugin.session import Shared, in_a_line
from harness.recording.recorder import Recorder
from harness.recording.records import PageView
from harness.runner.environment import Environment
from harness.runner.runner import header_of
from harness.scenario.model import Scenario
from harness.scenario.shopper import make_shopper
from harness.scenario.store_options import read_switches, settled

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request


@dataclass(kw_only=True, repr=False)
class FakeStore:
    """A store with a ledger and a collector, for one test."""

    shared: Shared
    protocol: TrackerProtocol
    recorder: Recorder
    where: Environment
    contexts: "list[BrowserContext]" = field(default_factory=list)
    _tabs: int = 0

    @property
    def url(self) -> str:
        """The store's origin: no page, but what paths are put behind."""
        return self.shared.target.url

    def page(self, name: str) -> str:
        """The address of a page by its name in the target (`home`, `cart`, …), or by its path."""
        return self.shared.target.address(name)

    @property
    def ledger(self) -> tuple[Mapping[str, Any], ...]:
        """What the store has written down so far: pages, changes of carts, orders (docs/ledger.md)."""
        self.read_ledger()
        return tuple(entry for record in self.recorder.records for entry in getattr(record, "entries", ()))

    @property
    def context_args(self) -> dict[str, Any]:
        """What a browser context needs to reach the store: for one that pytest-playwright does not make."""
        proxy = {"server": self.where.proxy, "bypass": PROXY_LOOPBACK}
        return {"proxy": proxy, "ignore_https_errors": True}

    def watch(self, context: "BrowserContext") -> None:
        """Note which pages a context shows."""
        self.contexts.append(context)
        context.on("page", self._watch_page)

    def read_ledger(self) -> None:
        """Take what is new in the ledger into the recording."""
        read = self.shared.loop.call(self.where.read_ledger())
        if read is not None:
            self.recorder.add(read)

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"{self.url}/") or urlsplit(url).hostname in self.shared.target.other_hosts

    def _watch_page(self, page: "Page") -> None:
        self._tabs += 1
        tab, referrers = self._tabs, dict[str, str]()

        def asked(request: "Request") -> None:
            if request.is_navigation_request():
                referrers[request.url] = request.headers.get("referer", "")

        def shown(page: "Page") -> None:
            if self._is_ours(page.url):
                referrer = referrers.get(page.url.partition("#")[0], "")
                self.recorder.add(PageView(url=page.url, at=time.time(), clock=0.0, tab=tab, referrer=referrer))

        page.on("request", asked)
        page.on("domcontentloaded", shown)


@contextmanager
def opened(shared: Shared, test: str, switches: Mapping[str, Any]) -> Iterator[FakeStore]:
    """A store that is open, its switches by the test's marker or else by the settings."""
    with in_a_line():
        texts = [f"{name}={value}" for name, value in switches.items()]
        given = read_switches(texts, given_by="fakestore")
        protocol = replace(shared.protocol, read=cache(shared.protocol.read))
        header = header_of(
            Scenario(name=test, file=test.partition("::")[0], text="", items=()),
            shared.target,
            protocol,
            make_shopper(seed=shared.options.seed, name=test),
            store=settled(shared.options.store, given),
            seed=shared.options.seed,
        )
        recorder = Recorder(header)
        with shared.loop.inside(shared.builtin_environment(protocol, recorder)) as where:
            yield FakeStore(shared=shared, protocol=protocol, recorder=recorder, where=where)
