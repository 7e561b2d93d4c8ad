"""The page views that a document records of itself: routes of hash routers, the Navigation API, titles."""

from typing import Any

import pytest
from playwright.async_api import Page
from support.script_page import Try

ROUTER = """const harness = window[Symbol.for('harness')], views = () => harness.views.map(({how, url}) => how + url.replace(/[^#]*/, ''));
    const changed = () => new Promise(next => { addEventListener('hashchange', next, {once: true}); harness.setTimeout(next, 1000) });
    const move = hash => { location.hash = hash; return changed() }, back = () => { history.back(); return changed() };"""


def evaluate_in_store(on_page: Try, script: str) -> Any:
    """Run a script in a page with an origin, which alone can change its fragment."""

    async def run(page: Page) -> Any:
        await page.route(
            "**/*", lambda route: route.fulfill(body="<!doctype html><title>One</title>", content_type="text/html")
        )
        await page.goto("http://shop.invalid/")
        return await page.evaluate(f"async () => {{ {ROUTER} {script} }}")

    return on_page(run)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ("await move('reviews'); await move('#/')", ["load"]),
        ("await move('#/cart'); await move('#/cart?page=2')", ["load", "push#/cart", "push#/cart?page=2"]),
        ("await move('#!/cart'); await back()", ["load", "push#!/cart", "traverse"]),
        ("history.replaceState(null, '', '#/cart')", ["load", "replace#/cart"]),
        ("await navigation.navigate('#/cart').finished", ["load", "push#/cart"]),
        ("harness.ignoreRoutes(); await move('#/cart')", ["load", "replace#/cart"]),
        ("await move('#/cart'); harness.ignoreRoutes()", ["load", "push#/cart", "replace"]),
    ],
)
def test_routes_are_page_views_unless_the_target_ignores_them(on_page: Try, moves: str, expected: list[str]) -> None:
    assert evaluate_in_store(on_page, f"{moves}; return views()") == expected


def test_titles_at_requests_are_noted_except_that_of_the_page_before(on_page: Try) -> None:
    script = """const send = () => { fetch('http://collector.invalid/').catch(() => {}) };
        send(); document.title = 'Two'; send(); await move('#/two'); send(); document.title = 'Three'; send(); document.title = 'Last';
        return harness.views.map(view => view.titles)"""
    assert evaluate_in_store(on_page, script) == [["One", "Two"], ["Three"]]
