"""The catalogue contains the products that scenarios need, and search finds them."""

import unicodedata
from collections import Counter
from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakewww.catalogue import Product, load, page

SHOP = load()
PRODUCTS = st.sampled_from(SHOP.products)


def names(products: tuple[Product, ...]) -> list[str]:
    return [product.name for product in products]


def test_the_catalogue_is_read_once():
    assert load() is SHOP


def test_there_are_at_least_sixty_six_products_in_seven_categories():
    assert len(SHOP.products) >= 66
    assert len(SHOP.categories) == 7


def test_each_category_has_six_products_and_one_has_several_pages():
    sizes = [len(SHOP.in_category(category.id)) for category in SHOP.categories]
    assert min(sizes) >= 6
    assert max(sizes) > 12
    assert sum(sizes) == len(SHOP.products)


def test_ids_codes_names_and_skus_are_unique():
    for values in (
        [product.id for product in SHOP.products],
        [product.name for product in SHOP.products],
        [category.id for category in SHOP.categories],
        [product.code for product in SHOP.products]
        + [variant.sku for product in SHOP.products for variant in product.variants],
    ):
        assert not [value for value, count in Counter(values).items() if count > 1]


def test_product_ids_are_consecutive_numbers_from_1():
    assert [product.id for product in SHOP.products] == [str(n + 1) for n in range(len(SHOP.products))]


def test_codes_and_skus_are_safe_in_a_url():
    keys = [product.code for product in SHOP.products]
    keys += [variant.sku for product in SHOP.products for variant in product.variants]
    assert all(key.replace("-", "").isalnum() and key.isascii() for key in keys)


def test_at_least_a_third_of_the_products_have_several_variants():
    several = [product for product in SHOP.products if len(product.variants) > 1]
    assert len(several) * 3 >= len(SHOP.products)


def test_variants_of_a_product_differ():
    for product in SHOP.products:
        assert product.variants
        assert len({variant.label for variant in product.variants}) == len(product.variants)


def test_prices_are_positive_and_in_cents():
    for product in SHOP.products:
        for price in (product.price, *(variant.price for variant in product.variants)):
            assert price > 0
            assert price.as_tuple().exponent == -2


def test_the_price_of_a_product_is_that_of_its_first_and_cheapest_variant():
    for product in SHOP.products:
        assert product.price == product.variants[0].price == min(variant.price for variant in product.variants)


def test_some_variant_has_a_different_price():
    assert SHOP.variant("PENDANT-MOSS-50")[1].price == Decimal("179.00")


def test_the_tumbler_is_product_1_with_sizes_and_colours():
    tumbler = SHOP.product("1")
    assert (tumbler.name, tumbler.price) == ("Tumbler", Decimal("19.99"))
    assert len({variant.size for variant in tumbler.variants}) > 1
    assert len({variant.colour for variant in tumbler.variants}) > 1


def test_category_1_is_the_puppies():
    assert SHOP.category("1").name == "Adorable puppies"


@pytest.mark.parametrize(
    "piece",
    ["Ö", "ü", "ß", "急須", "고무신", "إبريق", "עציץ", "👩‍👧‍👧", '"', "'", "</script>", "&", "<b>", "#", "%", "\\"],
)
def test_some_name_contains(piece):
    assert any(piece in product.name for product in SHOP.products)


def test_some_name_is_very_long():
    assert max(len(product.name) for product in SHOP.products) > 120


def test_prices_range_from_under_1_to_over_1000():
    prices = [product.price for product in SHOP.products]
    assert min(prices) < 1
    assert max(prices) > 1000


def test_three_times_some_price_is_inexact_in_floating_point():
    laces = next(product for product in SHOP.products if product.name == "Laces")
    assert str(laces.price * 3) == "3.30"
    assert str(float(laces.price) * 3) != "3.3"


def test_a_variant_is_found_with_its_product():
    product, variant = SHOP.variant("BLUE-SUEDE-42")
    assert product.name == "Blue Suede Shoes"
    assert variant.size == "42"


def test_a_variant_is_labelled_with_its_colour_and_size():
    assert SHOP.variant("TUMBLER-SEA-S")[1].label == "Sea, 0.3 l"
    assert SHOP.variant("PENCIL-HB")[1].label == ""


@pytest.mark.parametrize("lookup", [SHOP.product, SHOP.variant, SHOP.category])
def test_unknown_ids_are_a_key_error(lookup):
    with pytest.raises(KeyError, match="no-such-thing"):
        lookup("no-such-thing")


def test_an_unknown_category_is_empty():
    assert SHOP.in_category("99") == ()


def test_a_product_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        SHOP.product("1").price = Decimal("0.01")  # type: ignore[misc]


def test_tumbler_finds_three_and_the_tumbler_first():
    assert names(SHOP.search("tumbler")) == ["Tumbler", "Tumbler brush", "Travel tumbler"]


def test_blue_suede_shoes_finds_only_those():
    assert names(SHOP.search("blue suede shoes")) == ["Blue Suede Shoes"]


def test_words_in_the_name_come_before_words_in_the_blurb_or_category():
    found = names(SHOP.search("lamp"))
    in_name = ["lamp" in name.lower() for name in found]
    assert in_name == sorted(in_name, reverse=True)
    assert "Lighthouse, small" in found


def test_every_word_must_occur():
    assert "Desk lamp" in names(SHOP.search("joints desk"))
    assert SHOP.search("desk tumbler") == ()


@pytest.mark.parametrize("words", ["creme brulee", "CRÈME BRÛLÉE", "cre\u0300me"])
def test_case_and_accents_do_not_matter(words):
    assert names(SHOP.search(words)) == ["Crème brûlée dishes"]


def test_sharp_s_matches_double_s():
    assert names(SHOP.search("grosse giesskanne")) == ["Große Gießkanne"]


@pytest.mark.parametrize("words", ["", "  \t ", "\u0301", "no such thing", "\x00"])
def test_nothing_is_found_for(words):
    assert SHOP.search(words) == ()


@pytest.mark.parametrize("words", ["</script>", "急須", "🌻", "C:\\>", "עציץ", '12"'])
def test_special_characters_are_matched_literally(words):
    (product,) = SHOP.search(words)
    assert words in product.name


@given(st.text())
def test_search_accepts_any_text(words):
    found = SHOP.search(words)
    assert len(set(found)) == len(found)
    assert set(found) <= set(SHOP.products)


@given(PRODUCTS, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from([str.upper, str.lower, str.title]))
def test_each_product_comes_first_for_its_name_in_any_case(product, form, case):
    assert SHOP.search(case(unicodedata.normalize(form, product.name)))[0] == product


@given(st.lists(st.sampled_from(["lamp", "desk", "blue", "a", "the", "kitchen"])), st.randoms())
def test_the_order_of_words_finds_the_same_products(words, random):
    shuffled = random.sample(words, len(words))
    assert set(SHOP.search(" ".join(words))) == set(SHOP.search(" ".join(shuffled)))


def test_a_page_has_twelve_items_and_the_last_one_the_rest():
    first, second = page(range(14), 1), page(range(14), 2)
    assert (first.items, first.last, first.total) == (tuple(range(12)), 2, 14)
    assert (second.items, second.number) == ((12, 13), 2)


@pytest.mark.parametrize(("asked", "shown"), [(-1, 1), (0, 1), (3, 2)])
def test_a_page_number_out_of_range_selects_the_nearest_page(asked, shown):
    assert page(range(14), asked).number == shown


def test_an_empty_list_has_one_empty_page():
    nothing = page((), 1)
    assert (nothing.items, nothing.number, nothing.last, nothing.total) == ((), 1, 1, 0)


@given(st.lists(st.integers()), st.integers(1, 20))
def test_all_pages_together_are_the_list(items, size):
    last = page(items, 1, size=size).last
    assert [item for number in range(1, last + 1) for item in page(items, number, size=size).items] == items
