"""`harness mutate` in a real browser: what is broken is caught, what is harmless survives, and a broken suite is refused."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from support.command import ROOT

from fakewww.app import TRACKER
from harness.browser.launch import driver
from harness.commands import mutate as command
from harness.mutation.recordings.mutant import ExpectedFinding
from harness.mutation.trackers.mutant import Mutant, break_tracker
from harness.protocol import get

HARMLESS = Mutant(
    name="harmless",
    what="it waits a second longer for an answer",
    expected=(ExpectedFinding(code="schema"),),
    edits=(("const PATIENCE = 20;", "const PATIENCE = 21;"),),
)
LOOK_AROUND = ROOT / "scenarios" / "smoke" / "look-around.yaml"


@pytest.fixture
def mutants(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An edit, something around the tracker, and what nobody could notice; in an empty folder."""
    monkeypatch.chdir(tmp_path)
    chosen = [each for each in get().mutants() if each.name in ("visit-untold", "ids-swapped")]
    monkeypatch.setattr(command, "get_protocol", lambda: replace(get(), mutants=lambda: (*chosen, HARMLESS)))


def mutated(browser_path: Path, *paths: Path, **options: object) -> int:
    """`harness mutate PATHS`, and how it ended."""
    with pytest.raises(typer.Exit) as ended:
        command.mutate(list(paths), browser_path=browser_path, **options)
    return ended.value.exit_code


def test_what_is_broken_is_caught_and_what_is_harmless_survives(
    mutants: None, browser_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = ["text", f"json={tmp_path / 'mutants.json'}"]
    assert mutated(browser_path, LOOK_AROUND, report=specs) == 1
    requests = capsys.readouterr().out
    assert "survived  harmless: it waits a second longer for an answer (" in requests
    assert "3 mutants of the tracker: 2 caught, 2 of them by what is wrong, 1 survived\n" in requests
    report = json.loads((tmp_path / "mutants.json").read_text(encoding="utf-8"))
    assert {each["name"]: each["code"] for each in report["mutants"]} == {
        "visit-untold": "missing-event",
        "ids-swapped": "swapped-ids",
        "harmless": None,
    }


def test_a_suite_that_fails_with_the_healthy_tracker_is_refused(
    mutants: None, browser_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = tmp_path / "wrong.yaml"
    scenario.write_text("name: Wrong\nsteps:\n  - arrive\n  - expect: order_success\n", encoding="utf-8")
    assert mutated(browser_path, scenario) == 1
    requests = capsys.readouterr()
    assert "order_success is missing" in requests.out
    assert "no tracker was broken: with the healthy one 1 of 1 scenarios fail already" in requests.err


def test_every_broken_tracker_is_javascript(browser_path: Path) -> None:
    source = TRACKER.read_text(encoding="utf-8")
    scripts = {each.name: break_tracker(each, source, file="").script.decode() for each in get().mutants()}

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

    assert asyncio.run(compile_all([*scripts.items(), ("no script", "(")])) == ["no script"]
