"""The notation of injected faults."""

import pytest

from harness.collector_faults import Fault, read_fault


def test_a_status_is_a_fault_and_ok_is_none() -> None:
    assert (read_fault("503"), read_fault("ok")) == (Fault(status=503), None)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("429 retry after 20 s", Fault(status=429, retry_after=20)),
        ("reset", Fault(reset="reset")),
        ("reset before body", Fault(reset="reset before body")),
        ("no answer", Fault(is_silent=True)),
        ("400 ms late", Fault(late_ms=400)),
        ("503 400 ms late", Fault(status=503, late_ms=400)),
    ],
)
def test_the_text_of_a_fault_is_its_notation(text: str, fault: Fault) -> None:
    assert (read_fault(text), str(fault)) == (fault, text)


@pytest.mark.parametrize("text", ["200", "5o3", "okay", "", "99999999999999999999", "503 ok", " 400 ms late", "503\n"])
def test_an_unknown_fault_is_reported_with_the_allowed_notation(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"^allowed: ok, a status from 400 to 599, reset, .* no answer, 429 retry after 20 s"
    ):
        read_fault(text)
