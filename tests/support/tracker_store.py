"""A minimal store for the tests of the tracker script: pages, other sites, a collector."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from harness.protocols.jirafe.wire.validate import validate

SCRIPT = Path(__file__).parents[2] / "fakewww" / "static" / "jirafe_api.js"
BROWSERS = ("chromium-headless-shell", "chromium", "google-chrome")
TIMEOUT_S = 10
PAGE = """<!doctype html><html><head><title>%(title)s</title><meta name="referrer" content="unsafe-url">
<script>
var jirafe_collector_url = "http://events.localhost:" + location.port + "/v1/tracker";
%(globals)s
function jirafe_deferred(jirafe_api) { %(calls)s }
</script>
<script async src="/jirafe_api.js"></script></head>
<body><a href="">on</a></body></html>"""
COUNTING = """(() => {
  const plain = fetch;
  let count = 0;
  const later = new MessageChannel();
  later.port1.onmessage = () => { count -= 1 };
  const over = () => later.port2.postMessage('a new task, independent of the clock');
  window.isSending = () => count > 0;
  window.fetch = (...request) => {
    const answer = plain(...request);
    count += 1;
    answer.then(over, over);
    return answer;
  };
})()"""
OUTSIDE = """<!doctype html><meta name="referrer" content="unsafe-url"><title>Elsewhere</title><a href="">on</a>"""

Wrapper = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Post:
    """A request to the collector, possibly a preflight."""

    method: str
    headers: dict[str, str]
    body: bytes


class Net:
    """The network of one test: the script, the collector, the shop's pages by path, and blank pages elsewhere."""

    def __init__(self) -> None:
        self.port = 0
        self.pages: dict[str, str] = {}
        self.posts: list[Post] = []
        self.fences: set[str] = set()
        self.answering = asyncio.Event()
        self.answering.set()
        self._arrival = asyncio.Condition()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve on a free port of 127.0.0.1."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield
        finally:
            await runner.cleanup()

    async def answer(self, request: web.Request) -> web.Response:
        """Answer any request, and wake the waiting tests."""
        if request.path == "/jirafe_api.js":
            return web.Response(body=SCRIPT.read_bytes(), content_type="text/javascript")
        if request.path.startswith("/fence/"):
            self.fences.add(request.path)
        elif request.path == "/v1/tracker":
            self.posts.append(Post(method=request.method, headers=dict(request.headers), body=await request.read()))
        else:
            page = self.pages.get(request.path, OUTSIDE) if "shop." in request.host else OUTSIDE
            return web.Response(text=page, content_type="text/html")
        async with self._arrival:
            self._arrival.notify_all()
        await self.answering.wait()
        return web.Response(headers={"Access-Control-Allow-Origin": "*"})

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until arrivals make `condition` true."""
        async with self._arrival:
            await asyncio.wait_for(self._arrival.wait_for(condition), TIMEOUT_S)


@dataclass(kw_only=True)
class Shop:
    """A test's network and browser page."""

    runner: asyncio.Runner
    net: Net
    context: BrowserContext
    page: Page
    warnings: list[str] = field(default_factory=list)
    _read_posts: int = 0

    def url(self, path: str, *, host: str = "shop") -> str:
        """The URL of a path under `{host}.localhost`, which Chromium resolves to the loopback interface."""
        return f"http://{host}.localhost:{self.net.port}{path}"

    def add(self, path: str, calls: str, *, globals: str = "", title: str = "A page") -> str:
        """Serve a page whose `jirafe_deferred` runs `calls`; return its URL."""
        self.net.pages[path] = PAGE % {"calls": calls, "globals": globals, "title": title}
        return self.url(path)

    async def open(self, url: str) -> list[Wrapper]:
        """Go to a URL without a referrer; return the wrappers sent."""
        await self.page.goto(url)
        return await self.sent()

    async def follow(self, url: str) -> list[Wrapper]:
        """Go to a URL by a link on the current page; return the wrappers sent."""
        async with self.page.expect_navigation():
            await self.page.evaluate(
                "url => { const link = document.querySelector('a'); link.href = url; link.click() }", url
            )
        return await self.sent()

    async def arrive(self, url: str, *, referrer: str) -> list[Wrapper]:
        """Go to a URL by a link on the page at `referrer`; return the wrappers sent."""
        await self.page.goto(referrer)
        return await self.follow(url)

    async def reload(self) -> list[Wrapper]:
        """Reload the page; return the wrappers sent."""
        await self.page.reload()
        return await self.sent()

    async def run_script(self, calls: str) -> list[Wrapper]:
        """Run a script on the page in one task; return the wrappers sent."""
        await self.page.evaluate(f"() => {{ {calls} }}")
        return await self.sent()

    async def sent(self) -> list[Wrapper]:
        """The wrappers sent since the last call, that is, before two fences that have arrived. None may have findings."""
        await self.page.wait_for_load_state("load")
        await self.page.wait_for_function("() => !isSending()", polling=5)
        for _ in range(2):
            fence = f"/fence/{len(self.net.fences)}"
            await self.page.evaluate("url => navigator.sendBeacon(url)", self.url(fence, host="events"))
            await self.net.until(lambda fence=fence: fence in self.net.fences)  # type: ignore[misc]
        posts, self._read_posts = self.net.posts[self._read_posts :], len(self.net.posts)
        wrappers = [json.loads(post.body) for post in posts]
        assert [finding for wrapper in wrappers for finding in validate(wrapper)] == []
        return wrappers

    async def cookies(self) -> dict[str, str]:
        """The shop's cookies in the browser, by name."""
        return {cookie["name"]: cookie["value"] for cookie in await self.context.cookies(self.url("/"))}


def event_types(wrappers: list[Wrapper]) -> list[list[str]]:
    """The event types in each wrapper."""
    return [[event["event_type"] for event in wrapper["data"]] for wrapper in wrappers]


@contextmanager
def run_context(runner: asyncio.Runner, scene: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Enter and leave an async context from synchronous code, on one loop."""
    stack = AsyncExitStack()
    yield runner.run(stack.enter_async_context(scene))
    runner.run(stack.aclose())


def browser_path() -> str:
    """The browser to launch: `HARNESS_BROWSER`, else the first one on the PATH."""
    found = os.environ.get("HARNESS_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or pytest.fail(f"no browser: set HARNESS_BROWSER, or install one of {', '.join(BROWSERS)}")


@asynccontextmanager
async def launch_browser() -> AsyncIterator[Browser]:
    """Launch the browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox"])
        yield browser
        await browser.close()


@asynccontextmanager
async def open_shop(runner: asyncio.Runner, browser: Browser) -> AsyncIterator[Shop]:
    """A new network and a new browser context."""
    net = Net()
    async with net.serving():
        context = await browser.new_context()
        await context.add_init_script(COUNTING)
        shop = Shop(runner=runner, net=net, context=context, page=await context.new_page())
        shop.page.on("console", lambda message: shop.warnings.append(message.text))
        yield shop
        await context.close()


@pytest.fixture(scope="module")
def loop_and_browser() -> Iterator[tuple[asyncio.Runner, Browser]]:
    """One browser for a module, and its event loop."""
    with asyncio.Runner() as runner, run_context(runner, launch_browser()) as browser:
        yield runner, browser


@pytest.fixture
def shop(loop_and_browser: tuple[asyncio.Runner, Browser]) -> Iterator[Shop]:
    """A network and a browser context for one test."""
    runner, browser = loop_and_browser
    with run_context(runner, open_shop(runner, browser)) as shop:
        yield shop
