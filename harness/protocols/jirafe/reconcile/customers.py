"""Customers: the same ids in documents, ledger and page views."""

from collections.abc import Iterable, Iterator

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import list_ids
from harness.protocols.jirafe.reconcile.finding_text import step_finding, wrong_field
from harness.protocols.jirafe.reconcile.sources import Sources, StepDocument


def customer_of(document: StepDocument) -> str | None:
    if document.document.version == 1:
        number = document.body.get("customer_id")
    else:
        customer = document.body.get("customer")
        number = customer.get("id") if isinstance(customer, dict) else None
    return number if isinstance(number, str) else None


def customer_findings(document: StepDocument, right: str, *, source: str) -> Iterable[Finding]:
    """Compare the customer's id with that of another source. The schema checks absent ids and their type."""
    got = customer_of(document)
    if got is not None and got != right:
        path = ("customer_id",) if document.document.version == 1 else ("customer", "id")
        hint = "Send the customer's id as the store has it, as text. Leading zeros count."
        yield wrong_field(document, path, f'"{right}"', source, value=got, allowed=right, hint=hint)


def sign_up_findings(sources: Sources) -> Iterator[Finding]:
    """The back end sends a customer document for everyone who signed up."""
    if not sources.has_ledger or not sources.expects("customer"):
        return
    sent = {document.body.get("id") for document in sources.documents_of("customer")}
    for step in sources.timeline.steps:
        for entry in step.entries:
            if entry["kind"] == "customer" and entry["change"] == "signed up" and not step.failure:
                number = entry["customer"]["id"]
                if number not in sent:
                    known = [str(other) for other in sent]
                    yield step_finding(
                        "missing-document",
                        step,
                        f'customer: no document for customer "{number}", who signed up; '
                        f"the back end sent documents for {list_ids(known)}",
                        hint="Send a customer document when someone signs up or changes their data.",
                        document="customer",
                        value=known,
                        allowed=number,
                    )
