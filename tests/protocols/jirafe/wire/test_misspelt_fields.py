"""Unknown fields are allowed; those similar to an absent field are warnings."""

from support.jirafe_bodies import at, changed, the_finding, warnings

from harness.findings import Severity
from harness.protocols.jirafe.wire.validate import validate


def test_an_unknown_field_is_allowed() -> None:
    assert validate(changed("/version", 3)) == ()
    assert validate(changed(at("edit_cart", "line_item", "brand"), "x")) == ()


def test_an_unknown_field_close_to_an_absent_optional_one_is_a_warning() -> None:
    finding = the_finding(changed(at("edit_cart", "line_item", "product_code"), rename="productCode"))
    assert (finding.code, finding.severity) == ("suspect-field", Severity.WARNING)
    assert finding.place == at("edit_cart", "line_item", "productCode")
    assert (finding.evidence.event, finding.evidence.nearest) == ("edit_cart", "product_code")
    assert finding.hint == 'Rename "productCode" to "product_code" if that is the intended field.'


def test_a_misspelt_field_in_a_list_of_customers_is_found() -> None:
    body = changed(at("pageview", "customer"), [{"id": "1", "first_name": "James"}])
    assert warnings(body) == [("suspect-field", at("pageview", "customer", "0", "first_name"))]
