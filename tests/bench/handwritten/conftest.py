"""The store, and a collector for its tracker."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


class Collector(BaseHTTPRequestHandler):
    """Responds to every request with 200."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="session")
def collector_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/tracker"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def store(collector_url: str) -> Iterator[str]:
    """The store's URL."""
    command = [sys.executable, "-m", "fakewww", "--port", "0", "--collector", collector_url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        line = process.stderr.readline()
        address = re.search(r"(http://\S+?)/?$", line)
        assert address, line
        yield address[1]
        process.terminate()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the browser of `bench.py`."""
    path = os.environ.get("HARNESS_BROWSER")
    return {**browser_type_launch_args, "executable_path": path} if path else browser_type_launch_args
