"""The tracker calls of a page, which its `jirafe_deferred` makes in this order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fakewww.cart import Change, Line
from fakewww.customers import Customer
from fakewww.difficult_catalogue import WITHOUT_CENTS
from fakewww.input_validation import amount
from fakewww.page import Page, Step

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
"""The URL parameters of an attribution, level by level."""


@dataclass(frozen=True)
class Call:
    """`jirafe_api.{function}(org, site, data)`."""

    function: str
    data: Mapping[str, Any]


def calls(page: Page, *, changes: tuple[Change, ...], origin: str, currency: str, pictures: int = 1) -> Iterator[Call]:
    """The calls before the page view: cart changes, the funnel step, and a new order."""
    for change in changes:
        item = line_item(change.line, origin=origin, currency=currency, pictures=pictures)
        yield Call(f"cart.{change.kind}", {"cart": {"id": change.cart_id}, "line_item": item})
    if page.step:
        yield Call("funnel", funnel(page.step))
    if page.order and page.first:
        yield Call("order.success", {"order": {"id": page.order.id, "num": page.order.number}})


def pageview(page: Page, person: Customer | None) -> dict[str, Any]:
    """The data of the page view without the attribution, which the tracker adds in the browser."""
    data: dict[str, Any] = {}
    if person:
        names = {"firstname": person.first_name, "lastname": person.last_name}
        data["customer"] = {"id": person.id, **names, "email": person.email}
    if page.product:
        codes = {"sku_code": page.product.variants[0].sku, "product_code": page.product.code}
        data["product"] = {"name": page.product.name, **codes}
    if page.category:
        data["category"] = {"id": page.category.id, "name": page.category.name}
    if page.search:
        search = page.search
        data["search"] = {"keyword": search.keyword, "page": search.page, "total_results": search.results}
    return data


def funnel(step: Step) -> dict[str, Any]:
    """The data of a funnel step."""
    return {
        "funnel_name": step.funnel,
        "step_name": step.name,
        "step_position": step.position,
        "last_step": step.last,
    }


def line_item(line: Line, *, origin: str, currency: str, pictures: int = 1) -> dict[str, Any]:
    """The data of a cart line, with numbers as text (errata 16)."""
    picture = f"{origin}/fakewww/pictures/{line.product.picture}.svg"
    return {
        "name": line.product.name,
        "sku_code": line.variant.sku,
        "product_code": line.product.code,
        "images": [picture, *(f"{picture}?{number}" for number in range(2, pictures + 1))],
        "price": price(line.variant.price, currency),
        "quantity": str(line.quantity),
        "total_price": price(line.total, currency),
        "currency": currency,
    }


def price(value: Decimal, currency: str) -> str:
    """Money with the decimals of its currency."""
    return amount(value).removesuffix(".00") if currency in WITHOUT_CENTS else amount(value)
