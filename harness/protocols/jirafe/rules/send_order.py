"""The order of wrappers after faults: those that failed are sent again before newer ones."""

from collections.abc import Iterator

from harness.findings import Finding
from harness.protocols.jirafe.rules.clock_consistency import seconds
from harness.protocols.jirafe.rules.wrappers import Wrapper, wrapper_finding, wrappers
from harness.recording.timeline import Timeline


def send_order_findings(timeline: Timeline) -> Iterator[Finding]:
    """Wrappers that arrive after newer ones, in steps with faults. With several tabs any order is right."""
    if len({page.view.tab for step in timeline.steps for page in step.pages}) > 1:
        return
    latest: tuple[float, Wrapper] | None = None
    for step in timeline.steps:
        for wrapper in wrappers(step):
            time = seconds(wrapper.timestamp)
            if time is None:
                continue
            if latest and time < latest[0] and (step.faulted or wrapper.is_delayed):
                if wrapper.beacon.body != latest[1].beacon.body:
                    yield _finding(wrapper, latest[1])
            elif latest is None or time > latest[0]:
                latest = time, wrapper


def _finding(wrapper: Wrapper, newer: Wrapper) -> Finding:
    time, event = wrapper.timestamp, wrapper.arrival.reading.events[0].type
    text = f"beacon {wrapper.beacon.number} ({time}) arrived after the newer beacon {newer.beacon.number} ({newer.timestamp})"
    hint = "Send failed requests again before you send newer ones."
    evidence = {"event": event, "value": time, "allowed": newer.timestamp}
    return wrapper_finding("wrong-order", wrapper, "/timestamp", text, hint=hint, **evidence)
