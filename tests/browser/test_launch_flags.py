"""What a browser is told."""

import pytest

from harness.browser import launch_flags as quiet


def test_browser_environment_contains_no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["http_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy", "SOCKS_SERVER"]
    for name in names:
        monkeypatch.setenv(name, "http://proxy.test")
    monkeypatch.setenv("HARNESS_TEST", "kept")
    told = quiet.environment()
    assert told["HARNESS_TEST"] == "kept"
    assert not told.keys() & set(names)
    assert set(names) <= set(quiet.proxy_variables())
