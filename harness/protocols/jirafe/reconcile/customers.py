"""Customers: the same ids in documents, ledger and page views."""

from collections.abc import Iterable, Iterator

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_document, about_step, listed
from harness.protocols.jirafe.reconcile.sources import Filed, Sources


def customer_of(filed: Filed) -> str | None:
    """The id of the customer in a cart or an order document; None where there is none."""
    if filed.document.version == 1:
        number = filed.body.get("customer_id")
    else:
        customer = filed.body.get("customer")
        number = customer.get("id") if isinstance(customer, dict) else None
    return number if isinstance(number, str) else None


def wrong_customer(filed: Filed, right: str, *, whose: str) -> Iterable[Finding]:
    """The customer's id against that of another book; what is missing or no text is the schema's business."""
    got = customer_of(filed)
    if got is not None and got != right:
        path = ("customer_id",) if filed.document.version == 1 else ("customer", "id")
        yield about_document(
            "wrong-value",
            filed,
            path,
            f'{".".join(path)} is "{got}", and {whose} is "{right}"',
            hint="send the id under which the store knows the customer, letter by letter; zeros in front count",
            value=got,
            allowed=right,
        )


def check(books: Sources) -> Iterator[Finding]:
    """Who signed up must be known to the back end."""
    if not books.has_ledger or not books.expects("customer"):
        return
    pushed = {filed.body.get("id") for filed in books.filed("customer")}
    for step in books.timeline.steps:
        for entry in step.entries:
            if entry["kind"] == "customer" and entry["change"] == "signed up" and not step.failure:
                number = entry["customer"]["id"]
                if number not in pushed:
                    known = [str(other) for other in pushed]
                    yield about_step(
                        "missing-document",
                        step,
                        f'customer: the ledger says that customer "{number}" signed up; '
                        f"the back end's customer documents are about {listed(known)}",
                        hint="send a customer document whenever somebody signs up, or changes their data",
                        document="customer",
                        value=known,
                        allowed=number,
                    )
