"""Thousands of invalid bodies: each gets an answer below 500 in time, and is journaled once."""

import asyncio
import copy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.collector_client import Collector, collecting
from support.published_examples import CANCELLED, EVENTS, PLACED, V1, V2, WRAPPER

from harness import protocol as protocols
from harness.findings import Severity

JIRAFE = protocols.get()
PATIENCE_S = 10.0
BODIES_A_TEST = 500

at_leisure = settings(
    max_examples=BODIES_A_TEST, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=True
)

Sample = tuple[str, Any]
"""A path and a valid body."""

SAMPLES: list[Sample] = [
    *((f"/v1/1/{name}", body) for name, body in V1.items()),
    *((f"/v2/1/{name}", body) for name, body in V2.items()),
    ("/v2/1/order", PLACED),
    ("/v2/1/order", CANCELLED),
    ("/v2/1/batch", {**{name: [body] for name, body in V2.items()}, "carts": [{}]}),
    ("/v2/tracker/pageview", EVENTS["product page"]),
    ("/v1/tracker", {**WRAPPER, "data": list(EVENTS.values())}),
]
SCALARS = st.sampled_from(
    [None, True, 0, -1, 1.5, 10**400, -(10**4000), 1e308, 5e-324, "", "0", "placed", "2013-06-17T15:16:10+99:99"]
)
SMALL = st.recursive(
    SCALARS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
WORDS = sorted({name for _, body in SAMPLES for name in body} | {"data", "status", "quantity", "order_item_number"})
KEYED = st.recursive(
    SCALARS | st.text(max_size=5) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4),
    max_leaves=8,
)
NUMBERS = [
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "-",
    "01",
    "1.",
    "0x1",
    "9" * 5000,
    "9" * 4000,
    "1e-999",
    "-0.0",
    "1E+400",
]
SURROGATES = [r'"\ud800"', r'"\udfff\ud800"', r'{"\ud800": 1}', r'["\udc00", "\ud83d\ude00"]', r'"\u0000"', r'"\ud8"']


@contextmanager
def fuzzing() -> Iterator["Fuzzer"]:
    """A collector that runs until the end of a test."""
    with asyncio.Runner() as runner:
        context = collecting(JIRAFE)
        try:
            yield Fuzzer(runner, runner.run(context.__aenter__()))
        finally:
            runner.run(context.__aexit__(None, None, None))


class Fuzzer:
    """Sends bodies one by one, and checks the answer and the journal."""

    def __init__(self, runner: asyncio.Runner, collector: Collector) -> None:
        self._runner, self._collector = runner, collector
        self.sent = 0

    def send(self, path: str, body: bytes) -> None:
        """One request: answered in time, with a status of the protocol's, and kept once as it was."""
        self._runner.run(asyncio.wait_for(self._send(path, body), PATIENCE_S))

    async def _send(self, path: str, body: bytes) -> None:
        headers = {"Authorization": "Bearer any"}
        async with self._collector.client.post(path, data=body, headers=headers) as answer:
            content = json.loads(await answer.read())
        self.sent += 1
        *_, beacon = self._collector.journal.records(self.sent - 1)
        assert (beacon.number, len(self._collector.journal)) == (self.sent, self.sent)
        assert (beacon.body, beacon.status) == (body, answer.status)
        reading = JIRAFE.read(beacon)
        if answer.status == 200:
            assert "batch" in path or content == {"success": True}
            for document in reading.documents:
                *_, name, index = ("", *document.pointer.split("/"))
                assert document.accepted == (content[name][int(index)]["success"] if document.pointer else True)
        else:
            assert answer.status == (422 if "v1" in path and content["error_type"] == "validation" else 400)
            assert content["success"] is False
            assert content["error_type"] in ("bad_json", "validation")
            assert any(finding.severity is Severity.ERROR for finding in reading.findings)
            assert not any(document.accepted for document in reading.documents)


def write(value: Any) -> bytes:
    return json.dumps(value).encode()


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid body with a few values replaced or removed."""
    path, right = draw(st.sampled_from(SAMPLES))
    body = copy.deepcopy(right)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(body))
        container, key = places[draw(st.integers(0, len(places) - 1))] if places else ({}, "")
        if draw(st.integers(0, 3)) or isinstance(container, list):
            container[key] = draw(SMALL)
        else:
            container.pop(key, None)
    return path, write(body)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield value, key
        yield from _places(inner)


@st.composite
def spliced(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid body with an odd number, a lone surrogate or deep nesting as a value."""
    path, right = draw(st.sampled_from(SAMPLES))
    texts = write(right).split(b": ")
    depth = draw(st.sampled_from([1, 30, 63, 64, 65, 1000, 100_000]))
    odd = draw(
        st.sampled_from([*NUMBERS, *SURROGATES])
        | st.sampled_from(["[" * depth + "]" * depth, '{"items":' * depth + "1" + "}" * depth, "[" * depth])
    )
    at = draw(st.integers(1, len(texts) - 1))
    _old, comma, rest = texts[at].partition(b",")
    texts[at] = odd.encode() + (comma + rest if comma else b"}")
    return path, b": ".join(texts)


@st.composite
def doubled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid body with a duplicate key."""
    path, right = draw(st.sampled_from(SAMPLES))
    body = write(right)
    name = draw(st.sampled_from(WORDS))
    again = b'{"%s": %s, ' % (name.encode(), write(draw(SMALL)))
    at = draw(st.sampled_from([index for index, byte in enumerate(body) if byte == ord("{")]))
    return path, body[:at] + again + body[at + 1 :]


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, bytes]:
    """A valid body that is truncated, also within a character, or has other bytes in it."""
    path, right = draw(st.sampled_from(SAMPLES))
    body = json.dumps({**right, "name": "Süße 猫 😀"}, ensure_ascii=False).encode()
    at = draw(st.integers(0, len(body)))
    return path, body[:at] + draw(st.binary(max_size=4)) + (body[at:] if draw(st.booleans()) else b"")


ANYTHING = st.tuples(st.sampled_from([path for path, _ in SAMPLES]), KEYED.map(write) | st.binary(max_size=20))


def _fuzz(bodies: st.SearchStrategy[tuple[str, bytes]]) -> int:
    """Send the bodies, and check their number."""
    with fuzzing() as fuzzer:

        @at_leisure
        @given(bodies)
        def all_of_them(sample: tuple[str, bytes]) -> None:
            fuzzer.send(*sample)

        all_of_them()
        return fuzzer.sent


def test_valid_bodies_with_replaced_values() -> None:
    assert _fuzz(mutated()) >= BODIES_A_TEST


def test_any_json_and_any_bytes() -> None:
    assert _fuzz(ANYTHING) >= BODIES_A_TEST


def test_odd_numbers_lone_surrogates_and_deep_nesting() -> None:
    assert _fuzz(spliced()) >= BODIES_A_TEST


def test_duplicate_keys() -> None:
    assert _fuzz(doubled()) >= BODIES_A_TEST


def test_incomplete_bodies_and_broken_characters() -> None:
    assert _fuzz(broken()) >= BODIES_A_TEST
