"""Where the time of a scenario goes: the seconds between the call and the return of what a journey is made of, one at a time."""

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
from harness.runner import runner
from harness.runner import scenario_run as walk
from harness.runner.action_executor import ActionExecutor
from harness.runner.jobs import Job, Options
from harness.scenario.target import Target

_PARTS: Sequence[tuple[Any, str, str]] = (
    (Browser, "new_context", "new context"),
    (Tabs, "start", "first tab"),
    (ActionExecutor, "perform", "steps"),
    (LoadTracker, "wait", "  until loaded"),
    (Page, "evaluate", "  fences, and a look at the page"),
    (ActionExecutor, "leave", "leaving by about:blank"),
    (BrowserContext, "close", "closing the context"),
    (walk, "is_satisfied", "asking whether all has come"),
    (runner, "judge", "verdict"),
    (runner, "scenario_result", "result for the reports"),
)
"""What is timed, by the name it has; those that are indented happen within the one above them (and a few while leaving)."""


@dataclass
class Costs:
    """Seconds and calls by part; `processor` is this process's own, Playwright's driver and the browser not counted."""

    scenarios: int = 0
    wall: float = 0.0
    processor: float = 0.0
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: Counter[str] = field(default_factory=Counter)


async def measure(jobs: Sequence[Job], target: Target, options: Options) -> Costs:
    """Run all scenarios with every part timed. Meaningful with one worker only."""
    from harness.protocol import get

    costs = Costs(scenarios=len(jobs))
    wall, processor = time.perf_counter(), time.process_time()
    with _timed(costs):
        await runner.run(jobs, target=target, protocol=get(), options=options)
    costs.wall, costs.processor = time.perf_counter() - wall, time.process_time() - processor
    return costs


def rows(costs: Costs) -> Iterator[tuple[str, float, float]]:
    """Part, milliseconds and calls for each scenario."""
    for _owner, _attribute, name in _PARTS:
        yield name, costs.seconds[name] * 1000 / costs.scenarios, costs.calls[name] / costs.scenarios
    top = sum(costs.seconds[name] for _owner, _attribute, name in _PARTS if not name.startswith(" "))
    yield "the rest: servers, browser start, closing", (costs.wall - top) * 1000 / costs.scenarios, 1
    yield "all", costs.wall * 1000 / costs.scenarios, 1
    yield "of it this process computing", costs.processor * 1000 / costs.scenarios, 1


@contextmanager
def _timed(costs: Costs) -> Iterator[None]:
    with ExitStack() as stack:
        for owner, attribute, name in _PARTS:
            stack.enter_context(patch.object(owner, attribute, _wrapped(getattr(owner, attribute), name, costs)))
        yield


def _wrapped(function: Callable[..., Any], name: str, costs: Costs) -> Callable[..., Any]:
    def note(began: float) -> None:
        costs.seconds[name] += time.perf_counter() - began
        costs.calls[name] += 1

    @wraps(function)
    async def later(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return await function(*arguments, **options)
        finally:
            note(began)

    @wraps(function)
    def at_once(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            note(began)

    return later if iscoroutinefunction(function) else at_once
