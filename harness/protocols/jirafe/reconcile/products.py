"""Products: page views show only products that the back end sent."""

from collections.abc import Iterator

from harness.findings import Finding
from harness.protocols.jirafe.finding_text import suggest_id
from harness.protocols.jirafe.reconcile.finding_text import source_finding
from harness.protocols.jirafe.reconcile.sources import Sources


def product_findings(sources: Sources) -> Iterator[Finding]:
    """Skipped if the back end sent no products: it may have sent its catalogue before the recording."""
    sent: set[str] = set()
    for document in sources.documents_of("product"):
        base = document.body.get("base_product")
        codes = (document.body.get("code"), base.get("code") if isinstance(base, dict) else None)
        sent |= {code for code in codes if isinstance(code, str)}
    for event in sources.events_of("pageview") if sent else ():
        code, place = event.item("product", "product_code"), f"{event.pointer}/product/product_code"
        if isinstance(code, str) and code not in sent and not sources.reported.concern(event.beacon, place):
            yield source_finding(
                "unknown-product",
                event,
                ("product", "product_code"),
                f'product.product_code is "{code}", but the back end sent no product with this code'
                f"{suggest_id(code, sorted(sent))}",
                hint="Send the parent product's code, and a product document for every product on sale.",
                value=code,
                allowed="the code of a product document",
            )
