"""Products: what page views speak of must be in the catalogue that the back end pushed."""

from collections.abc import Iterator

from harness.findings import Finding
from harness.protocols.jirafe.reconcile.finding_text import about_event, near
from harness.protocols.jirafe.reconcile.sources import Sources


def check(books: Sources) -> Iterator[Finding]:
    """Silent where the back end pushed no product at all: its catalogue may be from before."""
    pushed: set[str] = set()
    for filed in books.filed("product"):
        base = filed.body.get("base_product")
        codes = (filed.body.get("code"), base.get("code") if isinstance(base, dict) else None)
        pushed |= {code for code in codes if isinstance(code, str)}
    for said in books.of_type("pageview") if pushed else ():
        product = said.event.body.get("product")
        code = product.get("product_code") if isinstance(product, dict) else None
        if isinstance(code, str) and code not in pushed:
            place = f"{said.event.pointer}/product/product_code"
            if not books.told.of(said.event.beacon, place):
                yield about_event(
                    "unknown-product",
                    said,
                    ("product", "product_code"),
                    f'product.product_code is "{code}", and the back end pushed no product of that code'
                    f"{near(code, sorted(pushed))}",
                    hint="take the parent product's code, as the back end pushes it, and push every product that is for sale",
                    value=code,
                    allowed="the code of a product document",
                )
