"""Documents and faults in the reports: counted, shown in their step, and told apart from what nothing struck."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

from support.sample_results import event, passing_run, single

from harness.reports import html, junit, text
from harness.reports.json_report import render as render_json
from harness.results import EventView, RunResult, StepView


def document(number: int, kind: str, *, pointer: str = "", fault: str = "") -> EventView:
    body = {"id": str(number), "status": "accepted"}
    status = 503 if fault else 200
    return EventView(
        number=number,
        time=1.0,
        type=f"{kind} document",
        pointer=pointer,
        status=status,
        body=body,
        envelope={kind: [body]},
        fault=fault,
    )


def run() -> RunResult:
    """A batch of three documents, an event, a cart that was struck, and the same cart taken."""
    batch = [document(1, "product", pointer=f"/product/{index}") for index in range(2)]
    documents = (
        *batch,
        document(1, "order", pointer="/order/0"),
        document(3, "cart", fault="503"),
        document(4, "cart"),
    )
    result = single(events=[event(2, 0.5, "pageview")], verdict="pass")
    (scenario,) = result.scenarios
    steps = (replace(scenario.steps[0], documents=documents),)
    return replace(result, scenarios=(replace(scenario, steps=steps, documents=4),))


def rows(page: str) -> list[tuple[list[str], bool]]:
    """The types in each row of the timeline, in order, and whether it was struck injected fault."""
    found = re.findall(r'class="types">(.*?)class="beacon-number"', page, re.DOTALL)
    return [(re.findall(r'class="type">(.*?)<', row), "injected fault" in row) for row in found]


def test_the_timeline_shows_documents_among_the_events_those_of_a_type_together() -> None:
    assert rows(html.render(run())) == [
        (["2 product documents", "order document"], False),
        (["pageview"], False),
        (["cart document"], True),
        (["cart document"], False),
    ]


def test_every_report_counts_documents() -> None:
    assert json.loads(render_json(run()))["totals"]["documents"] == 4
    assert "4 documents" in text.render(run())
    properties = {item.get("name"): item.get("value") for item in ET.fromstring(junit.render(run())).iter("property")}
    assert (properties["events"], properties["documents"]) == ("1", "4")
    assert "<dt>documents</dt><dd>4</dd>" in html.render(run())


def test_where_there_are_none_people_are_told_nothing_of_them() -> None:
    assert "document" not in text.render(passing_run())
    assert "<dt>documents</dt>" not in html.render(passing_run())


def test_a_result_in_words_leaves_out_what_was_sent() -> None:
    assert "accepted" not in repr(run())
    assert StepView.__name__ not in repr(run())
