"""The options of `harness verify`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.browser.access import Access
from harness.scenario.target import Target


@dataclass(frozen=True, kw_only=True)
class VerifyOptions:
    """The options of a verification.

    `script` replaces the tracker's script, and `script_name` describes it; None loads the real script. `pages` are URLs of
    further pages, `consent` is the text of a button on the first page. A page has `timeout` seconds to load. `target` describes
    the store. With `checkout`, the crawl continues up to the button that buys. `collector` is the URL of a running collector.
    `artifacts` is a folder for the recording, the trace and the screenshots of failures; with `keep_all`, of all pages.
    """

    script: bytes | None
    script_name: str
    pages: Sequence[str] = ()
    consent: str | None = None
    access: Access = field(default_factory=Access)
    timeout: float = 30.0
    strict: bool = False
    browser_path: Path | None = None
    headed: bool = False
    slow_mo_ms: float = 0.0
    target: Target | None = None
    checkout: bool = False
    collector: str | None = None
    artifacts: Path | None = None
    keep_all: bool = False
