"""The resources that all tests of a process share: settings, tracker script, event loop, browser for scenarios."""

import json
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from harness.capture.tls import Certificate, make_certificate
from harness.errors import FileError, HarnessError, UsageError
from harness.protocol import TrackerProtocol
from harness.protocol import get as get_protocol
from harness.pytest_plugin import STORE, STORE_URL, STRICT, TARGET, TIMEOUT, TRACKER
from harness.pytest_plugin.loop_thread import LoopThread
from harness.recording.recorder import Recorder
from harness.runner.builtin_store import PARTNER
from harness.runner.builtin_store import TRACKER as BUILT_IN_TRACKER
from harness.runner.environment import Environment, Services, open_environment
from harness.runner.external_store import upstream_for
from harness.runner.jobs import Options
from harness.runner.runner import ScenarioRunner, open_runner
from harness.scenario.model import Scenario
from harness.scenario.store_options import read_store_options
from harness.scenario.target import Target, built_in, parse_target, read_target
from harness.text_files import read_file


class PluginSession:
    """Settings and resources, created on first use. HarnessError for an invalid setting."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.scenarios: dict[str, Scenario] = {}
        """The collected scenarios by node id."""
        self._stack = ExitStack()

    @cached_property
    def target(self) -> Target:
        path = self._file(TARGET)
        return read_target(path) if path else built_in()

    @cached_property
    def protocol(self) -> TrackerProtocol:
        return get_protocol()

    @cached_property
    def loop(self) -> LoopThread:
        loop = LoopThread()
        self._stack.callback(loop.close)
        return loop

    @cached_property
    def certificate(self) -> Certificate:
        """The certificate for the hosts in tests with pytest-playwright's browser."""
        return make_certificate(
            {*self.target.hosts, PARTNER, self.protocol.script_host, *self.protocol.collector_hosts}
        )

    @cached_property
    def options(self) -> Options:
        """The settings, and the options of pytest-playwright if it is installed."""
        tracing = self.config.getoption("tracing", default="off")
        output = Path(self.config.getoption("output", default=None) or "test-results")
        return Options(
            script=read_file(self._file(TRACKER) or BUILT_IN_TRACKER, "tracker script").encode(),
            store=read_store_options(self.config.getini(STORE), given_by=STORE),
            timeout=self._timeout(),
            strict=self.config.getini(STRICT),
            headed=self.config.getoption("headed", default=False),
            slow_mo_ms=self.config.getoption("slowmo", default=0),
            artifacts=None if tracing == "off" else output.with_name(f"{output.name}-scenarios"),
            keep_all=tracing == "on",
        )

    def target_at(self, url: str | None) -> Target:
        """The target, with its store at this URL if one is given, as for the live server of a web framework."""
        if url is None:
            return self.target
        if not isinstance(url, str):
            raise UsageError(f"{STORE_URL} must return the URL of a store as text, not {type(url).__name__}")
        try:
            at = parse_target(f"name: {json.dumps(url)}\nurl: {json.dumps(url)}\nactions: {{}}\n", file=STORE_URL)
        except FileError as error:
            raise UsageError(f"{STORE_URL}: {str(error).partition(': ')[2]}") from error
        return at if self.target.is_built_in else replace(self.target, url=at.url)

    def open_environment(
        self, protocol: TrackerProtocol, recorder: Recorder, target: Target
    ) -> AbstractAsyncContextManager[Environment]:
        """The environment of one test, with the target's store or a new built-in store."""
        services = Services(
            protocol=protocol, recorder=recorder, certificate=self.certificate, script=self.options.script
        )
        return open_environment(services, target=target, upstream=upstream_for(target, self.protocol))

    @cached_property
    def open_runner(self) -> ScenarioRunner:
        """The runner for scenarios; it launches its browser once for all collected scenarios."""
        self._check_browser()
        if self.options.artifacts:
            self.options.artifacts.mkdir(parents=True, exist_ok=True)
        manager = open_runner(self.scenarios.values(), target=self.target, protocol=self.protocol, options=self.options)
        return self._stack.enter_context(self.loop.inside(manager))

    def close(self) -> None:
        self._stack.close()

    def _file(self, setting: str) -> Path | None:
        """The file of a setting; None if it is not set."""
        path, *more = self.config.getini(setting) or [None]
        if more:
            raise UsageError(f"{setting} must be one file, not {len(more) + 1}; put a path with spaces in quotes")
        return Path(path) if path else None

    def _timeout(self) -> float:
        text = self.config.getini(TIMEOUT)
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not 0.1 <= seconds <= 3600:
            raise UsageError(f"{TIMEOUT} must be a number of seconds from 0.1 to 3600, not {text!r}")
        return seconds

    def _check_browser(self) -> None:
        names: Any = self.config.getoption("browser", default=None) or ["chromium"]
        if "chromium" not in names:
            raise UsageError(f"--browser {' '.join(names)}: scenario files need chromium; add --browser chromium")


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Convert a HarnessError to a test failure of one line, without a traceback of the harness."""
    try:
        yield
    except HarnessError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
