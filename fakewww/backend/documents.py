"""Documents with the same form in both versions of the Events API: categories, products and people."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, TypeAlias

from fakewww.backend.state import OPENED, Person, StoreFront
from fakewww.catalogue import Category, Product, Variant
from fakewww.employees import Employee
from fakewww.input_validation import instant
from fakewww.orders import Totals

Document: TypeAlias = dict[str, Any]


def dates(created: datetime, changed: datetime) -> Document:
    """The dates of creation and change."""
    return {"create_date": instant(created), "change_date": instant(changed)}


def category(category: Category, *, changed: datetime) -> Document:
    """A category; this store has no subcategories."""
    return {"id": category.id, "name": category.name, **dates(OPENED, changed)}


def products(front: StoreFront, product: Product) -> Iterator[Document]:
    """A base product, which is not for sale, and then each of its variants, which are."""
    yield {
        **_described(front, product, id=product.id, code=product.code),
        "is_product": True,
        "is_sku": False,
        "price": float(product.price),
    }
    for variant in product.variants:
        yield sku(front, product, variant)


def sku(front: StoreFront, product: Product, variant: Variant) -> Document:
    """A variant. Its code is the SKU; page views contain the code of the base product."""
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


def _described(front: StoreFront, product: Product, *, id: str, code: str) -> Document:
    catalogue = front.catalogue
    category = catalogue.category(product.category)
    return {
        "id": id,
        "code": code,
        "name": product.name,
        "brand": catalogue.name,
        **dates(OPENED, front.changed.get(product.id, OPENED)),
        "catalog": {"id": "main", "name": catalogue.name},
        "categories": [{"id": category.id, "name": category.name}],
        "images": [{"url": f"{front.url}/fakewww/pictures/{product.picture}.svg"}],
        "urls": {"store": f"{front.url}/fakewww/products/{product.id}/index.html"},
    }


def customer(person: Person) -> Document:
    """A customer, without empty fields."""
    buyer = person.customer
    name = f"{buyer.first_name} {buyer.last_name}".strip()
    texts = {"email": buyer.email, "name": name, "first_name": buyer.first_name, "last_name": buyer.last_name}
    return {
        "id": buyer.id,
        **dates(person.created, person.changed),
        **{field: text for field, text in texts.items() if text},
        "active_flag": True,
        "marketing_opt_in": False,
    }


def employee(employee: Employee, *, changed: datetime) -> Document:
    """An employee."""
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
    """The six sums as numbers; the total includes the tax."""
    return {
        "subtotal": float(totals.subtotal),
        "total": float(totals.total),
        "total_tax": float(totals.tax),
        "total_shipping": float(totals.shipping),
        "total_payment_cost": 0.0,
        "total_discounts": float(totals.discounts),
    }
