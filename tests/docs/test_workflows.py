"""The shape of the workflows in docs/ci.md; `tests/e2e/test_ci_workflows.py` runs their steps."""

import re
from fnmatch import fnmatch
from pathlib import Path

from support.documentation import ci_sample, parsed, scripts, workflow


def test_the_github_workflow_runs_every_part_once_and_merges_all() -> None:
    jobs = workflow("GitHub")["jobs"]
    shards = jobs["scenarios"]["strategy"]["matrix"]["shard"]
    [run] = [line for line in scripts(jobs["scenarios"]) if line.startswith("harness run")]
    [merge] = [line for line in scripts(jobs["report"]) if line.startswith("harness report")]
    assert re.search(r"--shard \$\{\{ matrix\.shard \}\}/(\d+)", run)[1] == str(len(shards))  # type: ignore[index]
    assert shards == list(range(1, len(shards) + 1))
    assert jobs["report"]["needs"] == "scenarios"
    assert {"github", "junit"} <= {spec.partition("=")[0] for spec in parsed(merge)["report"]}
    assert_merged(run, merge)


def test_the_gitlab_workflow_runs_every_part_once_and_merges_all() -> None:
    jobs = workflow("GitLab")
    [run] = [line for line in scripts(jobs["scenarios"]) if line.startswith("harness run")]
    [merge] = [line for line in scripts(jobs["report"]) if line.startswith("harness report")]
    assert "--shard $CI_NODE_INDEX/$CI_NODE_TOTAL" in run
    assert jobs["scenarios"]["parallel"] > 1
    assert jobs["report"]["needs"] == ["scenarios"]
    assert fnmatch(parsed(run)["report"][1].partition("=")[2], jobs["scenarios"]["artifacts"]["reports"]["junit"])
    assert_merged(run, merge)


def assert_merged(run: str, merge: str) -> None:
    """The merge reads the reports of all parts, which are in the uploaded folder."""
    [part] = [spec.partition("=")[2] for spec in parsed(run)["report"] if spec.startswith("json=")]
    [pattern] = parsed(merge)["files"]
    assert fnmatch(part, str(pattern))
    assert Path(part).parent == parsed(run)["artifacts"] == Path("out")


def test_each_workflow_has_two_lines_to_change_a_time_limit_and_pinned_versions() -> None:
    for name, limit in (("GitHub", "timeout-minutes: "), ("GitLab", "timeout: "), ("A container", "timeout ")):
        text = ci_sample(name)
        assert re.findall(r"# (\d)\. change this$", text, re.MULTILINE) == ["1", "2"], name
        assert limit in text
    assert all(re.search(r"@v\d+\.\d+\.\d+$", each) for each in re.findall(r"uses: (\S+)", ci_sample("GitHub")))
    assert re.search(r"python:\d+\.\d+\.\d+-", workflow("GitLab")["default"]["image"])


def test_the_workflows_keep_a_cache() -> None:
    assert ci_sample("GitHub").count("actions/cache@") == 2
    assert workflow("GitLab")["default"]["cache"]["paths"] == [".cache/pip"]
