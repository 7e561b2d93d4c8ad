"""Decoding of any bytes to JSON and events."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.jirafe_bodies import as_bytes, wrapper
from support.jirafe_strategies import ANY_JSON

from harness.events import Beacon
from harness.findings import Severity
from harness.protocols.jirafe.wire.decode import MAX_DEPTH, decode, events

BEACON = Beacon(number=1, time=0.0, method="POST", url="http://collector.test/", headers=(), body=b"", status=200)


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


@given(st.binary() | ANY_JSON.map(as_bytes))
@example(b"[" * 100_000)
@example(b"9" * 5000)
@example(rb'{"\ud800":{"\ud800":1,"\ud800":"\ud800"}}')
@example(rb'{"data":[{"\udfff":1,"\udfff":2}],"data":{"a":1,"a":1}}')
def test_decode_accepts_any_bytes_and_its_findings_are_json(body: bytes) -> None:
    decoded = decode(body)
    assert decoded.is_json or decoded.value is None
    for finding in decoded.findings:
        assert finding.message
        assert finding.hint
        assert finding.evidence.pointer == finding.place
        assert "event" in finding.evidence.as_json()
        json.dumps(finding.evidence.as_json(), ensure_ascii=False, allow_nan=False).encode()
    json.dumps(decoded.value, ensure_ascii=False, allow_nan=False).encode()


@given(ANY_JSON)
def test_decode_returns_the_encoded_value(value: object) -> None:
    assert decode(json.dumps(value, ensure_ascii=False).encode()).value == value


def test_a_valid_body_has_no_finding() -> None:
    assert decode(as_bytes(wrapper())).findings == ()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is empty"),
        (b'{"a":1,}', "not JSON: Illegal trailing comma"),
        (b"org=1&site=1", "not JSON"),
        (b'{"a":NaN}', "NaN is not a JSON number"),
        (b"[-Infinity]", "-Infinity is not a JSON number"),
        (b"[1e999]", "the number 1e999 is out of range"),
        (b"9" * 5000, "a number is out of range"),
        (nested(MAX_DEPTH + 1), f"nested deeper than {MAX_DEPTH} levels"),
        (nested(100_000), f"nested deeper than {MAX_DEPTH} levels"),
    ],
    ids=["empty", "comma", "form", "nan", "infinity", "huge float", "huge int", "deep", "very deep"],
)
def test_invalid_json_is_one_error_with_the_reason(body: bytes, says: str) -> None:
    decoded = decode(body)
    (finding,) = decoded.findings
    assert (finding.code, finding.severity, decoded.is_json) == ("bad-json", Severity.ERROR, False)
    assert says.split(": Illegal")[0] in finding.message


def test_the_position_of_a_syntax_error_is_in_bytes() -> None:
    (finding,) = decode('{"ä": }'.encode()).findings
    assert finding.message.endswith(" (at byte 7)")
    assert finding.evidence.value == '{"ä": }'


def test_invalid_utf_8_names_the_byte_and_its_offset() -> None:
    (finding,) = decode(b'{"a":"\xe4"}').findings
    assert finding.message == "the body is not UTF-8: unexpected byte 0xe4 (at byte 6)"


def test_the_evidence_of_a_long_body_is_the_text_near_the_error() -> None:
    (finding,) = decode(b'"' + b"x" * 10_000 + b"\xff" + b"y" * 10_000 + b'"').findings
    assert len(finding.evidence.value) <= 80


def test_a_body_of_the_maximum_depth_is_decoded() -> None:
    assert decode(nested(MAX_DEPTH)).is_json


def test_null_is_json() -> None:
    assert decode(b"null").is_json


def test_numbers_keep_their_kind() -> None:
    value = decode(b"[1, 1.0, true]").value
    assert [type(item) for item in value] == [int, float, bool]


def test_a_duplicate_key_is_a_warning_and_the_last_value_counts() -> None:
    decoded = decode(b'{"data":[{"event_type":"visit","a~/b":1,"a~/b":2}]}')
    (finding,) = decoded.findings
    assert (finding.code, finding.severity) == ("duplicate-key", Severity.WARNING)
    assert (finding.place, finding.evidence.event, finding.evidence.value) == ("/data/0/a~0~1b", "visit", 2)
    assert decoded.value["data"][0]["a~/b"] == 2


def test_a_duplicate_inside_an_overwritten_value_is_not_reported() -> None:
    findings = decode(b'{"a":{"b":1,"b":2},"a":3}').findings
    assert [finding.place for finding in findings] == ["/a"]


def test_half_of_a_surrogate_pair_is_replaced_with_a_warning() -> None:
    decoded = decode(rb'{"page":{"current_title":"\ud83d cut"}}')
    (finding,) = decoded.findings
    assert (finding.code, finding.severity, finding.place) == ("lenient-value", Severity.WARNING, "/page/current_title")
    assert decoded.value["page"]["current_title"] == "� cut"


def test_a_surrogate_pair_is_decoded_to_its_character() -> None:
    decoded = decode(rb'"\ud83d\ude00"')
    assert (decoded.value, decoded.findings) == ("\U0001f600", ())


@given(ANY_JSON)
def test_events_accepts_any_json(value: object) -> None:
    for event in events(BEACON, value):
        assert isinstance(event.body, dict)
        assert event.envelope is value


def test_every_object_in_data_is_an_event() -> None:
    value = {"data": [{"event_type": "visit"}, 7, {"event_type": 7}, {"event_type": "no_such"}]}
    found = [(event.type, event.pointer) for event in events(BEACON, value)]
    assert found == [("visit", "/data/0"), ("unknown", "/data/2"), ("no_such", "/data/3")]


def test_data_that_is_an_event_is_one_event() -> None:
    assert [(event.type, event.pointer) for event in events(BEACON, {"data": {"event_type": "visit"}})] == [
        ("visit", "/data")
    ]
