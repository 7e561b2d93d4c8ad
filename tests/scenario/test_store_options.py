"""The options of the built-in store."""

import pytest

from harness.errors import UsageError
from harness.scenario.store_options import STORE_OPTIONS, read_store_options, with_defaults

DEFAULTS = {
    "theme": "classic",
    "backend": "off",
    "snippet": "once",
    "policy": "none",
    "pictures": "1",
    "levels": "3",
    "wares": "plain",
    "consent": "off",
    "outlet": "off",
    "kept": "off",
    "frames": "off",
    "referrer": "default",
    "worker": "off",
    "history": "0",
    "title": "served",
    "effects": "once",
}


def test_a_later_value_overrides_an_earlier_one_and_the_default() -> None:
    assert with_defaults() == DEFAULTS
    given = with_defaults({"backend": "v1", "history": "3"}, {"backend": "v2"})
    assert given == DEFAULTS | {"backend": "v2", "history": "3"}


def test_options_are_read_from_the_command_line() -> None:
    assert read_store_options(["backend=v2", "history=12"]) == {"backend": "v2", "history": "12"}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["backnd=v2"], '--store: no such option "backnd"; did you mean "backend"?'),
        (["backend=v3"], '--store: "backend" cannot be "v3"; allowed: off, v1, v2'),
        (["backend=of"], '--store: "backend" cannot be "of"; did you mean "off"?'),
        (["backend="], '--store: "backend" cannot be ""; allowed: off, v1, v2'),
        (["history=many"], '--store: "history" cannot be "many"; allowed: a whole number up to 1000'),
        (["history=1001"], '--store: "history" cannot be "1001"; allowed: a whole number up to 1000'),
        (["backend"], '--store "backend" must be KEY=VALUE, as in --store backend=v2'),
        (["=v2"], '--store "=v2" must be KEY=VALUE, as in --store backend=v2'),
        (["backend=v1", "backend=v2"], '--store: "backend" occurs twice'),
    ],
)
def test_a_mistake_is_reported_with_the_closest_word(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_store_options(texts)
    assert str(error.value) == message


def test_every_default_is_allowed() -> None:
    assert [option.refusal(option.default) for option in STORE_OPTIONS.values()] == [""] * len(STORE_OPTIONS)
