"""The state that a page reports of itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class View:
    """One page view of a document. `how` is load, push, replace, traverse or restore; `left` is the address before it.

    `titles` are those that the page had when it sent requests to other hosts.
    """

    how: str
    url: str
    referrer: str
    left: str
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PageState:
    """A document's answer to `page_script.READ_STATE`.

    `id` identifies the document, and `views` are all its page views. `refusals` are the reasons for which the browser sent no
    request, since the last reading. `fences` are the addresses of the fences to wait for. `navigation` is the type of the
    document's load. The page `is_leaving` when a navigation has begun, and `is_busy` when it waited for answers.
    """

    id: str
    url: str
    title: str
    cookie: str
    navigation: str
    views: tuple[View, ...]
    refusals: tuple[str, ...]
    fences: tuple[str, ...]
    is_leaving: bool
    is_busy: bool

    @classmethod
    def from_json(cls, answer: Mapping[str, Any]) -> Self:
        """Convert the answer; a page may replace what it consists of, so texts are forced to be texts."""
        return cls(
            **{name: str(answer[name]) for name in ("id", "url", "title", "cookie", "navigation")},
            views=tuple(_view(view) for view in answer["views"]),
            refusals=tuple(map(str, answer["refusals"])),
            fences=tuple(answer["fences"]),
            is_leaving=bool(answer["isLeaving"]),
            is_busy=bool(answer["isBusy"]),
        )


def _view(view: Mapping[str, Any]) -> View:
    texts = {name: str(view[name]) for name in ("how", "url", "referrer", "left")}
    return View(**texts, titles=tuple(map(str, view["titles"])))
