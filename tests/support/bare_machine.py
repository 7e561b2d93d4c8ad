"""A machine without browsers, for the tests that find and launch them."""

from dataclasses import replace
from pathlib import Path

import pytest

from harness.browser import discovery
from harness.browser.channels import CHANNELS


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Provide an empty PATH (`tmp_path / "bin"`), and no browser in the environment."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv(discovery.ENVIRONMENT, raising=False)
    for name, channel in CHANNELS.items():
        monkeypatch.setitem(CHANNELS, name, replace(channel, elsewhere=()))


def program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    """Write an executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path
