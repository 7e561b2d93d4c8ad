"""The findings depend neither on the size of batches nor on the number of processes, and memory is bounded."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.captures import Json, devtools, fetched, har, internal_redirect, ndjson, sent, wrappers
from support.recordings import STORE

from harness.commands.check import aggregation
from harness.commands.check import cross_request_rules as across
from harness.commands.check.checker import CheckOptions, check_files
from harness.commands.check.process_pool import in_order
from harness.errors import FileError, HarnessError
from harness.findings import Evidence, Finding

WRAPPERS = wrappers()


def _plain(wrapper: Json) -> None:
    pass


def _site(wrapper: Json) -> None:
    wrapper["site"] = 1


def _swapped(wrapper: Json) -> None:
    visit = wrapper["visit"]
    visit["id"], visit["visitor"] = visit["visitor"], visit["id"]


def _moved(wrapper: Json) -> None:
    wrapper["visit"]["landing_url"] = f"{STORE}/elsewhere"


def _unknown(wrapper: Json) -> None:
    wrapper["data"][0]["event_type"] = "pageveiw"


CHANGES = [_plain, _plain, _site, _swapped, _moved, _unknown]

stories = st.lists(st.tuples(st.integers(0, len(WRAPPERS) - 1), st.sampled_from(CHANGES)), min_size=1, max_size=60)


def payloads_of(story: list[tuple[int, Callable[[Json], None]]]) -> list[Json]:
    """The payloads of a story: repeats, each with its change."""
    made = []
    for index, change in story:
        wrapper: Json = json.loads(json.dumps(WRAPPERS[index]))
        change(wrapper)
        made.append(wrapper)
    return made


def as_ndjson(payloads: list[Json]) -> str:
    beacon = sent()[0]
    return ndjson(
        [replace(beacon, number=n, body=json.dumps(body).encode(), time=2e9) for n, body in enumerate(payloads, 1)]
    )


def as_har(payloads: list[Json]) -> str:
    """Each beacon, every third one after its page, and every fourth one as two rows of an internal redirect."""
    entries = []
    for number, payload in enumerate(payloads):
        entries += [fetched(payload["page"]["current_url"])] if number % 3 == 0 else []
        entries += [internal_redirect(payload)] if number % 4 == 0 else []
        entries.append(devtools(payload))
    return har(entries)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(story=stories, size=st.integers(1, 5000))
@pytest.mark.parametrize(("name", "write"), [("a.ndjson", as_ndjson), ("a.har", as_har)])
def test_the_size_of_batches_changes_no_finding(
    tmp_path: Path,
    name: str,
    write: Callable[[list[Json]], str],
    story: list[tuple[int, Callable[[Json], None]]],
    size: int,
) -> None:
    path = tmp_path / name
    path.write_text(write(payloads_of(story)), encoding="utf-8")
    (whole,) = check_files([path], CheckOptions(workers=1)).result.scenarios
    (cut,) = check_files([path], CheckOptions(workers=1, batch=size)).result.scenarios
    assert (cut.findings, cut.events, cut.verdict) == (whole.findings, whole.events, whole.verdict)


def test_worker_processes_have_the_same_findings(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    story = [(n % len(WRAPPERS), CHANGES[n % len(CHANGES)]) for n in range(200)]
    path.write_text(as_ndjson(payloads_of(story)), encoding="utf-8")
    (alone,) = check_files([path], CheckOptions(workers=1)).result.scenarios
    (together,) = check_files([path], CheckOptions(workers=2, batch=20_000)).result.scenarios
    assert together.findings == alone.findings
    assert len(alone.findings) > 3


def test_an_invalid_line_in_a_worker_process_is_reported_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(as_ndjson(payloads_of([(0, _plain)] * 100)) + "oops\n", encoding="utf-8")
    (error,) = check_files([path], CheckOptions(workers=2, batch=5_000)).errors
    assert str(error).startswith(f"{path}:102: not JSON")


def test_the_progress_grows_to_the_size_of_the_file(tmp_path: Path) -> None:
    for name, content in (("a.ndjson", as_ndjson(WRAPPERS)), ("a.har", as_har(WRAPPERS))):
        path, calls = tmp_path / name, list[tuple[int, int]]()
        path.write_text(content, encoding="utf-8")
        check_files(
            [path], CheckOptions(batch=1), on_read=lambda _name, read, size, calls=calls: calls.append((read, size))
        )  # type: ignore[misc]
        read = [done for done, _size in calls]
        assert read == sorted(read)
        assert abs(read[-1] - path.stat().st_size) < 200


# Bounded memory


def tallied(findings: Iterable[Finding]) -> aggregation.Tally:
    made = aggregation.Tally()
    for finding in findings:
        made.add(finding)
    return made


def test_too_many_causes_are_grouped_by_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregation, "MAX_CAUSES", 3)
    made = tallied(Finding(code="schema", message="", evidence=Evidence(event=str(n))) for n in range(10))
    assert [finding.count for finding in made.findings()] == [7, 1, 1, 1]


def test_merged_tallies_equal_the_tally_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aggregation, "MAX_CAUSES", 4)
    all_of_them = [
        Finding(code="schema", message=f"{n}", evidence=Evidence(event=str(n * n % 7)), place=f"a:{n}")
        for n in range(90)
    ]
    merged = aggregation.Tally()
    for start in range(0, 90, 7):
        merged.merge(tallied(all_of_them[start : start + 7]))
    assert merged.findings() == tallied(all_of_them).findings()


def test_only_the_latest_claims_and_events_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(as_ndjson([*WRAPPERS, *WRAPPERS]), encoding="utf-8")
    (remembered,) = check_files([path]).result.scenarios
    monkeypatch.setattr(across, "MAX_CLAIMS", 1)
    (forgotten,) = check_files([path]).result.scenarios
    severities = [[f.severity for f in file.findings] for file in (remembered, forgotten)]
    assert severities == [["error", *["warning"] * 4], []]


# The pool


def square(number: int) -> int:
    return number * number


def end(_number: int) -> Any:
    os._exit(1)


def fail(number: int) -> int:
    raise FileError(f"a:{number}: bad")


def test_results_keep_the_order_of_the_pieces() -> None:
    assert list(in_order(square, range(50), workers=2)) == [number * number for number in range(50)]


def test_few_pieces_are_fetched_in_advance() -> None:
    taken = []

    def pieces() -> Any:
        for number in range(100):
            taken.append(number)
            yield number

    done = in_order(square, pieces(), workers=2)
    next(done)
    assert len(taken) <= 8
    done.close()  # type: ignore[attr-defined]


def test_an_exception_in_a_worker_process_is_raised_again() -> None:
    with pytest.raises(FileError, match="a:0: bad"):
        list(in_order(fail, range(10), workers=2))


def test_a_worker_process_that_dies_is_one_line() -> None:
    with pytest.raises(HarnessError, match="a worker process died"):
        list(in_order(end, range(10), workers=2))
