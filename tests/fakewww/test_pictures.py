"""The pictures of products: well-formed, deterministic and self-contained."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from fakewww.catalogue import load
from fakewww.pictures import DRAWINGS, PAINTS, svg

PRODUCTS = load().products
TUMBLER = load().product("1")
every_product = pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.code)


@every_product
def test_a_picture_is_a_square_svg(product):
    root = ElementTree.fromstring(svg(product, seed=0))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox") == "0 0 400 400"


@every_product
def test_a_picture_is_the_same_for_the_same_seed(product):
    assert svg(product, seed=7) == svg(product, seed=7)


@every_product
def test_another_seed_gives_another_picture(product):
    assert svg(product, seed=0) != svg(product, seed=1)


@every_product
def test_a_picture_loads_nothing_and_has_no_scripts(product):
    root = ElementTree.fromstring(svg(product, seed=0))
    tags = {element.tag.partition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "path", "rect", "circle", "ellipse"}
    attributes = {name for element in root.iter() for name in element.keys()}  # noqa: SIM118
    assert not {name for name in attributes if "href" in name or name.startswith("on") or name in ("id", "style")}


@every_product
def test_a_picture_contains_no_text_of_the_product(product):
    assert svg(replace(product, name="</svg><script>", blurb='"&<'), seed=0) == svg(product, seed=0)


@every_product
def test_every_variant_is_painted_in_its_colour(product):
    for variant in product.variants:
        if variant.colour:
            assert PAINTS[variant.colour] in svg(product, seed=0, colour=variant.colour)


def test_the_first_variant_determines_the_default_colour():
    assert svg(TUMBLER, seed=3) == svg(TUMBLER, seed=3, colour="Sea") != svg(TUMBLER, seed=3, colour="Brick")


def test_blue_suede_shoes_are_blue():
    shoes = load().search("blue suede shoes")[0]
    assert PAINTS["Blue"] in svg(shoes, seed=0)


@pytest.mark.parametrize("colour", PAINTS)
def test_every_colour_works_with_every_seed(colour):
    for seed in range(-5, 60):
        ElementTree.fromstring(svg(TUMBLER, seed=seed, colour=colour))


def test_each_drawing_belongs_to_a_product():
    assert {f"{product.drawing}.svg" for product in PRODUCTS} == {path.name for path in DRAWINGS.iterdir()}


def test_no_two_products_look_alike():
    assert len({svg(product, seed=0) for product in PRODUCTS}) == len(PRODUCTS)


@every_product
def test_every_shape_has_a_colour(product):
    for fill in re.findall(r'(?:fill|stroke)="([^"]*)"', svg(product, seed=0)):
        assert re.fullmatch(r"none|#[0-9a-f]{3}|#[0-9a-f]{6}", fill)
