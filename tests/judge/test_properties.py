"""The judge is a pure function of the recording, whatever arrived."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.recordings import beacons, purchase, scenario

from harness.events import Beacon
from harness.findings import Evidence
from harness.judge.judge import judge
from harness.judge.progress import Progress, is_satisfied
from harness.protocol import get
from harness.recording.ndjson import dumps, loads
from harness.recording.records import Recording

HEALTHY = purchase()
BARE = purchase(ledger=False, currency="EUR")
SCENARIO = scenario(
    more="- expect: {order_success: {order: {num: $order.number}}, pageview: {page_type: search}}\n"
    "never: [{edit_cart: {line_item: {quantity: 1}}}]\n"
)
NAMES = (
    *("data", "page", "visit", "timestamp", "current_url", "current_title", "landing_url", "id", "visitor"),
    "line_item",
)
VALUES = ("http://[", "2013-06-03T16:41:11.600Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "1", "\x00")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.sampled_from(VALUES)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=10,
)
UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=60)


@st.composite
def broken(draw: st.DrawFn) -> Recording:
    """A journey in which some beacons have another body, are missing, or come twice."""
    recording = draw(st.sampled_from([HEALTHY, BARE]))
    for beacon in draw(st.lists(st.sampled_from(beacons(recording)), min_size=1, max_size=3, unique_by=id)):
        instead = draw(st.sampled_from([(), (beacon, beacon), (replace(beacon, body=draw(bodies(beacon.body))),)]))
        recording = _replaced(recording, beacon, instead)
    return recording


def _replaced(recording: Recording, beacon: Beacon, instead: tuple[Beacon, ...]) -> Recording:
    records = [new for record in recording.records for new in (instead if record is beacon else (record,))]
    return replace(recording, records=tuple(records))


@st.composite
def bodies(draw: st.DrawFn, body: bytes) -> bytes:
    """Any bytes, any JSON, or the right body with up to three changes."""
    kind = draw(st.sampled_from(["bytes", "json", "changed"]))
    if kind == "bytes":
        return draw(st.binary(max_size=40))
    if kind == "json":
        return json.dumps(draw(ANY_JSON)).encode()
    wrapper = json.loads(body)
    for _ in range(draw(st.integers(1, 3))):
        container, key = draw(st.sampled_from(list(_places(wrapper))))
        container[key] = draw(ANY_JSON)
    return json.dumps(wrapper).encode()


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


@UNHURRIED
@given(recording=broken())
def test_a_recording_gives_the_same_findings_twice_and_from_its_file(recording: Recording) -> None:
    found = judge(recording, SCENARIO, get())
    assert judge(recording, SCENARIO, get()) == found
    assert judge(loads(dumps(recording), file="a.ndjson"), SCENARIO, get()) == found


@UNHURRIED
@given(recording=broken())
def test_findings_are_json_and_have_a_step_a_url_and_a_hint(recording: Recording) -> None:
    for finding in judge(recording, SCENARIO, get()):
        assert Evidence.from_json(json.loads(json.dumps(finding.evidence.as_json()))) == finding.evidence
        assert finding.step is not None
        assert finding.evidence.url
        assert finding.hint
        assert "event" in finding.evidence.as_json()


@UNHURRIED
@given(recording=broken())
def test_a_recording_is_judged_without_changing_it(recording: Recording) -> None:
    before = dumps(recording)
    judge(recording, SCENARIO, get())
    is_satisfied(recording, SCENARIO, get())
    assert dumps(recording) == before


@UNHURRIED
@given(recording=broken())
def test_a_journey_with_a_missing_event_is_not_satisfied(recording: Recording) -> None:
    codes = {finding.code for finding in judge(recording, SCENARIO, get())}
    if codes & {"missing-event", "tracker-silent"}:
        assert not is_satisfied(recording, SCENARIO, get())


@UNHURRIED
@given(recording=broken())
def test_a_timeline_that_grows_record_by_record_is_satisfied_when_a_new_one_is(recording: Recording) -> None:
    progress = Progress(recording.header, SCENARIO, get())
    for count in range(0, len(recording.records) + 1, 3):
        so_far = replace(recording, records=recording.records[:count])
        assert progress.is_satisfied(so_far.records) == is_satisfied(so_far, SCENARIO, get())
