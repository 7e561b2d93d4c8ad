"""Measure the parts of a scenario run: the seconds between call and return of its functions, with one worker."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any
from unittest.mock import patch

from playwright.async_api import Browser, BrowserContext, Page

from harness.browser.load_state import LoadTracker
from harness.browser.tabs import Tabs
from harness.judge.progress import Progress
from harness.runner import runner
from harness.runner.action_executor import ActionExecutor
from harness.runner.jobs import Job, Options
from harness.scenario.target import Target

_PARTS: Sequence[tuple[Any, str, str]] = (
    (Browser, "new_context", "new context"),
    (Tabs, "start", "first tab"),
    (ActionExecutor, "perform", "steps"),
    (LoadTracker, "wait", "  until loaded"),
    (Page, "evaluate", "  fences and page reads"),
    (ActionExecutor, "leave", "leaving to about:blank"),
    (BrowserContext, "close", "closing the context"),
    (Progress, "is_satisfied", "checks for expected events"),
    (runner, "judge", "verdict"),
    (runner, "scenario_result", "result for the reports"),
)
"""The timed functions and their labels. An indented one is part of the function above it."""


@dataclass
class Costs:
    """Seconds and calls of each part; `processor` excludes Playwright's driver and the browser."""

    scenarios: int = 0
    wall: float = 0.0
    processor: float = 0.0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: Counter[str] = field(default_factory=Counter)


async def measure(jobs: Sequence[Job], target: Target, options: Options) -> Costs:
    """Run all scenarios with timed parts. Use one worker."""
    from harness.protocol import get

    costs = Costs(scenarios=len(jobs))
    wall, processor = time.perf_counter(), time.process_time()
    with _timed(costs):
        await runner.run(jobs, target=target, protocol=get(), options=options)
    costs.wall, costs.processor = time.perf_counter() - wall, time.process_time() - processor
    return costs


def rows(costs: Costs) -> Iterator[tuple[str, float, float]]:
    """The label, milliseconds and calls of each part, per scenario."""
    for _owner, _attribute, name in _PARTS:
        yield name, costs.seconds[name] * 1000 / costs.scenarios, costs.calls[name] / costs.scenarios
    top = sum(costs.seconds[name] for _owner, _attribute, name in _PARTS if not name.startswith(" "))
    yield "rest: servers, start and end of the browser", (costs.wall - top) * 1000 / costs.scenarios, 1
    yield "all", costs.wall * 1000 / costs.scenarios, 1
    yield "processor time of this process", costs.processor * 1000 / costs.scenarios, 1


@contextmanager
def _timed(costs: Costs) -> Iterator[None]:
    with ExitStack() as stack:
        for owner, attribute, name in _PARTS:
            stack.enter_context(patch.object(owner, attribute, _wrapped(getattr(owner, attribute), name, costs)))
        yield


def _wrapped(function: Callable[..., Any], name: str, costs: Costs) -> Callable[..., Any]:
    def record(began: float) -> None:
        costs.seconds[name] += time.perf_counter() - began
        costs.calls[name] += 1

    @wraps(function)
    async def later(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return await function(*arguments, **options)
        finally:
            record(began)

    @wraps(function)
    def at_once(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            record(began)

    return later if iscoroutinefunction(function) else at_once
