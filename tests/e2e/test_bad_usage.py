"""Bad usage: one line with the place, the error and what to do; exit status 2; no traceback."""

import socket
from pathlib import Path

import pytest
from support.command import Ended, call, harness


def error_line(ended: Ended) -> str:
    """The error line. It must be the only output."""
    assert ended.status == 2, ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    (line,) = ended.err.strip().splitlines()
    return line.removeprefix("harness: ")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: X\nstep:\n  - arrive\n", 2, 'did you mean "steps"?'),
        ("name: X\nsteps: arrive\n", 2, "steps must be a list"),
        (
            "name: X\nsteps:\n  - add to crt: {quantity: 1}\n",
            3,
            'no such action "add to crt"; did you mean "add to cart"?',
        ),
        ("name: X\nsteps:\n  - arrive\n  - search: $prodct.name\n", 4, 'did you mean "product"?'),
        ("name: X\nsteps:\n\t- arrive\n", 3, "tab character; use spaces"),
        ("", 1, "the file is empty"),
    ],
    ids=["wrong key", "wrong type", "unknown action", "unknown variable", "tab", "empty"],
)
def test_a_wrong_scenario_file(text: str, line: int, words: str, tmp_path: Path) -> None:
    file = tmp_path / "buy.yaml"
    file.write_text(text, encoding="utf-8")
    message = error_line(call("run", file))
    assert message.startswith(f"{file}:{line}: ")
    assert words in message


def test_a_missing_scenario_file() -> None:
    """In a process of its own: nothing but the line is printed, even while the interpreter ends."""
    assert error_line(harness("run", "no/such.yaml")).startswith("no/such.yaml: no such file or folder")


def test_a_folder_without_scenarios(tmp_path: Path) -> None:
    assert "this folder contains no scenario" in error_line(call("run", tmp_path))


def test_two_scenarios_with_the_same_name(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("name: Same\nsteps:\n  - arrive\n", encoding="utf-8")
    assert 'the name "Same" is also in' in error_line(call("run", tmp_path))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--tag", "smoky"), 'did you mean "smoke"?'),
        (("--name", "nobody does this"), "no scenario matches"),
        (("--shard", "3/2"), "write I/N"),
        (("--shard", "40/50"), "this part is empty"),
        (("--report", "htlm"), 'did you mean "html"?'),
        (("--report", "html=/proc/nope/x.html"), "/proc"),
        (("--tracker", "no-such.js"), "no-such.js"),
        (("--tracker", "."), "this is a folder; expected a tracker script"),
        (("--browser-path", "/no/such/browser"), "--browser-path: /no/such/browser does not exist"),
        (("--browser-path", "pyproject.toml"), "--browser-path"),
        (("--browser-path", "/bin/true"), "/bin/true is no browser: its version is 'true "),
        (("--browser", "opera"), '--browser "opera": there is no such browser; allowed: chromium, firefox, webkit'),
        (
            ("--browser", "firefox", "--browser-path", "/usr/bin/chromium"),
            "is Chromium or Chrome; give the path of a Firefox",
        ),
        (
            ("--browser", "webkit"),
            "no Playwright's WebKit found; 'harness doctor --install --browser webkit' installs one",
        ),
        (("--artifacts", "pyproject.toml"), "--artifacts pyproject.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_an_invalid_option(options: tuple[str, ...], words: str) -> None:
    assert words in error_line(call("run", "scenarios/smoke/look-around.yaml", *options))


@pytest.mark.parametrize("options", [("--workers", "0"), ("--repeat", "x"), ("--no-such-option",), ("--timeout", "-1")])
def test_the_name_of_a_wrong_option_is_printed(options: tuple[str, ...]) -> None:
    ended = call("run", *options)
    assert ended.status == 2
    assert options[0] in ended.err
    assert "Traceback" not in ended.err


def test_a_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = error_line(call("serve", "--collector-port", str(port), "--store-port", "0"))
    assert message == f"port {port} on 127.0.0.1 is in use; give another with --collector-port"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "recording"),
        ('{"record": "header", "version": 99}\n', "version 99"),
        ('{"record": "beacon"}\n', "not a record"),
        ("no json\n", "not JSON"),
    ],
)
def test_a_file_that_is_not_a_recording(text: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "recording.ndjson"
    file.write_text(text, encoding="utf-8")
    message = error_line(call("judge", file))
    assert message.startswith(f"{file}:1: ")
    assert words in message


def test_a_file_that_is_not_a_journal(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    file.write_text(
        "this is no database, whatever its name says; it is long enough to be looked at" * 20, encoding="utf-8"
    )
    assert "is not a journal" in error_line(
        call("serve", "--journal", file, "--store-port", "0", "--collector-port", "0")
    )
