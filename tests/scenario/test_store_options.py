"""The switches of the built-in store."""

import pytest

from harness.errors import UsageError
from harness.scenario.store_options import SWITCHES, read_switches, settled

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
}


def test_what_is_given_last_goes_before_what_is_given_first_and_that_before_the_default() -> None:
    assert settled() == DEFAULTS
    given = settled({"backend": "v1", "history": "3"}, {"backend": "v2"})
    assert given == DEFAULTS | {"backend": "v2", "history": "3"}


def test_switches_are_read_from_options() -> None:
    assert read_switches(["backend=v2", "history=12"]) == {"backend": "v2", "history": "12"}


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["backnd=v2"], '--store: no such switch "backnd"; did you mean "backend"?'),
        (["backend=v3"], '--store: "backend" cannot be "v3"; allowed: off, v1, v2'),
        (["backend=of"], '--store: "backend" cannot be "of"; did you mean "off"?'),
        (["backend="], '--store: "backend" cannot be ""; allowed: off, v1, v2'),
        (["history=many"], '--store: "history" cannot be "many"; allowed: a whole number up to 1000'),
        (["history=1001"], '--store: "history" cannot be "1001"; allowed: a whole number up to 1000'),
        (["backend"], '--store "backend" should be KEY=VALUE, as in --store backend=v2'),
        (["=v2"], '--store "=v2" should be KEY=VALUE, as in --store backend=v2'),
        (["backend=v1", "backend=v2"], '--store: "backend" is set twice'),
    ],
)
def test_a_slip_is_told_with_the_nearest_word(texts: list[str], message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_switches(texts)
    assert str(error.value) == message


def test_every_default_is_allowed() -> None:
    assert [switch.refusal(switch.default) for switch in SWITCHES.values()] == [""] * len(SWITCHES)
