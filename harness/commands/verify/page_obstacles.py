"""Recognize what keeps the crawl from a page of the store: a bot wall, a consent banner."""

import re
from typing import Final

from harness.commands.verify.page_classifier import Survey

_WALLS: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern, re.IGNORECASE), name)
    for pattern, name in (
        (r"just a moment|attention required! \| cloudflare|checking your browser", "Cloudflare"),
        (r"pardon our interruption|incapsula incident", "Imperva"),
        (r"access denied.*(?:reference #|edgesuite)|errors\.edgesuite\.net", "Akamai"),
        (r"px-captcha|press & hold to confirm|human verification", "HUMAN (PerimeterX)"),
        (r"captcha-delivery|datadome", "DataDome"),
        (r"robot or human\?|are you a robot|verify (?:that )?you are (?:a )?human|unusual traffic", "unknown provider"),
    )
)


def bot_wall(survey: Survey) -> str | None:
    """The provider of the bot wall that a page shows; None if it seems to be a page of the store."""
    text = f"{survey['title']} {survey['text']}"
    is_likely = len(survey["links"]) < 15
    return next((name for pattern, name in _WALLS if is_likely and pattern.search(text)), None)


def consent_banner(survey: Survey) -> tuple[str, list[str]] | None:
    """The text of a consent banner, and the texts of its buttons; None without a banner."""
    banner = survey["banner"]
    return (banner["text"], banner["buttons"]) if banner else None
