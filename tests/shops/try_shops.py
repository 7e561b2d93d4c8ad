"""Try the harness on third-party shops, healthy and with each fault: python tests/shops/try_shops.py FOLDER [SHOP …]

It installs each shop into FOLDER unless it is there, and prints one row for each fault. Exit status: 0 if the healthy shop
has no finding, and the first finding names at least 9 of 10 faults; else 1.
"""

import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from shops.faults import FAULTS, SCENARIOS
from shops.third_party import HERE, SHOPS, Shop, installed

LEAST_NAMED = 9
"""Of ten faults."""

_print = partial(print, flush=True)

_FINDING = re.compile(r"^\d+  (.+?)\n   (error|warning|note) ([a-z-]+)", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Try each shop."""
    folder, names = Path(sys.argv[1]), sys.argv[2:] or list(SHOPS)
    folder.mkdir(parents=True, exist_ok=True)
    return max([_try(installed(name, folder / name)) for name in names])


def _try(shop: Shop) -> int:
    healthy = findings(shop, shop.source)
    _print(f"{shop.name}: healthy: {healthy or 'no finding'}")
    named = 0
    for fault in FAULTS[shop.name]:
        found = findings(shop, fault.edit(shop.source))
        is_named = bool(found) and fault.is_named_by(found[0])
        named += is_named
        verdict = "named" if is_named else "NOT NAMED"
        _print(f"{shop.name}: {fault.name}: {verdict}: {found[0] if found else '-'}")
    _print(f"{shop.name}: {named} of {len(FAULTS[shop.name])} faults named by the first finding")
    return int(bool(healthy) or named < LEAST_NAMED)


def findings(shop: Shop, integration: str) -> list[str]:
    """The errors and warnings of `verify`, or if it has none those of `run`, in the order of the text report."""
    with shop.running(integration) as url:
        target = shop.folder / "target.yaml"
        text = (HERE / shop.name / "target.yaml").read_text(encoding="utf-8")
        target.write_text(text.replace("ADDRESS", url.rstrip("/")), encoding="utf-8")
        scenario = HERE / shop.name / SCENARIOS[shop.name]
        runs = (("verify", url, "--checkout"), ("run", "--mutants", "off", "--target", str(target), str(scenario)))
        return next((found for run in runs if (found := _findings(*run))), [])


def _findings(*arguments: str) -> list[str]:
    command = [sys.executable, "-m", "harness", *arguments, "--report", "text"]
    env = {**os.environ, "COLUMNS": "1000"}
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    if ended.returncode not in (0, 1):
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    groups = _FINDING.findall(ended.stdout)
    found = [f"{code}: {' '.join(message.split())}" for message, grade, code in groups if grade != "note"]
    assert bool(found) == bool(ended.returncode) or "warning" in ended.stdout, ended.stdout
    return found


if __name__ == "__main__":
    sys.exit(main())
