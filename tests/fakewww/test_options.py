"""The table of store options and the settings that come from it."""

from dataclasses import fields

import pytest

from fakewww.app import create_app
from fakewww.options import OPTIONS, StoreOptions, StoreSettings, parse_options
from fakewww.shop import SHOP


def test_the_settings_have_a_field_for_each_option_of_the_table() -> None:
    assert [field.name for field in fields(StoreOptions)] == list(OPTIONS)


def test_defaults_are_the_parsed_defaults_of_the_table() -> None:
    assert StoreOptions() == StoreOptions(**parse_options({name: option.default for name, option in OPTIONS.items()}))


def test_texts_become_flags_numbers_and_words() -> None:
    texts = {"outlet": "on", "kept": "off", "pictures": "20", "theme": "spa"}
    assert parse_options(texts) == {"outlet": True, "kept": False, "pictures": 20, "theme": "spa"}


@pytest.mark.parametrize(
    ("name", "text"), [("theme", "sp"), ("theme", ""), ("levels", "7"), ("levels", "-1"), ("levels", "")]
)
def test_other_values_are_refused(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        parse_options({name: text})


async def test_the_store_has_the_options_and_its_ledger_names_the_back_end() -> None:
    settings = StoreSettings(**parse_options({"backend": "v2", "history": "4"}), backend_url="http://127.0.0.1:1")
    shop = create_app(settings)[SHOP]
    assert (shop.ledger.read()["store"]["backend"], len(shop.orders.all())) == ("v2", 4)
    assert create_app()[SHOP].ledger.read()["store"]["backend"] == "off"
