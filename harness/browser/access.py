"""Access to an external store: an ordinary user agent, a password, cookies, headers or a saved state."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError

from harness.browser.errors import first_line
from harness.browser.launch import ordinary_user_agent, proxy_options
from harness.browser.tabs import Tabs
from harness.errors import UsageError

_SECRET = ("--user", "--cookie", "--header")


@dataclass(frozen=True, kw_only=True)
class Access:
    """The credentials for a store: `user` is `NAME:PASSWORD`, `headers` go with every request, to any host."""

    user: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    storage_state: Path | None = None

    def with_credentials(self, url: str) -> str:
        """Add the name and the password to an address; the browser then uses them for the store's other pages too."""
        if self.user is None:
            return url
        name, _, password = self.user.partition(":")
        parts = urlsplit(url)
        return parts._replace(netloc=f"{quote(name, safe='')}:{quote(password, safe='')}@{parts.netloc}").geturl()


async def open_context(browser: Browser, *, proxy: str, url: str, access: Access) -> BrowserContext:
    """Open a context with a shopper's user agent. UsageError if the browser rejects a cookie, a header or the state."""
    options: dict[str, Any] = {"extra_http_headers": dict(access.headers)} if access.headers else {}
    try:
        context = await browser.new_context(
            **proxy_options(browser, proxy),
            user_agent=await ordinary_user_agent(browser),
            storage_state=access.storage_state,
            **options,
        )
        await context.add_cookies(
            [{"name": name, "value": value, "url": url} for name, value in access.cookies.items()]
        )
    except (PlaywrightError, OSError, ValueError) as error:
        reason = first_line(error) if isinstance(error, PlaywrightError) else str(error)
        raise UsageError(f"--storage-state, --cookie or --header cannot be used: {reason}") from error
    return context


async def unlock(tabs: Tabs, address: str) -> None:
    """Give the browser the password in an address; no script runs meanwhile, so the visit begins later."""
    session = await tabs.context.new_cdp_session(tabs.page)
    await session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    for url in (address, "about:blank"):
        await tabs.page.goto(url, wait_until="commit", timeout=tabs.timeout * 1000)
    await session.send("Emulation.setScriptExecutionDisabled", {"value": False})
    await session.detach()
    tabs.forget()


def read_access(
    *, user: str | None, headers: Iterable[str], cookies: Iterable[str], storage_state: Path | None
) -> Access:
    """Read the access from command-line options. UsageError for malformed ones."""
    if user is not None and ":" not in user:
        raise UsageError("--user should be NAME:PASSWORD")
    if storage_state is not None and not storage_state.is_file():
        raise UsageError(f"--storage-state {storage_state}: no such file")
    return Access(
        user=user, headers=_pairs("--header", headers), cookies=_pairs("--cookie", cookies), storage_state=storage_state
    )


def without_secrets(arguments: Sequence[str]) -> list[str]:
    """A command's arguments for a report, without credentials: reports are passed on."""
    shown: list[str] = []
    for argument in arguments:
        option, equals, _value = argument.partition("=")
        if option in _SECRET and equals:
            shown.append(f"{option}=…")
        else:
            shown.append("…" if shown and shown[-1] in _SECRET else argument)
    return shown


def _pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise UsageError(f'{option} "{text}" should be NAME=VALUE')
        pairs[name] = value
    return pairs
