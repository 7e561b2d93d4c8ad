"""`harness serve`: the store and the collector, until Ctrl-C."""

import json
import re
import signal
from pathlib import Path

from support.served import get, post, served

BODY = {"org": "", "site": "1", "data": [{"event_type": "visit"}]}


def test_the_pages_of_the_store_send_to_the_collector() -> None:
    with served() as (_process, addresses):
        page = get(addresses["store"])
        assert "<title>Beacon Test Index</title>" in page
        assert f'jirafe_collector_url = "{addresses["collector"].strip()}"' in page
        script = re.search(r'script.src = "([^"]+)"', page)
        assert script
        assert "jirafe_deferred" in get(addresses["store"].strip().rstrip("/") + script[1])


def test_each_beacon_is_printed_with_its_findings() -> None:
    with served() as (process, addresses):
        assert process.stdout
        assert post(addresses["collector"], json.dumps(BODY).encode())[0] == 200
        assert re.match(r" +1  200  visit", process.stdout.readline())
        assert post(addresses["collector"], json.dumps({**BODY, "site": 1}).encode())[0] == 422
        lines = [process.stdout.readline() for _ in range(5)]
        assert any("422  visit" in line for line in lines)
        assert any("error: /site" in line for line in lines)


def test_control_characters_in_a_beacon_are_escaped() -> None:
    with served() as (process, addresses):
        assert process.stdout
        body = {**BODY, "data": [{"event_type": "vi\x1b[2Jsit\nx"}]}
        post(addresses["collector"], json.dumps(body).encode())
        line = process.stdout.readline()
        assert "\x1b" not in line
        assert r"vi\x1b[2Jsit\nx" in line


def test_a_beacon_is_answered_even_if_the_terminal_is_closed() -> None:
    with served() as (process, addresses):
        assert process.stdout
        process.stdout.close()
        assert [post(addresses["collector"], json.dumps(BODY).encode())[0] for _ in range(3)] == [200, 200, 200]


def test_after_ctrl_c_the_exit_status_is_0_and_the_journal_can_be_continued(tmp_path: Path) -> None:
    journal = tmp_path / "journal.db"
    with served("--journal", journal) as (process, addresses):
        post(addresses["collector"], json.dumps(BODY).encode())
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=10) == 0
    with served("--journal", journal) as (_process, addresses):
        assert "1 beacon;" in addresses["journal"]
        events = json.loads(get(addresses["events"]))["events"]
        assert [event["type"] for event in events] == ["visit"]
