"""The pages of the documentation: links, lengths, reference tables and samples."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from support import reference_tables
from support.collector_client import JIRAFE
from support.command import ROOT
from support.documentation import PAGES, blocks
from support.finding_language import BANNED, MAX_WORDS

from harness.events import Beacon
from harness.findings import CODES
from harness.protocol import get
from harness.scenario.parser import parse_scenario
from harness.scenario.target import built_in

MOST_LINES = {"README.md": 200, "qa.md": 130, "integrators.md": 130, "ci.md": 160}
PATHS = re.compile(r"`((?:[a-z_]+/)+(?:[\w.]+\.(?:py|json|yaml|js|md))?)`")
SAMPLES = sorted((ROOT / "docs" / "samples").glob("*.json"))


TEXTS = [*PAGES, ROOT / "ARCHITECTURE.md", ROOT / "CHANGELOG.md"]
_NO_PROSE = re.compile(r"^```.*?^```$|<!-- generated.*?<!-- end -->", re.MULTILINE | re.DOTALL)
_PART_END = re.compile(r"\n\s*\n|\n(?=\s*[-|#\d])|\|")
_SENTENCE_END = re.compile(r"(?<=[.;:?!])[*)]*\s+")


def sentences(file: Path) -> list[str]:
    """The sentences and table cells of a page, without samples; code counts as one word."""
    prose = re.sub(r"`[^`]*`", "x", _NO_PROSE.sub("", file.read_text(encoding="utf-8")))
    parts = [" ".join(part.split()) for part in _PART_END.split(prose)]
    return [sentence for part in parts for sentence in _SENTENCE_END.split(part)]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_a_page_is_plain_english(file: Path) -> None:
    assert [each for each in sentences(file) if len(each.split()) > MAX_WORDS or BANNED.search(each)] == []


def test_each_way_in_of_the_readme_is_short() -> None:
    parts = (ROOT / "README.md").read_text(encoding="utf-8").split("\n## ")
    ways = [part for part in parts if part.startswith(("Write", "Verify", "Check", "Use"))]
    assert len(ways) == 4
    assert [part.splitlines()[0] for part in ways if part.count("\n") > 25] == []


@pytest.mark.parametrize("name", ["qa", "integrators"])
def test_a_page_for_people_opens_with_its_main_command(name: str) -> None:
    lines = (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[1:3] == ["", "```console"]
    assert lines[3].startswith("harness ")


@pytest.mark.parametrize("file", [page for page in PAGES if page.name in MOST_LINES], ids=lambda file: file.name)
def test_a_page_is_short(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= MOST_LINES[file.name]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: file.name)
def test_each_link_leads_to_a_file(file: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if not (file.parent / link).is_file()] == []


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_each_path_exists(name: str) -> None:
    paths = PATHS.findall((ROOT / name).read_text(encoding="utf-8"))
    assert paths
    assert [path for path in paths if not (ROOT / path).exists() and not (ROOT / "harness" / path).exists()] == []


def test_the_readme_links_every_page() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in PAGES if page.name != "README.md" and f"{page.name})" not in text] == []


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_each_yaml_sample_is_yaml_and_each_scenario_is_valid(file: Path) -> None:
    for text in blocks(file, "yaml"):
        if "steps" in YAML(typ="safe", pure=True).load(text):
            parse_scenario(text, file=file.name, target=built_in(), protocol=get())


def test_the_reference_tables_are_those_of_the_code() -> None:
    pages = list(reference_tables.pages())
    stale = [page.name for page, text, expected in pages if text != expected]
    assert stale == [], "run: python tests/support/reference_tables.py"
    assert sorted(name for _page, text, _new in pages for name in reference_tables.names_in(text)) == sorted(
        reference_tables.tables()
    )


def test_the_codes_on_the_page_for_integrators_exist() -> None:
    text = (ROOT / "docs" / "integrators.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE)
    assert listed
    assert set(listed) <= set(CODES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_a_sample_document_has_no_findings(sample: Path) -> None:
    beacon = Beacon(
        number=1,
        time=0.0,
        method="POST",
        url=f"http://127.0.0.1:8001/v2/1/{sample.stem}",
        headers=(("authorization", "Bearer secret"),),
        body=sample.read_bytes(),
        status=200,
    )
    reading = JIRAFE.read(beacon)
    [document] = reading.documents
    assert document.type == sample.stem
    assert reading.findings == ()


def test_each_sample_is_on_the_page_of_the_collector() -> None:
    page = (ROOT / "docs" / "collector.md").read_text(encoding="utf-8")
    assert SAMPLES
    assert {sample.name for sample in SAMPLES} == set(re.findall(r"\(samples/([\w.]+)\)", page))


def test_the_json_samples_are_json() -> None:
    assert [json.loads(text) for page in PAGES for text in blocks(page, "json")]
