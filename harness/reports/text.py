"""The text report for a terminal or a pipe: one line for each scenario, the causes of failures, and the verdict."""

import re
from collections.abc import Iterable, Iterator
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from harness.findings import Severity
from harness.reports import evidence, mutation_summary
from harness.reports.formatting import browser, commands, counted, cut, headline, seconds, times
from harness.reports.grouping import Cause, Sighting, fold
from harness.results import RunResult, ScenarioResult

PIPED_WIDTH = 110
NARROWEST = 40
MOST_PLACES = 5
INDENT = 3
LABEL = 11
NUMBERS = 48

_MARKS = {"pass": ("✓", "ok", "green"), "fail": ("✗", "X", "bold red"), "not-run": ("–", "-", "yellow")}
_STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")

Line = tuple[str, str]
"""A piece of text and its style."""


def render(result: RunResult) -> str:
    """The report without colour, `PIPED_WIDTH` columns wide."""
    console = Console(file=StringIO(), width=PIPED_WIDTH, color_system=None, force_terminal=False)
    print_to(console, result)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def terminal() -> Console:
    """Standard output: coloured and as wide as the terminal, or plain and of a fixed width for a pipe."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPED_WIDTH, color_system=None)


def print_to(console: Console, result: RunResult) -> None:
    """Print the report. Characters that the console cannot show safely are escaped."""
    page = _Page(console, result.unit)
    _scenarios(page, result)
    causes = fold(result)
    if causes:
        page.line(("\nFindings by likely cause\n" if result.verdict == "fail" else "\nWarnings\n", "bold"))
    for number, cause in enumerate(causes, start=1):
        _cause(page, number, cause)
    if not causes:
        page.line()
    if browser(result):
        page.labelled("browser", browser(result))
    for note in result.notes:
        page.labelled("note", note)
    for label, command in commands(result):
        page.unwrapped((f"{label:<12}", "dim"), (command, ""))
    _mutation_score(page, result)
    _verdict(page, result)


class _Page:
    """Prints lines on a console: escaped, wrapped between words, indented, never truncated."""

    def __init__(self, console: Console, unit: str) -> None:
        self.console, self.unit = console, unit
        self.width = max(console.width, NARROWEST)

    def can_print(self, text: str) -> bool:
        """Whether the console's encoding contains these characters."""
        return _encoded(text, self.console.encoding) == text

    def line(self, *pieces: Line, indent: int = 0, hanging: int = 0) -> None:
        """Print a paragraph: the first line indented by `indent`, the others by `hanging` more."""
        for number, part in enumerate(_wrapped(self._text(pieces), self.width - indent, hanging)):
            padding = " " * (indent + (hanging if number else 0))
            self.console.print(Text(padding).append_text(part), soft_wrap=True, highlight=False)

    def unwrapped(self, *pieces: Line) -> None:
        self.console.print(self._text(pieces), soft_wrap=True, highlight=False)

    def labelled(self, label: str, content: str, *, indent: int = 0, style: str = "") -> None:
        self.line((f"{label:<{LABEL}}", "dim"), (content, style), indent=indent, hanging=LABEL)

    def _text(self, pieces: Iterable[Line]) -> Text:
        text = Text()
        for content, style in pieces:
            text.append(_printable(content, self.console.encoding), style)
        return text


def _scenarios(page: _Page, result: RunResult) -> None:
    longest = max((cell_len(scenario.name) for scenario in result.scenarios), default=0)
    column = min(longest, page.width - NUMBERS)
    for scenario in result.scenarios:
        mark, plain_mark, style = _MARKS[scenario.verdict]
        name_style = "" if scenario.verdict == "pass" else "bold"
        name = [(f"{mark if page.can_print(mark) else plain_mark:<{INDENT}}", style), (scenario.name, name_style)]
        numbers = list(_numbers(scenario))
        used = cell_len(scenario.name)
        if INDENT + max(used, column) + sum(cell_len(text) for text, _ in numbers) <= page.width:
            page.line(*name, (" " * (column - used), ""), *numbers)
        else:
            page.line(*name, hanging=INDENT)
            page.line((numbers[0][0].lstrip(), numbers[0][1]), *numbers[1:], indent=INDENT)


def _numbers(scenario: ScenarioResult) -> Iterator[Line]:
    if scenario.verdict == "not-run":
        yield f"  not run: {scenario.reason or 'no reason given'}", "yellow"
        return
    documents = f"  {counted(scenario.documents, 'document')}" if scenario.documents else ""
    yield f"{counted(scenario.events, 'event'):>12}{seconds(scenario.duration_s):>9}{documents}", "dim"
    for severity in (Severity.ERROR, Severity.WARNING):
        count = sum(finding.count for finding in scenario.findings if finding.severity is severity)
        if count:
            yield f"  {counted(count, severity.value)}", _STYLES[severity]


def _cause(page: _Page, number: int, cause: Cause) -> None:
    finding = cause.finding
    page.line((f"{number:<{INDENT - 1}} ", "dim"), (cut(finding.message), "bold"), hanging=INDENT)
    frequency = f", {_frequency(cause, page.unit)}"
    page.line((f"{cause.severity} {finding.code}", _STYLES[cause.severity]), (frequency, "dim"), indent=INDENT)
    for label, value in evidence.facts(finding):
        if value:
            page.labelled(label, value, indent=INDENT)
    _differences(page, cause)
    if finding.hint:
        page.labelled("hint", finding.hint, indent=INDENT, style="cyan")
    _places(page, cause)
    page.line()


def _frequency(cause: Cause, unit: str) -> str:
    found = times(cause.count)
    return found if cause.scenarios == 1 else f"{found} in {counted(cause.scenarios, unit)}"


def _differences(page: _Page, cause: Cause) -> None:
    differences = evidence.differences(cause.finding)
    field = max((cell_len(item.pointer) for item in differences), default=0)
    got = max((cell_len(item.got) for item in differences), default=0)
    for number, item in enumerate(differences):
        label = "differs in" if number == 0 else ""
        aligned = f"{item.pointer:<{min(field, 40)}}  got {item.got:<{min(got, 40)}}  expected {item.expected}"
        page.labelled(label, aligned, indent=INDENT)


def _places(page: _Page, cause: Cause) -> None:
    message = cause.finding.message
    for number, sighting in enumerate(cause.sightings[:MOST_PLACES]):
        page.labelled("where" if number == 0 else "", _where(sighting), indent=INDENT)
        if sighting.finding.message != message:
            page.labelled("", cut(sighting.finding.message), indent=INDENT, style="dim")
    if len(cause.sightings) > MOST_PLACES:
        page.labelled("", f"and {len(cause.sightings) - MOST_PLACES:,} more", indent=INDENT)


def _where(sighting: Sighting) -> str:
    finding = sighting.finding
    title = f' "{sighting.step.title}"' if sighting.step else ""
    step = f"step {finding.step}{title}" if finding.step is not None else ""
    return ", ".join(filter(None, (sighting.where, step, sighting.url)))


def _mutation_score(page: _Page, result: RunResult) -> None:
    score = result.mutation_score
    if score is None:
        return
    page.labelled("exercised", mutation_summary.exercised(result.coverage))
    page.line((mutation_summary.headline(score), ""))
    for number, mutant in mutation_summary.first_undetected(score):
        page.line((f"{number:>3}  ", "dim"), (mutant.description, "bold"), hanging=5)
        page.line((f"{mutation_summary.location(mutant)}; {mutation_summary.advice(mutant, number)}", "dim"), indent=5)
    more = len(score.undetected) - mutation_summary.MAX_SHOWN
    if more > 0:
        page.line((f"and {more:,} more", "dim"), indent=5)


def _verdict(page: _Page, result: RunResult) -> None:
    totals = result.totals
    counts = ", ".join(
        (
            headline(result).removesuffix(" passed"),
            counted(totals["events"], "event"),
            *([counted(totals["documents"], "document")] if totals["documents"] else []),
            counted(totals["errors"], "error"),
            counted(totals["warnings"], "warning"),
        )
    )
    style = "bold green" if result.verdict == "pass" else "bold red"
    page.unwrapped(
        (f"{result.verdict.upper():<6}", style), (f"{counts} in {seconds(result.duration_s)} (seed {result.seed})", "")
    )


def _wrapped(text: Text, width: int, hanging: int) -> Iterator[Text]:
    """The wrapped lines, all but the first shorter by `hanging`. Words longer than a line are not broken."""
    used = 0
    for paragraph in text.split("\n", allow_blank=True):
        breaks = []
        for word in re.finditer(r"\s*\S+\s*", paragraph.plain):
            if used > hanging and used + cell_len(word[0].rstrip()) > width:
                breaks.append(word.start())
                used = hanging
            used += cell_len(word[0])
        used = hanging
        for line in paragraph.divide(breaks):
            line.rstrip()
            yield line


def _printable(text: str, encoding: str) -> str:
    """The text with control and direction characters escaped, so that it cannot move the cursor. Line ends stay."""
    escaped = _UNPRINTABLE.sub(lambda match: match[0] if match[0] == "\n" else _escape(match[0]), text)
    return _encoded(escaped, encoding)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _encoded(text: str, encoding: str) -> str:
    return text.encode(encoding, "backslashreplace").decode(encoding)
