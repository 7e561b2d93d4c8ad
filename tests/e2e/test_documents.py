"""Documents of the store's back end and injected collector faults, from the command to the reports."""

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from support import broken_trackers as trackers
from support.command import Ended, call

SHOP = "steps:\n  - arrive: {at: tumbler}\n  - add to cart\n"
DOCUMENTS = "  - expect: cart document\n"


def run(folder: Path, text: str, *options: str | Path) -> Ended:
    """Run a scenario of this text."""
    file = folder / "journey.yaml"
    file.write_text(f"name: A journey\n{text}", encoding="utf-8")
    return call("run", file, "--report", "json", *options)


def findings(ended: Ended) -> Any:
    return ended.report["scenarios"][0]["findings"]


def ledger(folder: Path) -> Any:
    """The store's data in the last ledger of the one recording."""
    lines = next(folder.glob("*.ndjson")).read_text(encoding="utf-8").splitlines()
    return [record for record in map(json.loads, lines) if record["record"] == "ledger"][-1]["store"]


def test_the_back_end_is_off_by_default_and_an_option_enables_it(tmp_path: Path) -> None:
    off = run(tmp_path, SHOP, "--artifacts", tmp_path / "off", "--keep", "all")
    assert (off.status, off.report["totals"]["documents"]) == (0, 0)
    assert ledger(tmp_path / "off")["backend"] == "off"
    on = run(tmp_path, SHOP + DOCUMENTS, "--store", "backend=v1", "--artifacts", tmp_path / "on", "--keep", "all")
    assert on.status == 0, findings(on)
    assert on.report["totals"]["documents"] > 200
    assert ledger(tmp_path / "on")["backend"] == "v1"


def test_a_store_option_of_the_scenario_overrides_the_command_line(tmp_path: Path) -> None:
    options = ("--store", "backend=v1", "--artifacts", tmp_path / "kept", "--keep", "all")
    assert run(tmp_path, "store: {backend: v2}\n" + SHOP + DOCUMENTS, *options).status == 0
    assert ledger(tmp_path / "kept")["backend"] == "v2"


def test_an_expected_document_while_the_back_end_is_off_has_a_hint(tmp_path: Path) -> None:
    (finding,) = findings(run(tmp_path, SHOP + DOCUMENTS, "--timeout", "0.1"))
    assert finding["code"] == "missing-document"
    assert "store: {backend: v2}" in finding["hint"]


def test_every_report_contains_documents_and_injected_faults(tmp_path: Path) -> None:
    faults = "  - faults: {collector: [503], for: documents}\n"
    text = "store: {backend: v2}\n" + SHOP.replace("  - add to cart\n", faults + "  - add to cart\n") + DOCUMENTS
    page, suite = tmp_path / "report.html", tmp_path / "report.xml"
    reports = (f"html={page}", f"junit={suite}", f"text={tmp_path / 'a.txt'}")
    ended = run(tmp_path, text, *(word for report in reports for word in ("--report", report)))
    total = ended.report["totals"]["documents"]
    properties = {item.attrib["name"]: item.attrib["value"] for item in ET.parse(suite).iter("property")}
    assert properties["documents"] == str(total)
    assert f"{total} documents" in (tmp_path / "a.txt").read_text(encoding="utf-8")
    html = page.read_text(encoding="utf-8")
    assert "<dt>documents</dt>" in html
    assert re.search(r"\d+ product documents", html)
    assert html.count("injected fault</span>") == 1
    assert len(re.findall(r'class="type">cart document<', html)) == 2


def test_faulted_beacons_are_missing_if_the_tracker_does_not_retry(tmp_path: Path) -> None:
    steps = "steps:\n  - arrive\n  - faults: {collector: 503, for: beacons}\n  - home\n  - faults: off\n  - cart\n"
    once = "post(url, {method: 'POST', body: JSON.stringify(wrapper), keepalive: true}); return true;"
    (tmp_path / "once.js").write_text(trackers.broken(once), encoding="utf-8")
    (finding,) = findings(run(tmp_path, steps, "--tracker", tmp_path / "once.js", "--timeout", "0.2"))
    assert (finding["code"], finding["step"]) == ("missing-event", 3)
    assert "but an injected fault (503) hit the beacon, and it was not sent again" in finding["message"]


def test_faulted_beacons_are_no_finding_if_the_tracker_retries(tmp_path: Path) -> None:
    script = tmp_path / "retries.js"
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


def test_an_unknown_store_option_is_one_line() -> None:
    ended = call("run", "scenarios/smoke", "--store", "backnd=v2")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip() == 'harness: --store: no such option "backnd"; did you mean "backend"?'


def test_a_recording_gives_the_same_findings_as_its_run(tmp_path: Path) -> None:
    ended = run(
        tmp_path,
        "store: {backend: v2}\n" + SHOP + "  - expect: order document\n",
        *("--timeout", "0.1", "--artifacts", tmp_path / "kept"),
    )
    again = call("judge", *(tmp_path / "kept").glob("*.ndjson"), "--report", "json")
    assert findings(again) == findings(ended) != []
