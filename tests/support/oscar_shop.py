"""A shop that this project did not write: django-oscar, in a process of its own, with the published snippet in its template."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SERVE = Path(__file__).parents[1] / "e2e" / "shop" / "shop_serve.py"


@dataclass(frozen=True)
class Quayside:
    """The shop as it runs: its first page's address, and the file that says what is wrong with it."""

    url: str
    fault_file: Path

    def break_by(self, fault: str) -> None:
        """Make it wrong in one way, or right again with none; see `shop_faults`."""
        self.fault_file.write_text(fault, encoding="utf-8")

    def send_orders_to(self, collector: str, *, number: str = "") -> None:
        """Let the shop's integration tell of orders there; with a `number` it gives them all that one."""
        (self.fault_file.parent / "collector.txt").write_text(f"{collector} {number}".strip(), encoding="utf-8")

    def write_target(self, path: Path, *, without: str = "address") -> Path:
        """The target of this shop, without the lines that begin so."""
        lines = (SERVE.parent / "target.yaml").read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith(without))
        path.write_text(text.replace("ADDRESS", self.url.rstrip("/")) + "\n", encoding="utf-8")
        return path


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
