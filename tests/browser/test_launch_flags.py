"""The options and the environment of a browser."""

import pytest

from harness.browser import launch_flags


def test_browser_environment_contains_no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["http_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy", "SOCKS_SERVER"]
    for name in names:
        monkeypatch.setenv(name, "http://proxy.test")
    monkeypatch.setenv("HARNESS_TEST", "kept")
    variables = launch_flags.environment()
    assert variables["HARNESS_TEST"] == "kept"
    assert not variables.keys() & set(names)
    assert set(names) <= set(launch_flags.proxy_variables())
