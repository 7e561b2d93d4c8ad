"""Subset matching: matches, and the places of differences."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.json_matching import MISSING, Difference, check_pattern, differences, escape, matches, text

without_deadline = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.text().filter(lambda key: not key.startswith("$"))
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4))


def pointers(pattern: Any, value: Any) -> list[str]:
    return [difference.pointer for difference in differences(pattern, value)]


def subset(draw: Callable[..., Any], value: Any) -> Any:
    if isinstance(value, dict):
        return {key: subset(draw, item) for key, item in value.items() if draw(st.booleans())}
    return [subset(draw, item) for item in value] if isinstance(value, list) else value


def places(value: Any, pointer: str = "") -> list[tuple[str, list[Any]]]:
    """Each scalar in a value: its pointer, and the path of keys."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        return [
            (place, [key, *path]) for key, item in items for place, path in places(item, f"{pointer}/{escape(key)}")
        ]
    return [(pointer, [])]


@without_deadline
@given(values)
def test_a_value_matches_itself(value: Any) -> None:
    assert differences(value, copy.deepcopy(value)) == ()


@without_deadline
@given(st.data(), values)
def test_a_value_matches_each_of_its_subsets(data: st.DataObject, value: Any) -> None:
    assert differences(subset(data.draw, value), value) == ()


@without_deadline
@given(st.data(), values.filter(lambda value: places(value) not in ([], [("", [])])))
def test_changing_one_scalar_differs_at_its_pointer_and_nowhere_else(data: st.DataObject, value: Any) -> None:
    pointer, path = data.draw(st.sampled_from(places(value)))
    changed = copy.deepcopy(value)
    holder = changed
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = f"not {text(holder[path[-1]])}"
    assert pointers(value, changed) == [pointer]


@without_deadline
@given(values, values)
def test_matches_agrees_with_differences(pattern: Any, value: Any) -> None:
    assert matches(pattern, value) == (not differences(pattern, value))


@pytest.mark.parametrize(
    ("pattern", "value"),
    [(2, "2"), ("2", 2), (True, "true"), ("false", False), ("10.00", 10), ("2", 2.0), (2, 2.0), (None, None)],
)
def test_scalars_compare_as_text(pattern: Any, value: Any) -> None:
    assert differences(pattern, value) == ()


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("0010", "10"),
        ("0010", 10),
        ("10.00", "10"),
        (1, True),
        (True, 1),
        (None, "null"),
        ("null", None),
        ("", None),
        (0, None),
        ("a", ["a"]),
        ({}, "a"),
        ([], {}),
    ],
)
def test_scalars_with_different_text_differ(pattern: Any, value: Any) -> None:
    assert differences(pattern, value) == (Difference("", pattern, value),)


def test_a_missing_key_is_a_difference_without_a_value() -> None:
    (difference,) = differences({"order": {"num": "7"}}, {"order": {}})
    assert difference == Difference("/order/num", "7", MISSING)
    assert f"{difference.got}" == "nothing"


def test_a_missing_key_does_not_match_null() -> None:
    assert pointers({"a": None}, {}) == ["/a"]


def test_a_list_that_is_too_short_differs_at_the_missing_items() -> None:
    assert differences(["a", "b"], ["a"]) == (Difference("/1", "b", MISSING),)


def test_a_list_that_is_too_long_differs_at_the_surplus_items() -> None:
    assert differences(["a"], ["a", "b"]) == (Difference("/1", MISSING, "b"),)


def test_pointers_escape_slash_and_tilde() -> None:
    assert pointers({"a/b~c": 1}, {"a/b~c": 2}) == ["/a~1b~0c"]


def test_a_difference_as_json_has_no_missing_side() -> None:
    (lacking,) = differences({"a": "7"}, {})
    assert json.dumps(lacking.as_json()) == '{"pointer": "/a", "expected": "7"}'


@pytest.mark.parametrize("value", ["SKU-17", "17", 17, 175.5])
def test_the_regex_matcher_searches_the_text(value: Any) -> None:
    assert differences({"$matches": "17"}, value) == ()


@pytest.mark.parametrize("value", ["SKU-18", None, ["17"], {"17": 17}])
def test_the_regex_matcher_needs_a_scalar_that_contains_a_match(value: Any) -> None:
    assert differences({"$matches": "17"}, value) == (Difference("", {"$matches": "17"}, value),)


@pytest.mark.parametrize("value", [9.99, "9.99", 9.985, 9.995, "9.990"])
def test_the_about_matcher_accepts_numbers_within_half_a_cent(value: Any) -> None:
    assert differences({"$about": "9.99"}, value) == ()


@pytest.mark.parametrize("value", [10, 9.98, 9.996, "", "nine", None, True, float("nan"), float("inf"), 10**400])
def test_the_about_matcher_rejects_other_values(value: Any) -> None:
    assert pointers({"$about": 9.99}, value) == [""]


@pytest.mark.parametrize("value", [None, "", 0, [], {"a": 1}])
def test_the_any_matcher_accepts_any_value(value: Any) -> None:
    assert differences({"a": {"$any": None}}, {"a": value}) == ()


@pytest.mark.parametrize("matcher", [{"$any": None}, {"$matches": ""}, {"$about": 0}])
def test_a_missing_key_matches_no_matcher(matcher: Any) -> None:
    assert pointers({"a": matcher}, {}) == ["/a"]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ({"a": [{"$match": "x"}]}, 'no such matcher "$match"; did you mean "$matches"?'),
        ({"$zz9": 1}, 'no such matcher "$zz9"; allowed: $matches, $about, $any'),
        ({"$any": None, "b": 1}, '"$any" must be the only key of its object'),
        ({"$about": "dear"}, "\"$about\" needs a number, not 'dear'"),
        ({"$about": True}, '"$about" needs a number, not True'),
        ({"$any": 3}, '"$any" must have no value, not 3'),
        ({"$matches": 5}, '"$matches" needs a regular expression, not 5'),
        ({"$matches": "("}, "\"$matches\" has an invalid regular expression '(': missing ), unterminated subpattern"),
    ],
)
def test_an_invalid_matcher_is_reported_with_the_closest_one(pattern: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        check_pattern(pattern)
    assert str(caught.value).startswith(message)


@without_deadline
@given(values)
def test_a_pattern_without_matchers_passes_the_check(value: Any) -> None:
    check_pattern(value)
