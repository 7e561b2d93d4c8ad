"""The shopper's actions in the store, and the beacon of each page."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Request


def is_beacon(request: Request) -> bool:
    return request.method == "POST" and request.url.endswith("/v1/tracker")


class Shop:
    """The store in one page of a browser. A method that loads a page returns the payload of its beacon."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def beacon(self, act: Callable[[], object]) -> dict[str, Any]:
        with self.page.expect_request(is_beacon) as sent:
            act()
        wrapper: Any = sent.value.post_data_json
        assert wrapper["site"] == "1"
        assert wrapper["page"]["current_url"] == self.page.url
        return dict(wrapper)

    def open(self, path: str, *, referer: str | None = None) -> dict[str, Any]:
        return self.beacon(lambda: self.page.goto(self.url + path, referer=referer))

    def home(self) -> dict[str, Any]:
        return self.click(".brand")

    def click(self, selector: str) -> dict[str, Any]:
        return self.beacon(lambda: self.page.click(selector))

    def press_button(self, name: str) -> dict[str, Any]:
        return self.beacon(lambda: self.page.get_by_role("button", name=name, exact=True).click())

    def follow(self, name: str) -> dict[str, Any]:
        return self.beacon(lambda: self.page.get_by_role("link", name=name, exact=True).click())

    def category(self, name: str) -> dict[str, Any]:
        return self.click(f'.categories a:text-is("{name}")')

    def search(self, words: str) -> dict[str, Any]:
        self.page.fill("#q", words)
        return self.beacon(lambda: self.page.press("#q", "Enter"))

    def open_product(self, name: str) -> dict[str, Any]:
        return self.click(f'.cards a:text-is("{name}")')

    def add_to_cart(self, quantity: int = 1, *, variant: str | None = None) -> dict[str, Any]:
        if variant:
            self.page.select_option("#sku", variant)
        self.page.fill("#quantity", str(quantity))
        return self.press_button("Add to cart")

    def cart(self) -> dict[str, Any]:
        return self.click(".mine .cart")

    def change_quantity(self, sku: str, quantity: int) -> dict[str, Any]:
        self.page.fill(f'li[data-sku="{sku}"] [name=quantity]', str(quantity))
        return self.click(f'li[data-sku="{sku}"] button[value=update]')

    def change_variant(self, sku: str, to: str) -> dict[str, Any]:
        self.page.select_option(f'li[data-sku="{sku}"] [name=sku]', to)
        return self.click(f'li[data-sku="{sku}"] button[value=update]')

    def remove(self, sku: str) -> dict[str, Any]:
        return self.click(f'li[data-sku="{sku}"] button[value=remove]')

    def go_to_checkout(self) -> list[dict[str, Any]]:
        return [self.cart(), self.press_button("Check out")]

    def give_address(self) -> dict[str, Any]:
        if self.page.locator("#email:not([readonly])").count():
            self.page.fill("#email", "hari.seldon@example.com")
        self.page.fill("#first_name", "Hari")
        self.page.fill("#last_name", "Seldon")
        self.page.fill("#street", "1 Streeling")
        self.page.fill("#postcode", "TR1 2XX")
        self.page.fill("#city", "London")
        self.page.select_option("#country", "United Kingdom")
        return self.press_button("Continue to shipping")

    def choose_shipping(self, by: str = "standard") -> dict[str, Any]:
        self.page.click(f'label[for="shipping-{by}"]')
        return self.press_button("Continue to payment")

    def choose_payment(self, by: str = "card") -> dict[str, Any]:
        self.page.click(f'label[for="payment-{by}"]')
        return self.press_button("Continue to review")

    def place_order(self) -> dict[str, Any]:
        return self.press_button("Place order")

    def check_out(self, *, pay: str = "card", ship: str = "standard") -> list[dict[str, Any]]:
        return [
            *self.go_to_checkout(),
            self.give_address(),
            self.choose_shipping(ship),
            self.choose_payment(pay),
            self.place_order(),
        ]

    def reload(self) -> dict[str, Any]:
        return self.beacon(self.page.reload)

    def back(self) -> dict[str, Any]:
        return self.beacon(self.page.go_back)

    def forward(self) -> dict[str, Any]:
        return self.beacon(self.page.go_forward)


def types(wrapper: dict[str, Any]) -> list[str]:
    return [event["event_type"] for event in wrapper["data"]]


def event(wrapper: dict[str, Any], event_type: str) -> dict[str, Any]:
    (found,) = [event for event in wrapper["data"] if event["event_type"] == event_type]
    return dict(found)


def page_type(wrapper: dict[str, Any]) -> str:
    return str(event(wrapper, "pageview")["page_type"])
