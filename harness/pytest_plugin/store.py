"""The store for one test, and a record of its pages in the test's own browser."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from harness.browser_names import PROXY_LOOPBACK
from harness.protocol import TrackerProtocol
from harness.pytest_plugin.session import PluginSession, one_line_errors
from harness.recording.recorder import Recorder
from harness.recording.records import PageView
from harness.runner.environment import Environment
from harness.runner.runner import header_of
from harness.scenario.model import Scenario
from harness.scenario.shopper import make_shopper
from harness.scenario.store_options import read_store_options, with_defaults

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request


@dataclass(kw_only=True, repr=False)
class FakeStore:
    """A store with a ledger and a collector, for one test."""

    session: PluginSession
    protocol: TrackerProtocol
    recorder: Recorder
    environment: Environment
    contexts: "list[BrowserContext]" = field(default_factory=list)
    _tabs: int = 0

    @property
    def url(self) -> str:
        """The store's origin, without a path."""
        return self.session.target.url

    def page(self, name: str) -> str:
        """The URL of a page by its name in the target (`home`, `cart`, …) or by its path."""
        return self.session.target.address(name)

    @property
    def ledger(self) -> tuple[Mapping[str, Any], ...]:
        """The entries of the store's ledger so far: pages, changes of carts, orders (docs/ledger.md)."""
        self.read_ledger()
        return tuple(entry for record in self.recorder.records for entry in getattr(record, "entries", ()))

    @property
    def context_args(self) -> dict[str, Any]:
        """The arguments of a browser context that connect it to the store, for contexts that you create yourself."""
        proxy = {"server": self.environment.proxy, "bypass": PROXY_LOOPBACK}
        return {"proxy": proxy, "ignore_https_errors": True}

    def watch(self, context: "BrowserContext") -> None:
        self.contexts.append(context)
        context.on("page", self._watch_page)

    def read_ledger(self) -> None:
        """Add the new entries of the ledger to the recording."""
        read = self.session.loop.call(self.environment.read_ledger())
        if read is not None:
            self.recorder.add(read)

    def _is_in_store(self, url: str) -> bool:
        return url.startswith(f"{self.url}/") or urlsplit(url).hostname in self.session.target.other_hosts

    def _watch_page(self, page: "Page") -> None:
        self._tabs += 1
        tab, referrers = self._tabs, dict[str, str]()

        def note_referrer(request: "Request") -> None:
            if request.is_navigation_request():
                referrers[request.url] = request.headers.get("referer", "")

        def record_view(page: "Page") -> None:
            if self._is_in_store(page.url):
                referrer = referrers.get(page.url.partition("#")[0], "")
                self.recorder.add(PageView(url=page.url, at=time.time(), clock=0.0, tab=tab, referrer=referrer))

        page.on("request", note_referrer)
        page.on("domcontentloaded", record_view)


@contextmanager
def open_store(session: PluginSession, test: str, options: Mapping[str, Any]) -> Iterator[FakeStore]:
    """Start the store for a test; `options` of the test's marker override those of the settings."""
    with one_line_errors():
        texts = [f"{name}={value}" for name, value in options.items()]
        given = read_store_options(texts, given_by="fakestore")
        protocol = replace(session.protocol, read=cache(session.protocol.read))
        header = header_of(
            Scenario(name=test, file=test.partition("::")[0], text="", items=()),
            session.target,
            protocol,
            make_shopper(seed=session.options.seed, name=test),
            store=with_defaults(session.options.store, given),
            seed=session.options.seed,
        )
        recorder = Recorder(header)
        with session.loop.inside(session.open_environment(protocol, recorder)) as environment:
            yield FakeStore(session=session, protocol=protocol, recorder=recorder, environment=environment)
