"""A shop that this project did not write: django-oscar, in a process of its own, with the published snippet in its template."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVE = Path(__file__).parent / "shop" / "shop_serve.py"


@dataclass(frozen=True)
class Quayside:
    """The shop as it runs: its first page's address, and the file that says what is wrong with it."""

    url: str
    fault_file: Path

    def break_by(self, fault: str) -> None:
        """Make it wrong in one way, or right again with none; see `shop_faults`."""
        self.fault_file.write_text(fault, encoding="utf-8")


@contextmanager
def quayside(folder: Path) -> Iterator[Quayside]:
    """Start the shop on a free port, and end it."""
    with open(folder / "errors.txt", "w+", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, SERVE],
            env=os.environ | {"SHOP_FOLDER": str(folder)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            try:
                assert process.stdout is not None
                port = process.stdout.readline().strip()
                errors.seek(0)
                assert port, f"the shop did not start: {errors.read()}"
                yield Quayside(f"http://127.0.0.1:{port}/", folder / "fault.txt")
            finally:
                process.send_signal(signal.SIGKILL)
