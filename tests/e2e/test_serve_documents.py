"""`harness serve` for integrations: the terminal and `/harness/events` tell what a back end did wrong."""

import json
import re
import subprocess
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from support.command import harness
from support.published_examples import CATEGORY, PLACED, changed
from support.served import get, served


def post(said: dict[str, str], path: str, body: object, token: str | None = "secret") -> int:
    """Send a document to the collector that said these addresses; the status."""
    base = said["collector"].strip().removesuffix("/v1/tracker")
    headers = {"Content-Type": "application/json"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
    request = Request(base + path, data=json.dumps(body).encode(), headers=headers)
    try:
        with urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


def lines(process: subprocess.Popen[str], count: int) -> str:
    """The next lines on the terminal."""
    assert process.stdout
    return "".join(process.stdout.readline() for _ in range(count))


def test_a_stranger_sees_on_the_terminal_and_over_http_what_is_wrong() -> None:
    with served() as (process, said):
        assert post(said, "/v1/7/1/category", CATEGORY) == 200
        assert re.match(r" +1  200  category of site 1\n$", lines(process, 1))
        assert post(said, "/v2/1/order", changed(PLACED, visit=None)) == 400
        told = lines(process, 2)
        assert re.match(r" +2  400  order of site 1\n", told)
        assert 'error: /visit order placed: "visit" is missing from the order' in told
        (_, order) = json.loads(get(said["events"].strip() + "?kind=document"))["documents"]
        assert (order["type"], order["status"], order["taken"]) == ("order", 400, False)
        assert [finding["code"] for finding in order["findings"]] == ["schema"]


def test_a_batch_is_one_line_with_at_most_twenty_findings() -> None:
    with served() as (process, said):
        assert post(said, "/v2/1/batch", {"category": [CATEGORY, *[{}] * 30], "product": [{}]}) == 200
        told = lines(process, 22).splitlines()
        assert told[0].endswith("200  31 category, product of site 1")
        assert "error: /category/1/id category:" in told[1]
        assert re.search(r"and \d+ more: see /harness/events\?kind=beacon", told[-1])


def test_a_large_batch_is_told_too() -> None:
    with served() as (process, said):
        assert post(said, "/v2/1/batch", {"category": [CATEGORY] * 10_000}) == 200
        assert "200  10000 category of site 1" in lines(process, 1)


def test_tokens_are_those_that_were_given() -> None:
    with served("--token", "1=one=two", "--token", "2=three") as (process, said):
        assert post(said, "/v2/1/category", CATEGORY, "one=two") == 200
        assert post(said, "/v2/2/category", CATEGORY, "three") == 200
        assert post(said, "/v2/2/category", CATEGORY, "one=two") == 403
        assert post(said, "/v2/2/category", CATEGORY, None) == 403
        told = lines(process, 6)
        assert "error:  category: the token may not write to the site 2" in told
        assert "three" not in told


@pytest.mark.parametrize("token", ["secret", "=secret", "1="])
def test_a_token_that_is_none_is_told(token: str) -> None:
    ended = harness("serve", "--token", token, "--store-port", "0", "--collector-port", "0")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip() == f'harness: --token "{token}" should be SITE=TOKEN'


def test_the_stores_own_back_end_sends_to_the_collector_beside_it() -> None:
    with served("--store", "backend=v2", "--store", "history=3", "--token", "1=secret", "--token", "2=other") as (
        _,
        said,
    ):
        store = said["store"].strip().rstrip("/")
        assert json.loads(get(f"{store}/ledger.json"))["store"]["backend"] == "v2"
        state = json.loads(get(f"{store}/backend.json?wait=30"))
        assert (state["pending"], state["sent"], state["failed"]) == (0, 1, [])
        base = said["events"].strip()
        documents = json.loads(get(f"{base}?kind=document"))["documents"]
        assert {document["type"] for document in documents} >= {"category", "product", "employee", "customer", "order"}
        assert [document["findings"] for document in documents if document["findings"]] == []
        image = next(document for document in documents if document["type"] == "product")["body"]["images"][0]["url"]
        assert image.startswith(f"{store}/fakewww/pictures/")
        wait = base.replace("/events", "/wait") + "?kind=document&type=order&count=3"
        assert len(json.loads(get(wait))["documents"]) == 3


def test_tokens_of_other_sites_do_not_shut_the_stores_own_back_end_out() -> None:
    with served("--store", "backend=v2", "--token", "2=other") as (_process, said):
        state = json.loads(get(f"{said['store'].strip().rstrip('/')}/backend.json?wait=30"))
        assert (state["pending"], state["failed"]) == (0, [])
        base = said["collector"].strip().removesuffix("/v1/tracker")
        statuses = {item["status"] for item in json.loads(get(f"{base}/harness/events?kind=document"))["documents"]}
        assert statuses == {200}


def test_a_switch_that_is_none_is_told() -> None:
    ended = harness("serve", "--store", "backend=v3", "--store-port", "0", "--collector-port", "0")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.strip() == 'harness: --store: "backend" cannot be "v3"; allowed: off, v1, v2'
