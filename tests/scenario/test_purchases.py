"""Words of a purchase, and similar words."""

import pytest

from harness.scenario.purchases import is_buying


@pytest.mark.parametrize(
    "words",
    [
        *("Place order", "Place your order", "Submit order", "Confirm purchase", "Complete my order", "Order now"),
        *("Pay", "Pay now", "PAY £14.50", "Buy it now", "buyNow", "Purchase", "#place-order"),
        *("button[name=submit_payment]", "Zahlungspflichtig bestellen", "Jetzt kaufen", "Payer", "Commander"),
        *("Pagar", "Acquista", "Betalen", "Check out now"),
    ],
)
def test_words_of_a_purchase(words: str) -> None:
    assert is_buying(words)


@pytest.mark.parametrize(
    "words",
    [
        *("Continue", "Check out", "Proceed to checkout", "Continue to payment", "Payment details", "Add to cart"),
        *("Paypal", "label[for=payment-card]", "Order history", "Your orders", "sort order", "Pay by card"),
        *("Buyer's guide", "Continue to review", "Update", "#id_quantity", "Search", "Cancel order"),
    ],
)
def test_words_of_no_purchase(words: str) -> None:
    assert not is_buying(words)
