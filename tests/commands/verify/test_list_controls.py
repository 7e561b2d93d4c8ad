"""The controls of a list of products: a sort order, a filter, a further page."""

from typing import Any

import pytest

from harness.commands.verify import list_controls as controls
from harness.commands.verify.page_classifier import Survey


def item(text: str, *, around: str = "", marks: str = "", url: str = "", **changes: Any) -> dict[str, Any]:
    shown = {"n": 1, "visible": True, "disabled": False, "card": False, "layer": False, "area": "main"}
    return {**shown, "text": text, "around": around, "marks": marks, "url": url, **changes}


def field(*options: str, marks: str = "", value: str = "") -> dict[str, Any]:
    listed = [{"value": text.lower(), "text": text, "disabled": False} for text in options]
    return {"n": 2, "marks": marks, "around": "", "value": value, "options": listed}


def survey(**changes: Any) -> Survey:
    return {"fields": [], "buttons": [], "links": [], "checks": [], **changes}


def test_another_order_of_a_list_field_is_chosen() -> None:
    found = controls.sort_control(survey(fields=[field("Price", "Name", value="price")]))
    assert found is not None
    assert (found.text, found.value) == ("Name", "name")


def test_a_list_field_of_sizes_is_no_sort_order() -> None:
    assert controls.sort_control(survey(fields=[field("Small", "Large", marks="size")])) is None


@pytest.mark.parametrize(
    "link",
    [item("Price: low to high", around="sort-by toolbar"), item("Newest", url="https://shop.example/lamps?sort=new")],
)
def test_a_link_of_a_sort_order_is_pressed(link: dict[str, Any]) -> None:
    found = controls.sort_control(survey(links=[item("Price match"), link]))
    assert found is not None
    assert found.item is link


def test_the_orders_that_a_button_opens_are_found() -> None:
    opener = controls.sort_opener(survey(buttons=[item("Sort by")]))
    assert opener is not None
    opened = controls.opened_order(survey(buttons=[item("Sort by"), item("Price ascending")]))
    assert opened is not None
    assert opened.text == "Price ascending"


def test_a_check_box_or_a_link_between_filters_is_pressed() -> None:
    check = item("Red", around="facets", checked=False)
    found = controls.filter_control(survey(checks=[item("Remember me", checked=False), check]))
    assert found is not None
    assert found.item is check
    buttons = [
        item("Show filters", around="filters"),
        item("Clear filters", around="filters"),
        item("Red", around="filters"),
    ]
    found = controls.filter_control(survey(buttons=buttons))
    assert found is not None
    assert found.text == "Red"


@pytest.mark.parametrize(
    "link",
    [
        item("2", around="pagination"),
        item("Next", around="pagination"),
        item("", around="pager", marks="next"),
        item("»", around="pagination"),
        item("Load more"),
    ],
)
def test_the_way_to_a_further_page_is_found(link: dict[str, Any]) -> None:
    found = controls.next_control(survey(links=[item("2"), item("Next", around="slider"), link]))
    assert found is not None
    assert found.item is link


def test_without_controls_nothing_is_pressed() -> None:
    page = survey(links=[item("2"), item("Lamps"), item("Sale", area="nav")], buttons=[item("Add to cart")])
    assert controls.sort_control(page) is controls.filter_control(page) is controls.next_control(page) is None
