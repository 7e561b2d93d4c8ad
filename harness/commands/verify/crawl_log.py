"""The log of a crawl: its steps, and the pages that it did not reach."""

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class CrawlLog:
    """The log of a crawl of the store at `url`.

    `steps` are titles by step number, `failures` the reasons why steps showed no page of the store. `missing` are the reasons
    why page types were not reached. `actions` describe clicks and input. `screenshots` are PNGs by step number.
    `checkout_end` is the reason why the checkout ended there.
    """

    url: str
    steps: dict[int, str] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)
    screenshots: dict[int, bytes] = field(default_factory=dict)
    checkout_end: str = ""

    @property
    def last_failure(self) -> str:
        return next(reversed(self.failures.values()), "the step showed no page")
