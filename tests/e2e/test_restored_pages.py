"""Pages that a full browser restores from its back/forward cache."""

import json
from pathlib import Path

import pytest
from support.command import harness

from harness.browser.discovery import BrowserChoice

JOURNEY = """name: A journey
browser: full
store: {{kept: on, theme: {theme}}}
steps:
  - arrive: {{at: home}}
  - category: Kitchen
  - open product: Tumbler
  - add to cart
  - back
  - cart
  - check out
  - home
  - back
"""


@pytest.mark.parametrize(
    ("theme", "navigations"),
    [("classic", {"navigate": 12, "restore": 2}), ("spa", {"navigate": 8, "push": 4, "restore": 1, "traverse": 1})],
)
def test_each_restored_page_is_one_page_view(
    theme: str, navigations: dict[str, int], full_chromium: BrowserChoice, tmp_path: Path
) -> None:
    (tmp_path / "journey.yaml").write_text(JOURNEY.format(theme=theme), encoding="utf-8")
    kept = ("--artifacts", tmp_path / "kept", "--keep", "all")
    options = ("--channel", full_chromium.channel, "--strict", "--report", "json", *kept)
    ended = harness("run", tmp_path / "journey.yaml", *options)
    assert ended.report["scenarios"][0]["findings"] == []
    [file] = (tmp_path / "kept").glob("*.ndjson")
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    ways = [record["navigation"] for record in records if record["record"] == "page-view"]
    assert {way: ways.count(way) for way in navigations} == navigations, ways
