"""Batches of documents: complete, in order, and as large as allowed."""

import json

import pytest

from fakewww.backend.batch import batches


@pytest.mark.parametrize("largest", [1, 40, 60, 61, 100, 1_000])
def test_batches_contain_everything_in_order_and_respect_the_limit(largest):
    entries = [(kind, {"n": n, "é": "ü"}) for n, kind in enumerate(["cart", "cart", "order", "cart", "order"] * 3)]
    bodies = list(batches(entries, largest=largest))
    parsed = [json.loads(body) for body in bodies]
    for kind in ("cart", "order"):
        assert [one for body in parsed for one in body.get(kind, [])] == [one for of, one in entries if of == kind]
    assert all(len(body) <= largest or sum(map(len, json.loads(body).values())) == 1 for body in bodies)


def test_a_batch_is_filled_up_to_the_limit():
    entries = [("cart", {"n": 1}), ("order", {"n": 2})]
    (whole,) = batches(entries)
    assert list(batches(entries, largest=len(whole))) == [whole]
    assert len(list(batches(entries, largest=len(whole) - 1))) == 2
    assert list(batches([])) == []
