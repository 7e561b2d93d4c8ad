"""`harness mutate` in a real browser: detected and undetected mutants, and the refusal of a failing suite."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from support import broken_trackers
from support.command import ROOT

from harness.browser.launch import driver
from harness.commands import mutate as command
from harness.mutation.model import ExpectedFinding, ProtocolMutations, TrackerMutant, protocol_mutations

HARMLESS = TrackerMutant(
    name="harmless",
    description="a comment before the tracker",
    expected=(ExpectedFinding(code="schema"),),
    prelude="// a comment",
)
LOOK_AROUND = ROOT / "scenarios" / "smoke" / "look-around.yaml"


@pytest.fixture
def three_mutants(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two defects and a harmless change, in an empty folder."""

    def mutations(name: str) -> ProtocolMutations:
        found = protocol_mutations(name)
        chosen = tuple(each for each in found.of_trackers if each.name in ("silent", "ids-swapped"))
        return replace(found, of_trackers=(*chosen, HARMLESS))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command, "protocol_mutations", mutations)


def mutate(browser_path: Path, *paths: Path, **options: object) -> int:
    """Run `harness mutate PATHS` and return its exit status."""
    with pytest.raises(typer.Exit) as ended:
        command.mutate(list(paths), browser_path=browser_path, **options)
    return ended.value.exit_code


def test_defects_are_detected_and_a_harmless_change_is_not(
    three_mutants: None, browser_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = ["text", f"json={tmp_path / 'mutants.json'}"]
    assert mutate(browser_path, LOOK_AROUND, report=specs) == 1
    text = capsys.readouterr().out
    assert "undetected  harmless: a comment before the tracker\n" in text
    assert "mutation score 66.7 %: 2 of 3 mutants detected, 2 of them under an expected code.\n" in text
    report = json.loads((tmp_path / "mutants.json").read_text(encoding="utf-8"))
    assert {each["name"]: each["code"] for each in report["mutants"]} == {
        "silent": "tracker-silent",
        "ids-swapped": "swapped-ids",
        "harmless": None,
    }


def test_a_suite_that_fails_with_the_healthy_tracker_is_refused(
    three_mutants: None, browser_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "wrong.yaml"
    scenario.write_text("name: Wrong\nsteps:\n  - arrive\n  - expect: order_success\n", encoding="utf-8")
    assert mutate(browser_path, scenario) == 1
    printed = capsys.readouterr()
    assert "order_success is missing" in printed.out
    assert "no mutants were run: 1 of 1 scenarios fail with the healthy tracker" in printed.err


def test_every_broken_tracker_is_javascript(browser_path: Path) -> None:
    scripts = {each.name: each.source for each in broken_trackers.ALL}

    async def compile_all(named: Sequence[tuple[str, str]]) -> list[str]:
        async with driver() as playwright:
            browser = await playwright.chromium.launch(executable_path=browser_path)
            page = await browser.new_page()
            wrong: list[str] = await page.evaluate(
                "scripts => scripts.flatMap(([name, text]) => { try { new Function(text); return []; } catch { return [name]; } })",
                named,
            )
            await browser.close()
            return wrong

    assert asyncio.run(compile_all([*scripts.items(), ("not a script", "(")])) == ["not a script"]
