"""Names of browsers and of proxy settings that packages without Playwright need too."""

CHROMIUM, FIREFOX, WEBKIT = BROWSERS = ("chromium", "firefox", "webkit")
"""The values of `--browser`, as Playwright names them."""

PROXY_LOOPBACK = "<-loopback>"
"""A proxy bypass list that makes Chromium send even requests to this machine through the proxy."""
