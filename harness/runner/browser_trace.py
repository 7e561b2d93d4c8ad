"""The trace of a browser context, and the context's end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from playwright.async_api import BrowserContext
from playwright.async_api import Error as PlaywrightError

_CLOSE_TIMEOUT_S = 15.0


@asynccontextmanager
async def traced(
    context: BrowserContext, path: Path | None, *, has_film: bool = True, others: Sequence[BrowserContext] = ()
) -> AsyncIterator[None]:
    """Write a trace of the context to `path`, if there is one; then close this context and the others.

    Errors at the end are ignored: a browser that crashed or hangs has been reported before.
    """
    if path is not None:
        await context.tracing.start(screenshots=has_film, snapshots=True)
    try:
        yield
    finally:
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                if path is not None:
                    await context.tracing.stop(path=path)
                for each in (context, *others):
                    await each.close()
