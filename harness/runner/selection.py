"""The selection of scenarios: files, tags, names, shards, repeats, and the failures of the last run."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from harness.errors import UsageError
from harness.protocol import TrackerProtocol
from harness.results import RunResult
from harness.runner.jobs import Job
from harness.scenario.compatibility import read_scenario_for
from harness.scenario.model import Scenario
from harness.scenario.parser import find_files
from harness.scenario.target import Target

MEMORY = Path(".harness") / "last-failed.json"
"""The file in the working folder with the scenarios that did not pass."""


def default_paths() -> list[Path]:
    """The folder `scenarios/`, or else the scenarios of the package."""
    here = Path("scenarios")
    if here.is_dir():
        return [here]
    package = Path(str(files("harness")))
    return [next(path for path in (package / "scenarios", package.parent / "scenarios") if path.is_dir())]


def read_all(paths: Sequence[Path], *, target: Target, protocol: TrackerProtocol) -> list[Scenario]:
    """All scenarios at or under the paths. FileError for an invalid one, UsageError for two with the same name."""
    scenarios = [read_scenario_for(path, target=target, protocol=protocol) for path in find_files(list(paths))]
    by_name: dict[str, Scenario] = {}
    for scenario in scenarios:
        other = by_name.setdefault(scenario.name, scenario)
        if other is not scenario:
            raise UsageError(
                f'{scenario.file}: the name "{scenario.name}" is also in {other.file}; choose another name'
            )
    return scenarios


def choose(
    scenarios: Sequence[Scenario],
    *,
    tags: Sequence[str] = (),
    names: Sequence[str] = (),
    last_failed: bool = False,
    shard: str | None = None,
    repeat: int = 1,
) -> list[Job]:
    """The jobs that pass every filter: any of the tags, any of the names (a part, in any case). UsageError without a job."""
    _refuse_blank("--tag", tags)
    _refuse_blank("--name", names)
    chosen = [scenario for scenario in scenarios if not tags or set(tags) & set(scenario.tags)]
    _refuse_empty(chosen, "--tag", tags, {tag for scenario in scenarios for tag in scenario.tags})
    named = [
        scenario for scenario in chosen if not names or any(name.lower() in scenario.name.lower() for name in names)
    ]
    _refuse_empty(named, "--name", names, {scenario.name for scenario in chosen})
    if last_failed:
        named = _only_failed(named)
    if shard is not None:
        named = _shard(named, shard)
    return [job for scenario in named for job in _repeated(scenario, repeat)]


def remember(result: RunResult) -> None:
    """Write the names of failed and unperformed scenarios for `--last-failed`. An error when writing is ignored."""
    unproven = sorted({_base_name(scenario.name) for scenario in result.scenarios if scenario.verdict != "pass"})
    with suppress(OSError):
        MEMORY.parent.mkdir(exist_ok=True)
        MEMORY.write_text(json.dumps(unproven), encoding="utf-8")


def _repeated(scenario: Scenario, repeat: int) -> list[Job]:
    if repeat == 1:
        return [Job(scenario=scenario, name=scenario.name)]
    return [Job(scenario=scenario, name=f"{scenario.name} ({number} of {repeat})") for number in range(1, repeat + 1)]


def _base_name(name: str) -> str:
    return re.sub(r" \(\d+ of \d+\)$", "", name)


def _refuse_blank(option: str, asked: Sequence[str]) -> None:
    if not all(word.strip() for word in asked):
        raise UsageError(f"{option}: the value is empty; omit the option to select all scenarios")


def _refuse_empty(left: Sequence[Scenario], option: str, asked: Sequence[str], known: set[str]) -> None:
    if left:
        return
    close = [match for word in asked for match in get_close_matches(word, known, n=1, cutoff=0.5)]
    hint = f'did you mean "{close[0]}"?' if close else f"known: {', '.join(sorted(known)) or 'none'}"
    raise UsageError(f"{option} {' '.join(asked)}: no scenario matches; {hint}")


def _only_failed(scenarios: Sequence[Scenario]) -> list[Scenario]:
    unproven = _remembered()
    left = [scenario for scenario in scenarios if _base_name(scenario.name) in unproven]
    if not left:
        raise UsageError("--last-failed: none of these scenarios failed in the last run in this folder")
    return left


def _remembered() -> list[str]:
    try:
        names = json.loads(MEMORY.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"--last-failed: there was no run in this folder (no {MEMORY})") from error
    except (ValueError, RecursionError):
        names = None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError(f"--last-failed: {MEMORY} contains no list of names; delete it and run again")
    return names


def _shard(scenarios: Sequence[Scenario], shard: str) -> list[Scenario]:
    """The I-th of N parts: every N-th scenario in the order of the files."""
    match = re.fullmatch(r"([1-9]\d*)/([1-9]\d*)", shard)
    if not match or int(match[1]) > int(match[2]):
        raise UsageError(f"--shard {shard}: write I/N with I from 1 to N, such as 1/4")
    part = list(scenarios)[int(match[1]) - 1 :: int(match[2])]
    if not part:
        raise UsageError(f"--shard {shard}: this part is empty; there are only {len(scenarios)} scenarios")
    return part
