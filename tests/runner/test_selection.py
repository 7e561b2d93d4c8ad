"""The selection of scenarios: tags, names, shards, repeats, and the failures of the last run."""

from pathlib import Path

import pytest

from harness.errors import HarnessError, UsageError
from harness.protocol import get
from harness.results import RunResult, ScenarioResult, Verdict
from harness.runner.jobs import Job
from harness.runner.selection import choose, default_paths, read_all, remember
from harness.scenario.model import Scenario
from harness.scenario.target import built_in


@pytest.fixture
def scenarios() -> list[Scenario]:
    return [
        Scenario(name=f"Scenario {letter}", file=f"{letter}.yaml", text="", items=(), tags=tags)
        for letter, tags in {"A": ("smoke",), "B": ("smoke", "cart"), "C": ("cart",), "D": (), "E": ()}.items()
    ]


def letters(jobs: list[Job]) -> str:
    return "".join(job.scenario.name[-1] for job in jobs)


def test_without_options_all_scenarios_run(scenarios: list[Scenario]) -> None:
    assert letters(choose(scenarios)) == "ABCDE"


def test_one_matching_tag_is_enough(scenarios: list[Scenario]) -> None:
    assert letters(choose(scenarios, tags=["smoke"])) == "AB"
    assert letters(choose(scenarios, tags=["smoke", "cart"])) == "ABC"


def test_a_part_of_the_name_in_any_case_is_enough(scenarios: list[Scenario]) -> None:
    assert letters(choose(scenarios, names=["scenario d", "o C"])) == "CD"


def test_an_unknown_tag_is_refused_with_the_closest_one(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match=r'--tag smok: no scenario matches; did you mean "smoke"\?'):
        choose(scenarios, tags=["smok"])


def test_an_unknown_name_is_refused_with_all_known_names(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match=r"--name xyz: no scenario matches; known: Scenario A, Scenario B"):
        choose(scenarios, names=["xyz"], tags=["smoke"])


@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_the_shards_together_are_all_scenarios(parts: int, scenarios: list[Scenario]) -> None:
    shards = [letters(choose(scenarios, shard=f"{part}/{parts}")) for part in range(1, parts + 1)]
    assert sorted("".join(shards)) == list("ABCDE")
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_an_invalid_shard_is_refused(shard: str, scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match="write I/N"):
        choose(scenarios, shard=shard)


def test_an_empty_shard_is_refused(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match="this part is empty; there are only 5 scenarios"):
        choose(scenarios, shard="6/6")


def test_repeats_are_numbered(scenarios: list[Scenario]) -> None:
    jobs = choose(scenarios[:2], repeat=2)
    expected = ["Scenario A (1 of 2)", "Scenario A (2 of 2)", "Scenario B (1 of 2)", "Scenario B (2 of 2)"]
    assert [job.name for job in jobs] == expected


def test_failures_are_remembered_also_of_a_repeat(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="there was no run in this folder"):
        choose(scenarios, last_failed=True)
    results = [
        ScenarioResult(name="Scenario A", file="A.yaml", tags=(), verdict="pass"),
        ScenarioResult(name="Scenario B (2 of 2)", file="B.yaml", tags=(), verdict="fail"),
    ]
    remember(RunResult(seed=0, command="", duration_s=0.0, scenarios=tuple(results)))
    assert letters(choose(scenarios, last_failed=True)) == "B"
    remember(RunResult(seed=0, command="", duration_s=0.0, scenarios=tuple(results[:1])))
    with pytest.raises(UsageError, match="none of these scenarios failed"):
        choose(scenarios, last_failed=True)


def test_scenarios_that_did_not_run_are_remembered(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    verdicts: dict[str, Verdict] = {"A": "pass", "B": "fail", "C": "not-run"}
    results = [
        ScenarioResult(name=f"Scenario {letter}", file="", tags=(), verdict=verdict)
        for letter, verdict in verdicts.items()
    ]
    remember(RunResult(seed=0, command="", duration_s=0.0, scenarios=tuple(results)))
    assert letters(choose(scenarios, last_failed=True)) == "BC"


def test_a_scenario_with_a_name_like_a_repeat_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = Scenario(name="Page (2 of 3)", file="a.yaml", text="", items=())
    failed = ScenarioResult(name=scenario.name, file="a.yaml", tags=(), verdict="fail")
    remember(RunResult(seed=0, command="", duration_s=0.0, scenarios=(failed,)))
    assert [job.scenario for job in choose([scenario], last_failed=True)] == [scenario]


@pytest.mark.parametrize("text", ["5", "{}", "[1]", "null", "no JSON", "[" * 100_000])
def test_an_invalid_list_of_failures_is_an_error(
    text: str, scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".harness").mkdir()
    (tmp_path / ".harness" / "last-failed.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"last-failed\.json contains no list of names; delete it"):
        choose(scenarios, last_failed=True)


@pytest.mark.parametrize("option", ["tags", "names"])
def test_an_empty_tag_or_name_is_refused(option: str, scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match="the value is empty"):
        choose(scenarios, **{option: ["smoke", " "]})  # type: ignore[arg-type]


def test_the_same_file_given_twice_is_one_scenario(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: A\nsteps:\n  - arrive\n", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(file)
    paths = [file, tmp_path / "." / ".." / tmp_path.name / "a.yaml", tmp_path / "link.yaml", tmp_path]
    assert [scenario.file for scenario in read_all(paths, target=built_in(), protocol=get())] == [str(file)]


def test_a_folder_without_write_permission_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".harness").write_text("in the way", encoding="utf-8")
    remember(RunResult(seed=0, command="", duration_s=0.0))
    assert (tmp_path / ".harness").read_text(encoding="utf-8") == "in the way"


def test_the_working_folders_scenarios_have_precedence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (shipped,) = default_paths()
    assert (shipped / "smoke").is_dir()
    (tmp_path / "scenarios").mkdir()
    assert default_paths() == [Path("scenarios")]


def test_every_scenario_of_the_package_is_valid() -> None:
    target, protocol = built_in(), get()
    assert len(read_all(default_paths(), target=target, protocol=protocol)) >= 14


def test_two_scenarios_with_the_same_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("name: Same\nsteps:\n  - arrive\n", encoding="utf-8")
    with pytest.raises(HarnessError, match=r'b\.yaml: the name "Same" is also in .*a\.yaml'):
        read_all([tmp_path], target=built_in(), protocol=get())
