"""Tests of a user with contexts, clocks and stores of their own, for a run of pytest with the plugin."""

TESTS = '''
import datetime
import http.server
import threading

import pytest

PAGE = b"""<!doctype html><title>Shop</title>
<button onclick="history.pushState({}, '', '?colour=red'); view()">Red</button>
<button onclick="history.pushState({}, '', '?colour=blue'); view(); view()">Blue</button>
<script>var tracker, jirafe_site_id = "7", jirafe_org_id = "";
function view() { tracker.pageview("", "7", "other", {}) }
function jirafe_deferred(api) { tracker = api; view() }</script>
<script async src="//beacon.jirafe.com/jirafe_api.js"></script>"""


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path.startswith(("/?", "/ ")) or self.path == "/" else 404)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def live_server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


class TestLiveServer:
    @pytest.fixture
    def harness_store_url(self, live_server):
        return live_server

    def test_a_page_within_a_document(self, page, fakestore, beacons):
        page.goto(fakestore.url)
        beacons.expect("pageview")
        page.get_by_role("button", name="Red").click()
        beacons.expect("pageview")
        page.reload()

    def test_a_page_within_a_document_twice(self, page, fakestore, beacons):
        page.goto(fakestore.url)
        beacons.expect("pageview")
        page.get_by_role("button", name="Blue").click()


class TestOwnContext:
    @pytest.fixture
    def context(self, browser):
        with browser.new_context(viewport={"width": 500, "height": 400}) as context:
            yield context

    def test_own_context(self, context, page, fakestore, beacons):
        page.goto(fakestore.page("home"))
        beacons.expect("pageview")

    def test_own_context_invalid(self, page, fakestore, beacons):
        page.goto(fakestore.page("home"))
        page.evaluate("body => navigator.sendBeacon('https://events.jirafe.com/v1/tracker', body)", "{}")


def test_persistent_context(browser_type, browser_type_launch_args, tmp_path, fakestore, beacons):
    with browser_type.launch_persistent_context(tmp_path, **browser_type_launch_args) as context:
        context.pages[0].goto(fakestore.page("home"))
        beacons.expect("pageview")


def test_fixed_clock(page, fakestore, beacons):
    page.clock.set_fixed_time(datetime.datetime(2020, 1, 1))
    page.goto(fakestore.page("home"))
    beacons.expect("pageview")


def test_clock_forward(page, fakestore, beacons):
    page.clock.install()
    page.goto(fakestore.page("home"))
    beacons.expect("visit")
    page.clock.fast_forward("31:00")
    page.goto(fakestore.page("tumbler"))
    beacons.expect("visit")


def test_wrong_clock(page, fakestore, beacons):
    page.add_init_script("const now = Date.now; Date = class extends Date {"
                         "constructor(...a) { a.length ? super(...a) : super(now() - 6e5) } }")
    page.goto(fakestore.page("home"))
    beacons.expect("pageview")
'''
