"""Documents that both versions of the Events API have in the same form: categories, products and people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeAlias

from fakewww.backend.state import OPENED, Front, Person
from fakewww.catalogue import Category, Product, Variant
from fakewww.employees import Employee
from fakewww.input_validation import instant
from fakewww.orders import Totals

Document: TypeAlias = dict[str, Any]


def dates(created: datetime, changed: datetime) -> Document:
    """The two dates that nearly everything has."""
    return {"create_date": instant(created), "change_date": instant(changed)}


def category(category: Category, *, changed: datetime) -> Document:
    """A category; this shop has no categories inside categories."""
    return {"id": category.id, "name": category.name, **dates(OPENED, changed)}


def products(front: Front, product: Product) -> Iterator[Document]:
    """A product, which cannot be bought, and then each of its variants, which can."""
    yield {
        **_described(front, product, id=product.id, code=product.code),
        "is_product": True,
        "is_sku": False,
        "price": float(product.price),
    }
    for variant in product.variants:
        yield sku(front, product, variant)


def sku(front: Front, product: Product, variant: Variant) -> Document:
    """A variant: its code is the SKU, and the code that page views speak of is its base product's."""
    choices = {"size": ("Size", variant.size), "colour": ("Colour", variant.colour)}
    return {
        **_described(front, product, id=f"{product.id}-{product.variants.index(variant) + 1}", code=variant.sku),
        "is_product": False,
        "is_sku": True,
        "price": float(variant.price),
        "ancestors": [product.id],
        "base_product": {"id": product.id, "code": product.code, "name": product.name},
        "attributes": [{"id": id, "name": name, "value": value} for id, (name, value) in choices.items() if value],
    }


def _described(front: Front, product: Product, *, id: str, code: str) -> Document:
    catalogue = front.catalogue
    home = catalogue.category(product.category)
    return {
        "id": id,
        "code": code,
        "name": product.name,
        "brand": catalogue.name,
        **dates(OPENED, front.changed.get(product.id, OPENED)),
        "catalog": {"id": "main", "name": catalogue.name},
        "categories": [{"id": home.id, "name": home.name}],
        "images": [{"url": f"{front.url}/fakewww/pictures/{product.picture}.svg"}],
        "urls": {"store": f"{front.url}/fakewww/products/{product.id}/index.html"},
    }


def customer(person: Person) -> Document:
    """A customer; what we do not know is left out."""
    known = person.customer
    name = f"{known.first_name} {known.last_name}".strip()
    words = {"email": known.email, "name": name, "first_name": known.first_name, "last_name": known.last_name}
    return {
        "id": known.id,
        **dates(person.created, person.changed),
        **{field: word for field, word in words.items() if word},
        "active_flag": True,
        "marketing_opt_in": False,
    }


def employee(employee: Employee, *, changed: datetime) -> Document:
    """Somebody who works here."""
    return {
        "id": employee.id,
        **dates(OPENED, changed),
        "email": employee.email,
        "name": f"{employee.first_name} {employee.last_name}",
        "first_name": employee.first_name,
        "last_name": employee.last_name,
        "position": employee.position,
        "department": employee.department,
        "active_flag": True,
        "marketing_opt_in": False,
    }


def sums(totals: Totals) -> Document:
    """The six sums as numbers; the tax is inside the total."""
    return {
        "subtotal": float(totals.subtotal),
        "total": float(totals.total),
        "total_tax": float(totals.tax),
        "total_shipping": float(totals.shipping),
        "total_payment_cost": 0.0,
        "total_discounts": float(totals.discounts),
    }
