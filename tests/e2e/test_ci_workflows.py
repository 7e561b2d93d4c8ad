"""The workflows of docs/ci.md, run step by step in a clean folder with the user's tracker."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.broken_trackers import SOURCE, WRONG_CURRENCY
from support.documentation import ci_sample, scripts, workflow
from support.wheel import build_wheel, clean_environment, create_environment

TRACKERS = {"healthy": SOURCE, "broken": WRONG_CURRENCY}
HEAD = "name: {name}\nsteps:\n  - arrive: {{at: tumbler}}\n"
SCENARIOS = {"first": "  - home\n", "cart": "  - add to cart\n", "last": "  - cart\n"}


@dataclass(frozen=True)
class Project:
    """A user's repository: a tracker and scenarios; `variables` are those of the machine."""

    folder: Path
    variables: Mapping[str, str]

    def run(self, script: str, **variables: str) -> int:
        """The exit status of a script that ends at the first failure, as in CI."""
        environment = clean_environment(**self.variables, **variables)
        shell = ["bash", "-e", "-c", script]
        ran = subprocess.run(shell, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode in (0, 1), ran.stdout + ran.stderr
        return ran.returncode


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with the dependencies but without the harness; `HARNESS` is a wheel of the checkout."""
    programs = create_environment(tmp_path_factory.mktemp("environment"))
    pip = programs / "pip"
    pip.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pip --python "{programs}/python" "$@"\n')
    pip.chmod(0o755)
    wheel = build_wheel(tmp_path_factory.mktemp("wheel"))
    path = f"{programs}:{clean_environment()['PATH']}"
    return {"PATH": path, "HARNESS": str(wheel), "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"}


@pytest.fixture
def project(tmp_path: Path, variables: dict[str, str], request: pytest.FixtureRequest) -> Project:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "tracker.js").write_text(TRACKERS[request.param], encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    for name, steps in SCENARIOS.items():
        (tmp_path / "scenarios" / f"{name}.yaml").write_text(HEAD.format(name=name) + steps, encoding="utf-8")
    return Project(tmp_path, variables)


def job(part: Any) -> str:
    """All commands of a job as one script."""
    return "\n".join(scripts(part))


def parts_of(part: Any, count: int) -> list[str]:
    """The script of each part of a job. The parts share one environment here, so only the first one sets it up."""
    *_set_up, run = scripts(part)
    return [job(part), *[run] * (count - 1)]


def assert_one_part_failed(statuses: list[int], project: Project) -> None:
    """Only the scenario with a cart event finds the broken tracker."""
    assert sorted(statuses) == [0, 0, 1]
    assert "currency" in (project.folder / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("project", ["broken"], indirect=True)
def test_the_github_workflow_tests_the_tracker_of_the_user(project: Project) -> None:
    loaded = workflow("GitHub")
    under_test = loaded["env"]["UNDER_TEST"]
    parts = parts_of(loaded["jobs"]["scenarios"], 3)
    parts = [part.replace("${{ matrix.shard }}", str(number)) for number, part in enumerate(parts, start=1)]
    statuses = [project.run(part, UNDER_TEST=under_test) for part in parts]
    assert project.run(job(loaded["jobs"]["report"]), GITHUB_STEP_SUMMARY=str(project.folder / "summary.md")) == 1
    assert_one_part_failed(statuses, project)
    assert "currency" in (project.folder / "summary.md").read_text(encoding="utf-8")
    assert (project.folder / "out" / "junit.xml").is_file()


@pytest.mark.parametrize("project", ["broken"], indirect=True)
def test_the_gitlab_workflow_tests_the_tracker_of_the_user(project: Project) -> None:
    loaded = workflow("GitLab")
    under_test, count = loaded["variables"]["UNDER_TEST"], loaded["scenarios"]["parallel"]
    statuses = [
        project.run(part, UNDER_TEST=under_test, CI_NODE_INDEX=str(number), CI_NODE_TOTAL=str(count))
        for number, part in enumerate(parts_of(loaded["scenarios"], count), start=1)
    ]
    assert project.run(job(loaded["report"])) == 1
    assert_one_part_failed(statuses, project)
    assert len(list((project.folder / "out").glob("junit-*.xml"))) == count


@pytest.mark.parametrize(("project", "status"), [("healthy", 0), ("broken", 1)], indirect=["project"])
def test_the_script_for_a_container_tests_the_tracker_of_the_user(project: Project, status: int) -> None:
    script = re.sub(
        r'^HARNESS=".*?"', f'HARNESS="{project.variables["HARNESS"]}"', ci_sample("A container"), flags=re.M
    )
    (project.folder / "ci.sh").write_text(script, encoding="utf-8")
    assert project.run("sh ci.sh") == status
    assert (project.folder / "out" / "junit.xml").is_file()
    assert (project.folder / "out" / "report.html").is_file()
