"""Record a corpus of recordings, and compare how two versions of the harness judge it.

python tests/corpus/corpus.py record FOLDER            the shipped scenarios, and each broken tracker on its scenario
python tests/corpus/corpus.py verdicts FOLDER FILE     judge every recording (.ndjson) and capture (.har) below a folder
python tests/corpus/corpus.py compare BEFORE AFTER     the differences between two files of verdicts

Record before a change and keep the folder outside the repository; judge it before and after. A verdict is the list of
(code, severity, event, pointer, step, count) of all findings, in order.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support import broken_trackers as trackers  # noqa: E402

from harness.commands.check.checker import CheckOptions, check_files  # noqa: E402
from harness.errors import HarnessError  # noqa: E402
from harness.findings import Finding  # noqa: E402
from harness.judge.replay import judge_recordings  # noqa: E402
from harness.protocol import get  # noqa: E402
from harness.runner.jobs import Job, Options  # noqa: E402
from harness.runner.runner import run  # noqa: E402
from harness.runner.selection import read_all  # noqa: E402
from harness.scenario.model import Scenario  # noqa: E402
from harness.scenario.parser import read_scenario  # noqa: E402
from harness.scenario.target import built_in  # noqa: E402

Verdict = list[object]


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def about(finding: Finding) -> Verdict:
    proof = finding.evidence
    return [
        *(finding.code, finding.severity.value, proof.event or proof.document, proof.pointer or ""),
        *(finding.step, finding.count),
    ]


def verdict(path: Path) -> Verdict:
    """The findings of a recording, or the verdict, counts and findings of a capture; the error if it cannot be judged."""
    try:
        if path.suffix == ".ndjson" and path.read_bytes()[:500].startswith(b'{"record": "header"'):
            (result,) = judge_recordings([path]).scenarios
            return [about(finding) for finding in result.findings]
        (result,) = check_files([path], CheckOptions(workers=1)).result.scenarios
    except HarnessError as error:
        return [type(error).__name__]
    return [result.verdict, result.events, result.documents, [about(finding) for finding in result.findings]]


def verdicts(folder: Path, file: Path) -> int:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".har", ".ndjson", ".json"))
    found = {path.relative_to(folder).as_posix(): verdict(path) for path in paths}
    file.write_text(json.dumps(found, indent=0), encoding="utf-8")
    say(f"{len(found)} files judged")
    return 0


def compare(before: Path, after: Path) -> int:
    one, other = (json.loads(path.read_text(encoding="utf-8")) for path in (before, after))
    differing = [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]
    for name in differing:
        say(f"{name}\n  before {one.get(name)}\n  after  {other.get(name)}")
    say(f"{len(one)} files compared, {len(differing)} judged differently")
    return 1 if differing else 0


def record(folder: Path) -> int:
    """Record the shipped scenarios, and each broken tracker on its scenario."""
    jobs = [Job(scenario=each, name=f"suite {each.name}") for each in _scenarios()]
    for tracker in trackers.ALL:
        path = ROOT / "scenarios" / f"{tracker.scenario}.yaml"
        scenario = read_scenario(path, target=built_in(), protocol=get())
        scenario = replace(scenario, store={**scenario.store, **tracker.store})
        jobs.append(Job(scenario=scenario, name=f"broken {tracker.name}", script=tracker.source.encode()))
    script = trackers.SOURCE.encode()
    options = Options(script=script, workers=4, artifacts=folder, keep_all=True)
    result = asyncio.run(run(jobs, target=built_in(), protocol=get(), options=options))
    say(f"{len(result.scenarios) - result.totals['not_run']} of {len(jobs)} recorded in {folder}")
    return 0


def _scenarios() -> list[Scenario]:
    return read_all([ROOT / "scenarios"], target=built_in(), protocol=get())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    for command, names in ((record, ["folder"]), (verdicts, ["folder", "file"]), (compare, ["before", "after"])):
        each = commands.add_parser(command.__name__)
        each.set_defaults(command=command)
        for name in names:
            each.add_argument(name, type=Path)
    options = vars(parser.parse_args())
    return int(options.pop("command")(*options.values()))


if __name__ == "__main__":
    sys.exit(main())
