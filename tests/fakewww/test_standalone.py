"""`python -m fakewww`: the store without the harness."""

import asyncio
import socket
import subprocess
import sys

import aiohttp
import pytest
from support.fake_collector import Collector, collecting

from fakewww.__main__ import main


def start_store(*options: str) -> tuple[str, str]:
    """The first line of output and the homepage of a store with these arguments."""
    command = [sys.executable, "-m", "fakewww", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as store:
        try:
            assert store.stderr
            output = store.stderr.readline()
            return output, asyncio.run(fetch(output.split()[-1]))
        finally:
            store.terminate()


async def fetch(url: str) -> str:
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        return await response.text()


def test_without_a_collector_the_pages_have_no_tracker_and_the_store_reports_it():
    output, html = start_store()
    assert "without a tracker" in output
    assert "jirafe" not in html


def test_with_a_collector_the_store_serves_the_tracker_itself():
    output, html = start_store("--collector", "http://127.0.0.1:8001/v1/tracker")
    assert "http://127.0.0.1:8001/v1/tracker" in output
    assert 'script.src = "/fakewww/static/jirafe_api.js";' in html
    assert 'var jirafe_collector_url = "http://127.0.0.1:8001/v1/tracker";' in html


def test_the_theme_can_be_chosen():
    assert "/fakewww/static/spa.js" in start_store("--theme", "spa")[1]
    assert "spa.js" not in start_store()[1]


def test_a_taken_port_is_one_line_and_status_2(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == 2
    assert capsys.readouterr().err == f"fakewww: cannot listen on 127.0.0.1:{port}: the port is taken\n"


@pytest.mark.parametrize(
    "options",
    [
        ["--backend", "v3"],
        ["--backend-url", "localhost"],
        ["--history", "-1"],
        ["--port", "x"],
        ["--port", "65536"],
        ["--collector", "localhost"],
        ["--prot", "1"],
    ],
)
def test_a_bad_option_is_status_2(options, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(options)
    assert "usage:" in capsys.readouterr().err


def test_a_wrong_back_end_address_is_one_line_and_status_2(capsys):
    assert main(["--port", "0", "--backend", "v2", "--backend-url", "https://event.jirafe.com"]) == 2
    assert "production" in capsys.readouterr().err
    assert main(["--port", "0", "--backend", "v1"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


async def test_documents_contain_the_address_of_the_store():
    collector, store = Collector(), None
    async with collecting(collector) as there, asyncio.timeout(20):
        url = str(there.make_url("/"))
        command = ["-m", "fakewww", "--port", "0", "--backend", "v2", "--backend-url", url, "--backend-token", "T0"]
        store = await asyncio.create_subprocess_exec(sys.executable, *command, stderr=subprocess.PIPE)
        try:
            assert store.stderr
            output = (await store.stderr.readline()).decode()
            await collector.arrival.wait()
        finally:
            store.terminate()
            await store.communicate()
    request, address = collector.requests[0], output.split()[-1]
    assert "the back end sends v2 to http://127.0.0.1" in output
    assert request.headers["Authorization"] == "Bearer T0"
    assert request.body["product"][0]["urls"]["store"] == f"{address}fakewww/products/1/index.html"
