"""The log of a crawl: its steps, and the pages that it did not reach."""

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class CrawlLog:
    """The log of a crawl of the store at `url`.

    `steps` are titles by step number, `failures` the reasons why steps showed no page of the store. `missing` are the reasons
    why page types were not reached, `unchecked` those why other parts were not checked. `absent` are the parts of a list that the
    store does not seem to have. `actions` describe clicks and input. `screenshots` are PNGs by step number.
    `checkout_end` is the reason why the checkout ended there.
    """

    url: str
    steps: dict[int, str] = field(default_factory=dict)
    failures: dict[int, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    unchecked: dict[str, str] = field(default_factory=dict)
    absent: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    screenshots: dict[int, bytes] = field(default_factory=dict)
    checkout_end: str = ""

    @property
    def last_failure(self) -> str:
        return next(reversed(self.failures.values()), "the step showed no page")
