"""`harness serve` for back ends: the findings about their documents, on the terminal and at `/harness/events`."""

import json
import re
import subprocess
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from support.published_examples import CATEGORY, PLACED, changed
from support.served import get, served


def post(addresses: dict[str, str], path: str, body: object, token: str | None = "secret") -> int:
    """Send a document to the collector; return the status."""
    base = addresses["collector"].strip().removesuffix("/v1/tracker")
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


def test_findings_are_on_the_terminal_and_in_the_http_response() -> None:
    with served() as (process, addresses):
        assert post(addresses, "/v1/7/1/category", CATEGORY) == 200
        assert re.match(r" +1  200  category of site 1\n$", lines(process, 1))
        assert post(addresses, "/v2/1/order", changed(PLACED, visit=None)) == 400
        printed = lines(process, 2)
        assert re.match(r" +2  400  order of site 1\n", printed)
        assert 'error: /visit order placed: "visit" is missing from the order' in printed
        (_, order) = json.loads(get(addresses["events"].strip() + "?kind=document"))["documents"]
        assert (order["type"], order["status"], order["taken"]) == ("order", 400, False)
        assert [finding["code"] for finding in order["findings"]] == ["schema"]


def test_a_batch_is_one_line_with_at_most_twenty_findings() -> None:
    with served() as (process, addresses):
        assert post(addresses, "/v2/1/batch", {"category": [CATEGORY, *[{}] * 30], "product": [{}]}) == 200
        printed = lines(process, 22).splitlines()
        assert printed[0].endswith("200  31 category, product of site 1")
        assert "error: /category/1/id category:" in printed[1]
        assert re.search(r"and \d+ more: see /harness/events\?kind=beacon", printed[-1])


def test_a_large_batch_is_printed() -> None:
    with served() as (process, addresses):
        assert post(addresses, "/v2/1/batch", {"category": [CATEGORY] * 10_000}) == 200
        assert "200  10000 category of site 1" in lines(process, 1)


def test_only_the_given_tokens_are_accepted() -> None:
    with served("--token", "1=one=two", "--token", "2=three") as (process, addresses):
        assert post(addresses, "/v2/1/category", CATEGORY, "one=two") == 200
        assert post(addresses, "/v2/2/category", CATEGORY, "three") == 200
        assert post(addresses, "/v2/2/category", CATEGORY, "one=two") == 403
        assert post(addresses, "/v2/2/category", CATEGORY, None) == 403
        printed = lines(process, 6)
        assert "error:  category: the token may not write to the site 2" in printed
        assert "three" not in printed


def test_the_back_end_of_the_store_sends_to_the_collector() -> None:
    with served("--store", "backend=v2", "--store", "history=3", "--token", "1=secret", "--token", "2=other") as (
        _,
        addresses,
    ):
        store = addresses["store"].strip().rstrip("/")
        assert json.loads(get(f"{store}/ledger.json"))["store"]["backend"] == "v2"
        state = json.loads(get(f"{store}/backend.json?wait=30"))
        assert (state["pending"], state["sent"], state["failed"]) == (0, 1, [])
        base = addresses["events"].strip()
        documents = json.loads(get(f"{base}?kind=document"))["documents"]
        assert {document["type"] for document in documents} >= {"category", "product", "employee", "customer", "order"}
        assert [document["findings"] for document in documents if document["findings"]] == []
        image = next(document for document in documents if document["type"] == "product")["body"]["images"][0]["url"]
        assert image.startswith(f"{store}/fakewww/pictures/")
        wait = base.replace("/events", "/wait") + "?kind=document&type=order&count=3"
        assert len(json.loads(get(wait))["documents"]) == 3


def test_tokens_of_other_sites_do_not_lock_out_the_back_end_of_the_store() -> None:
    with served("--store", "backend=v2", "--token", "2=other") as (_process, addresses):
        state = json.loads(get(f"{addresses['store'].strip().rstrip('/')}/backend.json?wait=30"))
        assert (state["pending"], state["failed"]) == (0, [])
        base = addresses["collector"].strip().removesuffix("/v1/tracker")
        statuses = {item["status"] for item in json.loads(get(f"{base}/harness/events?kind=document"))["documents"]}
        assert statuses == {200}
