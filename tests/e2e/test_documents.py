"""What a store's back end sends during a run, and a collector that fails on purpose, from the command to the reports."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from support import broken_trackers as trackers
from support.command import Ended, harness

WALK = "steps:\n  - arrive: {at: tumbler}\n  - add to cart\n"
DOCUMENTS = "  - expect: cart document\n"


def run(folder: Path, text: str, *options: str | Path) -> Ended:
    """Run a scenario of this text."""
    file = folder / "journey.yaml"
    file.write_text(f"name: A journey\n{text}", encoding="utf-8")
    return harness("run", file, "--report", "json", *options)


def findings(ended: Ended) -> Any:
    return ended.report["scenarios"][0]["findings"]


def ledger(folder: Path) -> Any:
    """What the store of the one recording said of itself last."""
    lines = next(folder.glob("*.ndjson")).read_text(encoding="utf-8").splitlines()
    return [record for record in map(json.loads, lines) if record["record"] == "ledger"][-1]["store"]


def test_the_back_end_is_off_unless_asked_for_and_the_option_switches_it_on(tmp_path: Path) -> None:
    off = run(tmp_path, WALK, "--artifacts", tmp_path / "off", "--keep", "all")
    assert (off.status, off.report["totals"]["documents"]) == (0, 0)
    assert ledger(tmp_path / "off")["backend"] == "off"
    on = run(tmp_path, WALK + DOCUMENTS, "--store", "backend=v1", "--artifacts", tmp_path / "on", "--keep", "all")
    assert on.status == 0, findings(on)
    assert on.report["totals"]["documents"] > 200
    assert ledger(tmp_path / "on")["backend"] == "v1"


def test_a_scenarios_own_switch_wins(tmp_path: Path) -> None:
    options = ("--store", "backend=v1", "--artifacts", tmp_path / "kept", "--keep", "all")
    assert run(tmp_path, "store: {backend: v2}\n" + WALK + DOCUMENTS, *options).status == 0
    assert ledger(tmp_path / "kept")["backend"] == "v2"


def test_a_document_asked_for_while_the_back_end_is_off_says_how_to_switch_it_on(tmp_path: Path) -> None:
    (finding,) = findings(run(tmp_path, WALK + DOCUMENTS, "--timeout", "0.1"))
    assert finding["code"] == "missing-document"
    assert "store: {backend: v2}" in finding["hint"]


def test_every_report_tells_of_documents_and_of_what_failed_on_purpose(tmp_path: Path) -> None:
    faults = "  - faults: {collector: [503], for: documents}\n"
    text = "store: {backend: v2}\n" + WALK.replace("  - add to cart\n", faults + "  - add to cart\n") + DOCUMENTS
    page, suite = tmp_path / "report.html", tmp_path / "report.xml"
    ended = run(
        tmp_path,
        text,
        "--report",
        f"html={page}",
        "--report",
        f"junit={suite}",
        "--report",
        f"text={tmp_path / 'a.txt'}",
    )
    total = ended.report["totals"]["documents"]
    properties = {item.attrib["name"]: item.attrib["value"] for item in ET.parse(suite).iter("property")}
    assert properties["documents"] == str(total)
    assert f"{total} documents" in (tmp_path / "a.txt").read_text(encoding="utf-8")
    html = page.read_text(encoding="utf-8")
    assert "<dt>documents</dt>" in html
    assert "140 product documents" in html or re.search(r"\d+ product documents", html)
    assert html.count("on purpose</span>") == 1
    assert len(re.findall(r'class="type">cart document<', html)) == 2


def test_beacons_that_fail_on_purpose_are_lost_where_the_tracker_tries_once(tmp_path: Path) -> None:
    steps = "steps:\n  - arrive\n  - faults: {collector: 503, for: beacons}\n  - home\n  - faults: off\n  - cart\n"
    once = "post(url, {method: 'POST', body: JSON.stringify(wrapper), keepalive: true}); return true;"
    (tmp_path / "once.js").write_text(trackers.broken(once), encoding="utf-8")
    (finding,) = findings(run(tmp_path, steps, "--tracker", tmp_path / "once.js", "--timeout", "0.2"))
    assert (finding["code"], finding["step"]) == ("missing-event", 3)
    assert "which the scenario let fail (503), and it was not sent again" in finding["message"]


def test_beacons_that_fail_on_purpose_are_no_finding_where_the_tracker_tries_again(tmp_path: Path) -> None:
    script = tmp_path / "patient.js"
    again = """
      const attempt = () => post(url, {method: 'POST', body: JSON.stringify(wrapper), keepalive: true}).then(
        (answer) => { if (answer.status === 503) setTimeout(attempt, 1000); });
      attempt();
      return true;
    """
    script.write_text(trackers.broken(again), encoding="utf-8")
    steps = "steps:\n  - arrive\n  - faults: {collector: [503, 503, ok], for: beacons}\n  - home\n  - cart\n"
    ended = run(tmp_path, steps, "--tracker", script, "--strict", "--artifacts", tmp_path / "kept", "--keep", "all")
    assert (ended.status, findings(ended)) == (0, [])
    faulted = next((tmp_path / "kept").glob("*.ndjson")).read_text(encoding="utf-8").count('"fault": "503"')
    assert faulted == 2


def test_a_wrong_switch_is_one_line() -> None:
    ended = harness("run", "scenarios/smoke", "--store", "backnd=v2")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip() == 'harness: --store: no such switch "backnd"; did you mean "backend"?'


def test_what_is_broken_is_judged_the_same_from_the_recording(tmp_path: Path) -> None:
    ended = run(
        tmp_path,
        "store: {backend: v2}\n" + WALK + "  - expect: order document\n",
        *("--timeout", "0.1", "--artifacts", tmp_path / "kept"),
    )
    again = harness("judge", *(tmp_path / "kept").glob("*.ndjson"), "--report", "json")
    assert findings(again) == findings(ended) != []
