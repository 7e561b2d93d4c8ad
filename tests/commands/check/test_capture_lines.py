"""NDJSON of requests, HAR entries or bodies, and lists of URLs."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.captures import Json, checked, codes, devtools, fetched, findings, ndjson, sent, wrappers
from support.recordings import COLLECTOR, STORE

from harness.commands.check.checker import CheckOptions, check_files

WRAPPER = wrappers()[0]
BROKEN = {**WRAPPER, "site": 1}
TEXT = json.dumps(BROKEN)


def lines(*items: Any) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def logged(**parts: Any) -> Json:
    return {"method": "POST", "url": COLLECTOR, "status": 200, "time": "2027-01-15T08:00:01Z", **parts}


ONE_FAULT = {
    "HAR entries": lines(fetched(f"{STORE}/"), devtools(BROKEN)),
    "requests": lines({"url": f"{STORE}/"}, logged(body=TEXT)),
    "requests with objects": lines(logged(body=BROKEN, headers={"Content-Type": "text/plain"})),
    "requests with lists of headers": lines(logged(body=TEXT, headers=[["Content-Type", "text/plain"]])),
    "requests with other names": lines(
        {"request_url": COLLECTOR, "requestBody": TEXT, "status_code": 200, "ts": 1.8e9}
    ),
    "requests with milliseconds": lines(logged(data=TEXT, time=1.8e12)),
    "requests with postData": lines(logged(postData={"text": TEXT})),
    "bodies": lines(BROKEN),
    "a journal without its header": ndjson([replace(sent()[0], body=TEXT.encode())]).partition("\n")[2],
    "empty lines": "\n" + lines(logged(body=TEXT)) + "\n\n",
}


@pytest.mark.parametrize("content", ONE_FAULT.values(), ids=ONE_FAULT)
def test_the_requests_of_ndjson_are_checked(tmp_path: Path, content: str) -> None:
    found = findings(tmp_path, content, name="a.ndjson")
    assert "schema" in {finding.code for finding in found}
    last = len(content.rstrip().splitlines())
    assert {finding.place for finding in found} == {f"{tmp_path / 'a.ndjson'}:{last}"}


def test_a_healthy_log_of_requests_has_no_finding(tmp_path: Path) -> None:
    for content in (lines(*map(devtools, wrappers())), lines(*wrappers())):
        (file,) = checked(tmp_path, content, name="a.jsonl", strict=True).result.scenarios
        assert (file.findings, file.events) == ((), 15)


def test_bodies_are_checked_as_the_type_of_their_address(tmp_path: Path) -> None:
    url = "https://events.jirafe.com/v2/1/product"
    found = findings(tmp_path, lines({"id": "1"}, {"id": "2"}), name="a.ndjson", url=url)
    assert {finding.evidence.document for finding in found} == {"product"}


def test_lines_of_standard_input_are_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    content = lines(logged(body=WRAPPER), logged(body=BROKEN)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    (file,) = check_files([Path("-")], CheckOptions()).result.scenarios
    assert "schema" in {finding.code for finding in file.findings}


def test_requests_of_other_programs_are_no_beacons(tmp_path: Path) -> None:
    assert codes(tmp_path, lines({"url": f"{STORE}/"}), name="a.ndjson") == ["tracker-silent"]


# Lists of URLs

PIXEL = (
    "https://events.jirafe.com/v1/tracker/pixel.gif?sid=7&ts=2027-01-15T09%3A00%3A00.400Z&ct=L&cu=https%3A%2F%2Fshop.test%2F"
    "&pt=homepage&rt=&ru=&vid=11&vis=22&vlnd=https%3A%2F%2Fshop.test%2F&vref=&uag=x&ratr%5B0%5D=direct"
    "&ev%5Btype%5D=pageview&ev%5Bpage_type%5D=homepage"
)


@pytest.mark.parametrize("name", ["urls.txt", "urls.log", "urls"])
def test_a_list_of_urls_is_checked(tmp_path: Path, name: str) -> None:
    content = f"# from the proxy's log\n\n{STORE}/\nGET {PIXEL}\n"
    (file,) = checked(tmp_path, content, name=name, strict=True).result.scenarios
    assert (file.findings, file.events) == ((), 1)
    (finding,) = findings(tmp_path, content.replace("5D=homepage", "5D=shopping"), name=name)
    assert (finding.code, finding.place) == ("schema", f"{tmp_path / name}:4")


def test_a_post_in_a_list_of_urls_has_no_body(tmp_path: Path) -> None:
    (error,) = checked(tmp_path, f"POST {COLLECTOR}\n", name="urls.txt").errors
    assert "none of its 1 beacons has a body" in str(error)


def test_a_list_without_beacons_names_the_hosts(tmp_path: Path) -> None:
    (finding,) = findings(tmp_path, f"{STORE}/\n{STORE}/lamp\n", name="urls.txt")
    assert "2 requests and no beacon; contacted hosts: shop.test (2)" in finding.message
