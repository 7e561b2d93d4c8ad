"""Judge recordings again, without a browser."""

from collections.abc import Sequence
from pathlib import Path

from harness.judge.judge import judge
from harness.judge.result_builder import scenario_result
from harness.protocol import get
from harness.recording import ndjson as recordings
from harness.recording.records import Header
from harness.results import RunResult, ScenarioResult
from harness.scenario.parser import parse_scenario, read_scenario
from harness.scenario.target import parse_target


def judge_recordings(paths: Sequence[Path], *, scenario: Path | None = None, strict: bool = False) -> RunResult:
    """The verdicts on recordings, with their own scenarios or with another one; with `strict`, warnings fail, too.

    FileError for an invalid recording or scenario.
    """
    results = [_judge(path, scenario, strict=strict) for path in paths]
    headers = [header for _result, header in results]
    return RunResult(
        seed=headers[0].seed if headers else 0,
        command="",
        duration_s=round(sum(result.duration_s for result, _header in results), 3),
        browser=headers[0].browser if len({tuple(header.browser.items()) for header in headers}) == 1 else {},
        scenarios=tuple(result for result, _header in results),
    )


def _judge(path: Path, scenario_path: Path | None, *, strict: bool) -> tuple[ScenarioResult, Header]:
    recording = recordings.read(path)
    header = recording.header
    protocol = get(header.protocol)
    target = parse_target(header.target, file=header.target_file)
    if scenario_path:
        scenario = read_scenario(scenario_path, target=target, protocol=protocol)
    else:
        scenario = parse_scenario(header.scenario, file=header.scenario_file, target=target, protocol=protocol)
    findings = judge(recording, scenario, protocol)
    return scenario_result(recording, scenario, protocol, findings, strict=strict), header
