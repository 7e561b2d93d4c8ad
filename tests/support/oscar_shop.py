"""A shop of django-oscar in its own process, with the published snippet in its template."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

FILES = Path(__file__).parents[1] / "e2e" / "shop"

if not (find_spec("oscar") and find_spec("whoosh")):
    pytest.skip(
        "django-oscar is missing; run: pip install -c constraints.txt -e '.[test,oscar]'", allow_module_level=True
    )


@dataclass(frozen=True)
class OscarShop:
    """The URL of the running shop's home page and the folder of its data."""

    url: str
    folder: Path

    def reset(self) -> None:
        """Remove the faults and the collector."""
        for name in ("faults.txt", "collector.txt"):
            (self.folder / name).unlink(missing_ok=True)

    def set_faults(self, *faults: str) -> None:
        """Replace the faults of the shop; see `shop_faults`."""
        (self.folder / "faults.txt").write_text(" ".join(faults), encoding="utf-8")

    def send_orders_to(self, collector: str, *, number: str = "") -> None:
        """Let the shop's integration send orders to this collector; `number` replaces all order numbers."""
        (self.folder / "collector.txt").write_text(f"{collector} {number}".strip(), encoding="utf-8")

    def write_target(self, path: Path, *, without: str = "address") -> Path:
        """Write the target of this shop, without the lines with this prefix."""
        lines = (FILES / "target.yaml").read_text(encoding="utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith(without))
        path.write_text(text.replace("ADDRESS", self.url.rstrip("/")) + "\n", encoding="utf-8")
        return path


@contextmanager
def running_shop(folder: Path) -> Iterator[OscarShop]:
    """Start the shop on a free port; kill it at the end."""
    environment = os.environ | {"SHOP_FOLDER": str(folder)}
    command = [sys.executable, FILES / "shop_serve.py"]
    with (
        open(folder / "errors.txt", "w+", encoding="utf-8") as errors,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            errors.seek(0)
            assert port, f"the shop did not start: {errors.read()}"
            yield OscarShop(f"http://127.0.0.1:{port}/", folder)
        finally:
            process.kill()
