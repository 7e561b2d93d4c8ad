"""Start `harness serve` in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen


@contextmanager
def served(*options: str | Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The process, and the addresses that it prints."""
    ports = ("--store-port", "0", "--collector-port", "0")
    command = [sys.executable, "-m", "harness", "serve", *ports, *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout
            lines: list[str] = []
            while not lines or not lines[-1].startswith("journal"):
                lines.append(process.stdout.readline())
                assert lines[-1], process.stderr and process.stderr.read()
            yield process, dict(line.split(maxsplit=1) for line in lines)
        finally:
            process.kill()


def post(url: str, body: bytes) -> tuple[int, object]:
    try:
        with urlopen(Request(url.strip(), data=body, headers={"Content-Type": "text/plain"}), timeout=10) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        return error.code, json.load(error)


def get(url: str) -> str:
    with urlopen(url.strip(), timeout=10) as response:
        return str(response.read().decode())
