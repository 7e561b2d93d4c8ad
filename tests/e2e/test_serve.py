"""`harness serve`: a store and a collector that others can use, until they are stopped."""

import json
import re
import signal
from pathlib import Path

from support.served import get, post, served

BODY = {"org": "", "site": "1", "data": [{"event_type": "visit"}]}


def test_the_store_sends_its_beacons_to_the_collector_beside_it() -> None:
    with served() as (_process, said):
        page = get(said["store"])
        assert "<title>Beacon Test Index</title>" in page
        assert f'jirafe_collector_url = "{said["collector"].strip()}"' in page
        script = re.search(r'script.src = "([^"]+)"', page)
        assert script
        assert "jirafe_deferred" in get(said["store"].strip().rstrip("/") + script[1])


def test_each_beacon_is_a_line_with_what_is_wrong_with_it() -> None:
    with served() as (process, said):
        assert process.stdout
        assert post(said["collector"], json.dumps(BODY).encode())[0] == 200
        assert re.match(r" +1  200  visit", process.stdout.readline())
        assert post(said["collector"], json.dumps({**BODY, "site": 1}).encode())[0] == 422
        lines = [process.stdout.readline() for _ in range(5)]
        assert any("422  visit" in line for line in lines)
        assert any("error: /site" in line for line in lines)


def test_a_beacons_line_moves_no_cursor() -> None:
    with served() as (process, said):
        assert process.stdout
        body = {**BODY, "data": [{"event_type": "vi\x1b[2Jsit\nx"}]}
        post(said["collector"], json.dumps(body).encode())
        line = process.stdout.readline()
        assert "\x1b" not in line
        assert r"vi\x1b[2Jsit\nx" in line


def test_a_beacon_is_answered_though_nobody_reads_its_line() -> None:
    with served() as (process, said):
        assert process.stdout
        process.stdout.close()
        assert [post(said["collector"], json.dumps(BODY).encode())[0] for _ in range(3)] == [200, 200, 200]


def test_ctrl_c_ends_it_well_and_the_journal_is_continued(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with served("--journal", journal) as (process, said):
        post(said["collector"], json.dumps(BODY).encode())
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    with served("--journal", journal) as (_process, said):
        assert "1 beacon;" in said["journal"]
        events = json.loads(get(said["events"]))["events"]
        assert [event["type"] for event in events] == ["visit"]
