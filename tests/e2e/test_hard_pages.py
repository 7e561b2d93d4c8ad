"""Difficult pages and browsers: endless scripts, popups, late answers, dialogs, a killed browser."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import broken_trackers as trackers
from support.command import ROOT, Ended, harness


def run_with(script: str, steps: str, folder: Path, *options: str) -> Ended:
    """Run one scenario with a script before the tracker."""
    (folder / "tracker.js").write_text(script + "\n" + trackers.SOURCE, encoding="utf-8")
    (folder / "journey.yaml").write_text(f"name: A journey\nsteps:\n{steps}", encoding="utf-8")
    options = ("--tracker", str(folder / "tracker.js"), "--report", "json", *options)
    return harness("run", folder / "journey.yaml", *options)


def findings(ended: Ended) -> Any:
    return ended.report["scenarios"][0]["findings"]


def test_endless_script_fails_the_step_in_bounded_time(tmp_path: Path) -> None:
    ended = run_with("setTimeout(() => { while (true); }, 1000);", "  - arrive\n", tmp_path)
    assert findings(ended)[0]["code"] == "action-failed"
    assert "does not end" in findings(ended)[0]["message"]


def test_page_and_the_tab_that_it_opens_are_two_page_views(tmp_path: Path) -> None:
    script = (
        "if (location.pathname.endsWith('/index.html') && !opener && !sessionStorage.done) {"
        " sessionStorage.done = 1; open('/fakewww/about/index.html'); }"
    )
    ended = run_with(script, "  - arrive\n  - category: Lamps\n", tmp_path)
    assert findings(ended) == []
    assert ended.report["scenarios"][0]["events"] == 4


def test_navigation_after_an_answer_is_awaited(tmp_path: Path) -> None:
    script = (
        "if (!sessionStorage.moved) { sessionStorage.moved = 1;"
        " fetch('/ledger.json').then(answer => answer.text()).then(() => { location.href = '/fakewww/about/index.html' }); }"
    )
    ended = run_with(script, "  - arrive\n", tmp_path)
    assert findings(ended) == []
    assert ended.report["scenarios"][0]["events"] == 3


def test_tracker_without_send_beacon_causes_no_waiting(tmp_path: Path) -> None:
    slow = run_with("navigator.sendBeacon = () => false;", "  - arrive\n  - category: Lamps\n  - home\n", tmp_path)
    assert findings(slow) == []
    assert slow.report["duration_s"] < 12, "each fence that waits for a missing one costs five seconds"


def test_no_udp_traffic(tmp_path: Path) -> None:
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
        assert findings(run_with(script, "  - arrive\n  - category: Lamps\n", tmp_path)) == []
        with pytest.raises(BlockingIOError):
            trap.recv(2048)


def test_dialogs_do_not_stop_the_journey(tmp_path: Path) -> None:
    ended = run_with("alert('hello'); confirm('really?');", "  - arrive\n  - category: Lamps\n", tmp_path)
    assert findings(ended) == []


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
