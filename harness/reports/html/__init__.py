"""The HTML report: one file that asks nothing of any network, with timelines, bodies, screenshots and what is wrong."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from harness.reports import evidence, mutation_summary
from harness.reports.formatting import browser, commands, counted, cut, headline, seconds, shown, times
from harness.reports.grouping import fold
from harness.reports.html.view import scenario_views
from harness.results import RunResult

_FOLDER = Path(__file__).parent
_NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def render(result: RunResult) -> str:
    """The page. Everything from the wire is escaped; characters that HTML does not allow become U+FFFD."""
    css, js = _read("report.css"), _read("report.js")
    page = _environment().get_template("report.html.j2")
    text = page.render(
        result=result,
        totals=result.totals,
        causes=fold(result),
        scenarios=scenario_views(result),
        css=Markup(css),
        js=Markup(js),
        csp=_content_security_policy(css, js),
    )
    return _NOT_IN_HTML.sub("\ufffd", text)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(seconds=seconds, counted=counted, times=times, cut=cut, shown=shown, png=_png, day=_day)
    environment.globals.update(
        browser=browser, headline=headline, commands=commands, evidence=evidence, mutation_summary=mutation_summary
    )
    return environment


def _content_security_policy(css: str, js: str) -> str:
    """Allow no request, and only our own style and script, by their hashes."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(css)}'; script-src '{_hash(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _read(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _png(image: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(image).decode()


def _day(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M UTC")
