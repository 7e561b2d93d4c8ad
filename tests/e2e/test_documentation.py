"""The samples of the documentation that need a browser: scenarios, tests for pytest, and the excerpt of a failing run."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from support.broken_trackers import SOURCE, WRONG_CURRENCY
from support.command import ROOT, call
from support.documentation import PAGES, blocks
from support.pytest_runner import Outcome, run_tests, write
from support.served import served

from harness.protocol import get
from harness.runner.jobs import Job, Options
from harness.runner.runner import run
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in


def scenario_samples() -> list[tuple[str, str]]:
    """Each scenario in the documentation, after the name of its page."""
    found = [(page.name, text) for page in PAGES for text in blocks(page, "yaml")]
    return [(page, text) for page, text in found if "steps" in YAML(typ="safe", pure=True).load(text)]


def test_each_scenario_passes_with_the_built_in_tracker(browser_path: Path) -> None:
    samples = scenario_samples()
    assert {page for page, _text in samples} >= {"README.md", "scenarios.md", "faults.md", "qa.md"}
    scenarios = [parse_scenario(text, file=page, target=built_in(), protocol=get()) for page, text in samples]
    jobs = [Job(scenario=each, name=f"{each.file}: {each.name}") for each in scenarios]
    options = Options(script=SOURCE.encode(), workers=3, strict=True, browser_path=browser_path)
    result = asyncio.run(run(jobs, target=built_in(), protocol=get(), options=options))
    assert {each.name: (each.verdict, each.findings) for each in result.scenarios if each.verdict != "pass"} == {}


def test_the_excerpt_of_the_readme_is_from_a_real_run(tmp_path: Path, browser_path: Path) -> None:
    [text] = blocks(ROOT / "README.md", "text")
    prompt, *excerpt = text.strip().split("\n…\n")
    (tmp_path / "my-tracker.js").write_text(WRONG_CURRENCY, encoding="utf-8")
    command = [*prompt.removeprefix("$ harness ").split(), "--browser-path", str(browser_path)]
    ended = call(*[tmp_path / word if word == "my-tracker.js" else word for word in command])
    assert ended.status == 1
    assert len(excerpt) == 2
    for part in excerpt:
        assert _comparable(part) in _comparable(ended.out)


def _comparable(text: str) -> str:
    """The text without its line ends and the time that the run took."""
    return re.sub(r" in [\d.]+ s ", " ", " ".join(text.split()))


def test_the_samples_of_the_pytest_page_pass(tmp_path: Path, browser_path: Path) -> None:
    page = ROOT / "docs" / "pytest.md"
    [test], [settings] = blocks(page, "python"), blocks(page, "ini")
    folder = write(tmp_path, test_sample=test)
    (folder / "pytest.ini").write_text(settings, encoding="utf-8")
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "lamps.yaml").write_text(
        blocks(ROOT / "docs" / "scenarios.md", "yaml")[-1], encoding="utf-8"
    )
    ran = run_tests(folder)
    assert ran["test_a_tumbler_goes_into_the_cart"] == Outcome("passed")
    assert ran["A visitor looks at the lamps"] == Outcome("passed")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_curl_commands_return_json_without_findings() -> None:
    pages = (ROOT / "README.md", ROOT / "docs" / "collector.md")
    lines = [line for page in pages for text in blocks(page, "console") for line in text.splitlines()]
    commands = [line for line in lines if line.startswith("curl ")]
    assert len(commands) > 5
    with served("--token", "1=secret") as (_process, addresses):
        base = addresses["collector"].strip().removesuffix("/v1/tracker")
        for command in commands:
            local = command.replace("http://127.0.0.1:8001", base)
            ran = subprocess.run(f"{local} --silent --fail", shell=True, cwd=ROOT, capture_output=True, check=True)
            found = json.loads(ran.stdout) if ran.stdout else {}
            documents = found.get("documents", [])
            assert bool(documents) == ("kind=document" in command and "valid=false" not in command), command
            assert all(document["findings"] == [] for document in documents)


def test_the_command_that_prints_the_schema_of_ledgers_runs() -> None:
    [command] = [line for line in blocks(ROOT / "docs" / "ledger.md", "console") if line.startswith("python -c ")]
    program = command.strip().removeprefix('python -c "').removesuffix('"')
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(ran.stdout)["properties"]["entries"]
