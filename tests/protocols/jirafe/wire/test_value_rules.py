"""Values that the schema allows and that can hardly be meant: a warning with the cause and the value rewritten."""

from typing import Any

import pytest
from support.finding_language import problems
from support.jirafe_bodies import EVENTS, LINE_ITEM, at, changed, the_finding, warnings, wrapper
from support.published_examples import V2

from harness.findings import Finding, Severity
from harness.protocols.jirafe.documents.sent_document import SentDocument
from harness.protocols.jirafe.documents.validate import findings, is_accepted
from harness.protocols.jirafe.wire.validate import is_valid, validate
from harness.protocols.jirafe.wire.value_rules import readable_name

GARBLED = {
    "Caf&eacute;": "Café",
    "Tom &amp; Jerry": "Tom & Jerry",
    "CafÃ©": "Café",
    "Itâ€™s": "It’s",
    "crÃ¨me brÃ»lÃ©e": "crème brûlée",
    "Ð\x9fÑ\x80": "Пр",
}


@pytest.mark.parametrize(("sent", "meant"), GARBLED.items())
def test_a_garbled_name_is_a_warning_with_the_name_as_it_was_meant(sent: str, meant: str) -> None:
    finding = the_finding(changed(at("add_item_to_cart", "line_item", "name"), sent))
    assert (finding.code, finding.severity) == ("lenient-value", Severity.WARNING)
    assert finding.place == "/data/2/line_item/name"
    assert finding.hint == f'Send the text itself, in UTF-8: "{meant}".'
    assert list(problems(finding.message, finding.hint)) == []


@pytest.mark.parametrize(
    "name", ["AT&T; x", "Tom & Jerry", "CAFÉ™", "NAÏVE™", "São Ângelo", "Ñandú", "日本", "Âme", "ÃO"]
)
def test_a_name_with_rare_characters_is_right(name: str) -> None:
    assert readable_name(name) is None
    assert validate(changed(at("add_item_to_cart", "line_item", "name"), name)) == ()


def test_a_lost_character_is_named() -> None:
    finding = the_finding(changed(at("pageview", "product", "name"), "Caf\ufffd"))
    assert "the replacement character of a failed decoding" in finding.message
    assert finding.hint == "Read and send the text as UTF-8."


def test_an_ampersand_in_a_url_is_right() -> None:
    assert validate(changed("/page/current_url", "https://shop.test/?a=1&copy;=2")) == ()


def line(**fields: Any) -> dict[str, Any]:
    return wrapper({**EVENTS["edit_cart"], "line_item": {**LINE_ITEM, **fields}})


def test_the_noise_of_binary_fractions_in_a_total_is_named_and_rounded() -> None:
    body = line(price="0.1", quantity="3", total_price="0.30000000000000004")
    finding = the_finding(body)
    assert (finding.code, finding.severity, finding.place) == (
        "total-mismatch",
        Severity.ERROR,
        "/data/0/line_item/total_price",
    )
    assert 'is "0.30000000000000004", which is not rounded; expected "0.30"' in finding.message
    assert finding.hint == 'Round amounts before you send them: "0.30".'
    assert not is_valid(body)


def test_noise_in_both_amounts_is_one_warning() -> None:
    body = line(price="19.990000000000002", quantity="1", total_price="19.990000000000002")
    finding = the_finding(body)
    assert (finding.code, finding.severity, finding.place) == (
        "lenient-value",
        Severity.WARNING,
        "/data/0/line_item/price",
    )
    assert "; the same in line_item.total_price (" in finding.message
    assert is_valid(body)


def test_an_unrounded_price_explains_a_rounded_total() -> None:
    finding = the_finding(line(price="33.333333333333336", quantity="3", total_price="100.00"))
    assert (finding.code, finding.place) == ("total-mismatch", "/data/0/line_item/price")
    assert finding.hint == 'Round amounts before you send them: "33.33".'


def test_a_price_with_four_decimals_and_a_rounded_total_are_rounded_in_the_same_way() -> None:
    finding = the_finding(line(price="19.9958", quantity="2", total_price="39.99"))
    assert finding.hint == 'Round price and total_price in the same way: "20.00" and "40.00".'


def test_another_total_keeps_its_hint() -> None:
    finding = the_finding(line(price="19.99", quantity="2", total_price="19.99"))
    assert finding.hint == 'Send the total_price "39.98", or correct price or quantity.'


@pytest.mark.parametrize("amount", ["299.9900", "0.00125"])
def test_an_amount_with_few_decimals_is_right(amount: str) -> None:
    assert warnings(line(price=amount, quantity="1", total_price=amount)) == []


def document_warnings(kind: str, change: dict[str, Any]) -> list[Finding]:
    sent = SentDocument(version=2, type=kind, value={**V2[kind], **change})
    assert is_accepted(sent)
    return [found for found in findings(sent) if found.code == "lenient-value"]


def test_noise_in_a_document_is_a_warning() -> None:
    [finding] = document_warnings("cart", {"total_tax": 0.30000000000000004})
    assert finding.place == "/total_tax"
    assert finding.hint == "Round amounts before you send them: 0.30."


def test_a_negative_quantity_in_a_document_is_accepted_with_a_warning() -> None:
    items = [{**V2["cart"]["items"][0], "quantity": -1}]
    [finding] = document_warnings("cart", {"items": items})
    assert (finding.severity, finding.place) == (Severity.WARNING, "/items/0/quantity")
    assert "a quantity is not negative" in finding.message


def test_a_placeholder_for_the_address_of_a_guest_is_a_warning() -> None:
    [finding] = document_warnings("customer", {"email": "Anonymous"})
    assert finding.place == "/email"
    assert "a placeholder is no e-mail address" in finding.message
    assert document_warnings("customer", {"email": "guest@example.com"}) == []


def test_the_published_documents_have_no_warning() -> None:
    for kind in V2:
        assert document_warnings(kind, {}) == []
