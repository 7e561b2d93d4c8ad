"""Difficult pages and browsers: endless scripts, popups, late answers, dialogs, a killed browser."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import ROOT, Ended
from support.journeys import run_journeys

from harness.results import ScenarioResult
from harness.runner import scenario_run

OPENS_A_TAB = (
    "if (location.pathname.endsWith('/index.html') && !opener && !sessionStorage.done) {"
    " sessionStorage.done = 1; open('/fakewww/about/index.html'); }"
)
LEAVES_AFTER_AN_ANSWER = (
    "if (!sessionStorage.moved) { sessionStorage.moved = 1;"
    " fetch('/ledger.json').then(answer => answer.text()).then(() => { location.href = '/fakewww/about/index.html' }); }"
)
ARRIVE = "  - arrive\n"
TWO_PAGES = "  - arrive\n  - category: Lamps\n"


@pytest.fixture(scope="module")
def results(browser_path: Path) -> dict[str, ScenarioResult]:
    journeys = {
        "tab": (OPENS_A_TAB, TWO_PAGES),
        "leaves": (LEAVES_AFTER_AN_ANSWER, ARRIVE),
        "no beacon": ("navigator.sendBeacon = () => false;", TWO_PAGES + "  - home\n"),
        "dialogs": ("alert('hello'); confirm('really?');", TWO_PAGES),
    }
    return run_journeys(journeys, browser_path)


def test_endless_script_fails_the_step_in_bounded_time(browser_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_run, "PAGE_TIMEOUT_S", 6.0)
    journeys = {"endless": ("setTimeout(() => { while (true); }, 1000);", ARRIVE)}
    finding, *_ = run_journeys(journeys, browser_path)["endless"].findings
    assert finding.code == "action-failed"
    assert "does not end" in finding.message


def test_page_and_the_tab_that_it_opens_are_two_page_views(results: dict[str, ScenarioResult]) -> None:
    assert results["tab"].findings == ()
    assert results["tab"].events == 4


def test_navigation_after_an_answer_is_awaited(results: dict[str, ScenarioResult]) -> None:
    assert results["leaves"].findings == ()
    assert results["leaves"].events == 3


def test_tracker_without_send_beacon_causes_no_waiting(results: dict[str, ScenarioResult]) -> None:
    assert results["no beacon"].findings == ()
    assert results["no beacon"].duration_s < 12, "each fence that waits for a missing one costs five seconds"


def test_dialogs_do_not_stop_the_journey(results: dict[str, ScenarioResult]) -> None:
    assert results["dialogs"].verdict == "pass"
    assert results["dialogs"].findings == ()


def test_no_udp_traffic(browser_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trap:
        trap.bind(("127.0.0.1", 0))
        trap.setblocking(False)
        port = trap.getsockname()[1]
        script = f"""
            const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}});
            peer.createDataChannel('x');
            const gathered = new Promise(done => peer.onicecandidate = event => event.candidate || done());
            peer.createOffer().then(offer => peer.setLocalDescription(offer));
            gathered.then(() => fetch('/ledger.json?gathered'));
        """
        assert run_journeys({"udp": (script, TWO_PAGES)}, browser_path)["udp"].findings == ()
        with pytest.raises(BlockingIOError):
            trap.recv(2048)


def test_killed_browser_passes_no_scenario(tmp_path: Path) -> None:
    for number in range(4):
        text = f"name: Journey {number}\nsteps:\n" + "  - arrive\n  - category: Lamps\n  - home\n" * 5
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "harness", "run", str(tmp_path), "--workers", "1", "--report", "json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert process.stderr.readline().startswith("[1/4] pass")
        os.kill(_browser_of(process.pid), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    report = Ended(process.returncode, out, err).report
    assert "Traceback" not in err
    assert process.returncode == 1
    assert [scenario["verdict"] for scenario in report["scenarios"]] == ["pass", "fail", "not-run", "not-run"]
    assert report["scenarios"][2]["reason"] == "the browser has ended"


def test_interrupted_run_reports_finished_scenarios(tmp_path: Path) -> None:
    for number in range(3):
        text = f"name: Journey {number}\nsteps:\n" + "  - arrive\n  - category: Lamps\n  - home\n" * 5
        (tmp_path / f"{number}.yaml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "harness", "run", str(tmp_path), "--workers", "1", "--report", "json"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, preexec_fn=_accept_ctrl_c, **pipes) as process:
        assert process.stderr
        assert process.stderr.readline().startswith("[1/3] pass")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    report = Ended(process.returncode, out, err).report
    assert process.returncode == 130
    assert "Traceback" not in err
    assert [scenario["verdict"] for scenario in report["scenarios"]] == ["pass", "not-run", "not-run"]
    assert report["scenarios"][1]["reason"] == "interrupted"


def _accept_ctrl_c() -> None:
    """Reset the signal, which a shell ignores in background jobs."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _browser_of(pid: int) -> int:
    """The browser's process below the driver of a run, from /proc."""
    children: dict[int, list[int]] = {}
    commands: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                commands[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    below = [pid]
    for process in below:
        below += children.get(process, [])
    browsers = [process for process in below if _is_browser(commands.get(process, ""))]
    return browsers[-1]  # a shell that started it may precede it


def _is_browser(command: str) -> bool:
    return "--remote-debugging" in command and "--type=" not in command
