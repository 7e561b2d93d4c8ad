"""Which scenarios are run: tags, names, shards, repeats, and what failed last time."""

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


def test_without_a_choice_all_are_run(scenarios: list[Scenario]) -> None:
    assert letters(choose(scenarios)) == "ABCDE"


def test_any_of_the_tags_will_do(scenarios: list[Scenario]) -> None:
    assert letters(choose(scenarios, tags=["smoke"])) == "AB"
    assert letters(choose(scenarios, tags=["smoke", "cart"])) == "ABC"


def test_a_part_of_the_name_will_do_in_any_case(scenarios: list[Scenario]) -> None:
    assert letters(choose(scenarios, names=["scenario d", "o C"])) == "CD"


def test_a_tag_that_no_scenario_has_is_named_with_the_closest(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match=r'--tag smok: no scenario is left; did you mean "smoke"\?'):
        choose(scenarios, tags=["smok"])


def test_a_name_that_no_scenario_has_is_named_with_all_there_are(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match=r"--name xyz: no scenario is left; there are: Scenario A, Scenario B"):
        choose(scenarios, names=["xyz"], tags=["smoke"])


@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_the_shards_together_are_everything_once(parts: int, scenarios: list[Scenario]) -> None:
    shards = [letters(choose(scenarios, shard=f"{part}/{parts}")) for part in range(1, parts + 1)]
    assert sorted("".join(shards)) == list("ABCDE")
    assert max(map(len, shards)) - min(map(len, shards)) <= 1


@pytest.mark.parametrize("shard", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2"])
def test_a_shard_that_makes_no_sense_is_refused(shard: str, scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match="write I/N"):
        choose(scenarios, shard=shard)


def test_a_shard_with_nothing_in_it_is_refused(scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match="this part is empty; there are only 5 scenarios"):
        choose(scenarios, shard="6/6")


def test_repeats_are_numbered(scenarios: list[Scenario]) -> None:
    jobs = choose(scenarios[:2], repeat=2)
    expected = ["Scenario A (1 of 2)", "Scenario A (2 of 2)", "Scenario B (1 of 2)", "Scenario B (2 of 2)"]
    assert [job.name for job in jobs] == expected


def test_what_failed_is_remembered_even_of_a_repeat(
    scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no run was made in this folder before"):
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


def test_what_did_not_run_is_remembered_too(
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


def test_a_scenario_that_is_named_like_a_repeat_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    scenario = Scenario(name="Page (2 of 3)", file="a.yaml", text="", items=())
    failed = ScenarioResult(name=scenario.name, file="a.yaml", tags=(), verdict="fail")
    remember(RunResult(seed=0, command="", duration_s=0.0, scenarios=(failed,)))
    assert [job.scenario for job in choose([scenario], last_failed=True)] == [scenario]


@pytest.mark.parametrize("text", ["5", "{}", "[1]", "null", "no JSON", "[" * 100_000])
def test_a_memory_that_is_none_is_told(
    text: str, scenarios: list[Scenario], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".harness").mkdir()
    (tmp_path / ".harness" / "last-failed.json").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"last-failed\.json holds no list of names; delete it"):
        choose(scenarios, last_failed=True)


@pytest.mark.parametrize("option", ["tags", "names"])
def test_an_empty_tag_or_name_is_refused(option: str, scenarios: list[Scenario]) -> None:
    with pytest.raises(UsageError, match="nothing stands behind it"):
        choose(scenarios, **{option: ["smoke", " "]})  # type: ignore[arg-type]


def test_the_same_file_given_twice_is_one_scenario(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("name: A\nsteps:\n  - arrive\n", encoding="utf-8")
    (tmp_path / "link.yaml").symlink_to(file)
    paths = [file, tmp_path / "." / ".." / tmp_path.name / "a.yaml", tmp_path / "link.yaml", tmp_path]
    assert [scenario.file for scenario in read_all(paths, target=built_in(), protocol=get())] == [str(file)]


def test_a_folder_that_cannot_be_written_to_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".harness").write_text("in the way", encoding="utf-8")
    remember(RunResult(seed=0, command="", duration_s=0.0))
    assert (tmp_path / ".harness").read_text(encoding="utf-8") == "in the way"


def test_scenarios_here_come_before_those_of_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (shipped,) = default_paths()
    assert (shipped / "smoke").is_dir()
    (tmp_path / "scenarios").mkdir()
    assert default_paths() == [Path("scenarios")]


def test_every_shipped_scenario_can_be_read() -> None:
    target, protocol = built_in(), get()
    assert len(read_all(default_paths(), target=target, protocol=protocol)) >= 14


def test_two_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("name: Same\nsteps:\n  - arrive\n", encoding="utf-8")
    with pytest.raises(HarnessError, match=r'b\.yaml: the name "Same" is also that of .*a\.yaml'):
        read_all([tmp_path], target=built_in(), protocol=get())
