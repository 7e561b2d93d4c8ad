"""Journeys of `scenarios/` as tests for pytest-playwright, with `expect_request` for every beacon."""

import pytest
from playwright.sync_api import Page
from shop import Shop, event, page_type, types

HOME = "/fakewww/index.html"
TUMBLER = "/fakewww/products/1/index.html"


@pytest.fixture
def shop(page: Page, store: str) -> Shop:
    return Shop(page, store)


def order_number(shop: Shop) -> str:
    return shop.page.inner_text("#order-number")


# smoke


def test_buy_as_guest(shop: Shop) -> None:
    arrival = shop.open(HOME, referer="https://www.google.com/")
    assert types(arrival) == ["visit", "pageview"]
    found = shop.search("tumbler")
    assert event(found, "pageview")["search"]["keyword"] == "tumbler"
    assert page_type(shop.open_product("Tumbler")) == "product"
    added = event(shop.add_to_cart(2), "add_item_to_cart")["line_item"]
    assert added["quantity"] == "2"
    assert added["total_price"] == "39.98"
    _cart, *steps, receipt = shop.check_out(pay="card")
    assert [event(step, "funnel")["step_position"] for step in steps] == [1, 2, 3, 4]
    assert types(receipt) == ["funnel", "order_success", "pageview"]
    assert event(receipt, "funnel")["last_step"] is True
    assert event(receipt, "order_success")["order"]["num"] == order_number(shop)


def test_change_the_cart(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart(2)
    sku = shop.page.get_attribute(".cart-lines li", "data-sku") or ""
    assert event(shop.change_quantity(sku, 5), "edit_cart")["line_item"]["quantity"] == "5"
    assert event(shop.change_quantity(sku, 1), "edit_cart")["line_item"]["quantity"] == "1"
    assert event(shop.remove(sku), "remove_item_from_cart")["line_item"]["sku_code"] == sku


def test_look_around(shop: Shop) -> None:
    assert page_type(shop.open(HOME)) == "homepage"
    assert page_type(shop.category("Kitchen")) == "category"
    assert page_type(shop.open_product("Tumbler")) == "product"
    assert page_type(shop.home()) == "homepage"
    assert page_type(shop.search("blue suede shoes")) == "search"
    assert page_type(shop.open_product("Blue Suede Shoes")) == "product"
    assert types(shop.cart()) == ["pageview"]


# shopping


def test_add_twice(shop: Shop) -> None:
    shop.open(TUMBLER)
    assert event(shop.add_to_cart(2), "add_item_to_cart")["line_item"]["total_price"] == "39.98"
    shop.back()
    assert event(shop.add_to_cart(3), "add_item_to_cart")["line_item"]["total_price"] == "59.97"


def test_categories(shop: Shop) -> None:
    assert types(shop.open(HOME)) == ["visit", "pageview"]
    assert event(shop.category("Kitchen"), "pageview")["category"] == {"id": "2", "name": "Kitchen"}
    assert event(shop.click('.pager a[href$="page=2"]'), "pageview")["category"]["name"] == "Kitchen"
    assert event(shop.category("Adorable puppies"), "pageview")["category"]["name"] == "Adorable puppies"


def test_change_variant(shop: Shop) -> None:
    shop.open(HOME)
    shop.search("blue suede shoes")
    shop.open_product("Blue Suede Shoes")
    added = shop.add_to_cart(2, variant="BLUE-SUEDE-42")
    assert event(added, "add_item_to_cart")["line_item"]["sku_code"] == "BLUE-SUEDE-42"
    changed = shop.change_variant("BLUE-SUEDE-42", "BLUE-SUEDE-43")
    assert types(changed) == ["remove_item_from_cart", "add_item_to_cart", "pageview"]
    assert event(changed, "add_item_to_cart")["line_item"]["sku_code"] == "BLUE-SUEDE-43"
    removed = shop.change_quantity("BLUE-SUEDE-43", 0)
    assert event(removed, "remove_item_from_cart")["line_item"]["quantity"] == "2"


def test_empty_cart(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart(2)
    shop.search("tumbler brush")
    shop.open_product("Tumbler brush")
    shop.add_to_cart()
    shop.cart()
    emptied = shop.press_button("Empty cart")
    assert types(emptied) == ["remove_item_from_cart", "remove_item_from_cart", "pageview"]


def test_search(shop: Shop) -> None:
    shop.open(HOME)
    assert event(shop.search("tumbler"), "pageview")["search"]["total_results"] == 3
    assert event(shop.search("e"), "pageview")["search"]["page"] == 1
    assert event(shop.click('.pager a[href$="page=2"]'), "pageview")["search"]["page"] == 2
    assert event(shop.search("no such thing in this shop"), "pageview")["search"]["total_results"] == 0
    odd = '</script><b>"Größe" & 100%?'
    assert event(shop.search(odd), "pageview")["search"]["keyword"] == odd


# checkout


def test_buy_as_customer(shop: Shop) -> None:
    shop.open(HOME)
    shop.follow("Account")
    shop.page.fill("#email", "james@universal.example")
    shop.page.fill("#password", "moneypenny")
    shop.press_button("Sign in")
    shop.search("pencil")
    shop.open_product("Pencil #2")
    shop.add_to_cart(3)
    receipt = shop.check_out(pay="invoice", ship="express")[-1]
    number = order_number(shop)
    assert event(receipt, "order_success")["order"]["num"] == number
    assert page_type(shop.click('.mine a[href*="/orders/"]')) == "other"
    assert page_type(shop.follow(number)) == "order_success"
    shop.press_button("Sign out")


def test_cancel_payment(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart(3)
    shop.go_to_checkout()
    shop.give_address()
    shop.choose_shipping()
    assert page_type(shop.press_button("Cancel payment")) == "cart"
    shop.go_to_checkout()
    shop.give_address()
    shop.choose_shipping("express")
    shop.choose_payment("invoice")
    assert "order_success" not in types(shop.press_button("Cancel payment"))


def test_missing_address(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart()
    shop.go_to_checkout()
    assert event(shop.press_button("Continue to shipping"), "funnel")["step_name"] == "address"
    shop.give_address()
    shop.choose_shipping()
    shop.choose_payment()
    assert event(shop.place_order(), "order_success")["order"]["num"] == order_number(shop)


def test_new_account(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart()
    shop.follow("Account")
    shop.follow("Create an account")
    shop.page.fill("#first_name", "Bayta")
    shop.page.fill("#last_name", "Darell")
    shop.page.fill("#email", "bayta@example.com")
    shop.page.fill("#password", "correct horse")
    shop.press_button("Sign up")
    receipt = shop.check_out()[-1]
    assert event(receipt, "pageview")["customer"]["email"] == "bayta@example.com"


def test_receipt_again(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart()
    receipt = shop.check_out()[-1]
    assert event(receipt, "order_success")["order"]["num"] == order_number(shop)
    assert types(shop.reload()) == ["pageview"]
    shop.home()
    assert types(shop.back()) == ["pageview"]


def test_step_by_step(shop: Shop) -> None:
    shop.open(TUMBLER)
    shop.add_to_cart()
    _cart, address = shop.go_to_checkout()
    assert event(address, "funnel")["step_name"] == "address"
    assert event(shop.give_address(), "funnel")["step_name"] == "shipping"
    assert event(shop.choose_shipping(), "funnel")["step_name"] == "payment"
    assert event(shop.back(), "funnel")["step_name"] == "shipping"
    assert event(shop.choose_shipping("express"), "funnel")["step_name"] == "payment"
    assert page_type(shop.choose_payment()) == "order_confirm"
    assert types(shop.place_order()) == ["funnel", "order_success", "pageview"]


# visits


def test_campaign(shop: Shop) -> None:
    arrival = shop.open(f"{TUMBLER}?utm_source=newsletter&utm_medium=email&utm_campaign=spring")
    assert event(arrival, "pageview")["attribution"] == ["newsletter", "email", "spring"]
    assert arrival["visit"]["tag_attribution"] == ["newsletter", "email", "spring"]
    shop.add_to_cart()
    assert shop.home()["visit"]["id"] == arrival["visit"]["id"]


def test_direct(shop: Shop) -> None:
    first = shop.open(HOME)
    assert types(first) == ["visit", "pageview"]
    tab = Shop(shop.page.context.new_page(), shop.url)
    assert types(tab.open("/fakewww/cart/index.html")) == ["pageview"]
    assert tab.home()["visit"]["id"] == first["visit"]["id"]


def test_new_campaign(shop: Shop) -> None:
    first = shop.open(f"{HOME}?utm_source=flyer&utm_medium=print&utm_campaign=autumn")
    assert event(first, "pageview")["attribution"] == ["flyer", "print", "autumn"]
    shop.category("Lamps")
    second = shop.open(f"{HOME}?utm_source=newsletter&utm_medium=email&utm_campaign=spring")
    assert types(second) == ["visit", "pageview"]
    assert second["visit"]["id"] != first["visit"]["id"]
    assert types(shop.reload()) == ["pageview"]


def test_other_pages(shop: Shop) -> None:
    assert page_type(shop.open("/fakewww/about/index.html")) == "other"
    assert page_type(shop.open("/fakewww/contact/index.html")) == "other"
    assert page_type(shop.open("/fakewww/no-such-page/index.html")) == "other"


def test_referrers(shop: Shop) -> None:
    first = shop.open(HOME, referer="https://www.google.com/")
    assert first["visit"]["rule_attribution"] == ["search", "google"]
    shop.category("Lamps")
    second = shop.open(TUMBLER, referer="https://www.facebook.com/")
    assert second["visit"]["rule_attribution"] == ["social", "facebook"]
    third = shop.open(HOME, referer="https://blog.example/")
    assert third["visit"]["rule_attribution"] == ["referral", "blog.example"]


def test_walk_back(shop: Shop) -> None:
    arrival = shop.open(HOME, referer="https://www.google.com/")
    assert types(arrival) == ["visit", "pageview"]
    shop.category("Garden")
    shop.search("lamp")
    assert page_type(shop.back()) == "category"
    assert page_type(shop.back()) == "homepage"
    assert page_type(shop.reload()) == "homepage"
    assert page_type(shop.forward()) == "category"
