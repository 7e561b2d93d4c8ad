"""Launch options of each browser: no requests of its own, and less load."""

import os
from collections.abc import Mapping

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
"""Stop Chromium's own requests."""

FEWER_PROCESSES = ("--disable-site-isolation-trials", "--renderer-process-limit=2")
"""Save a process for each site that refers to the store. Two contexts never share a process."""

IN_PROCESS_GPU = "--in-process-gpu"
"""Save the headless shell's GPU process."""

FEATURES_OFF = "--disable-features=" + ",".join(
    """
    AutofillServerCommunication RenderDocument
    AimEnabled NetworkTimeServiceQuerying OptimizationHints Translate AutoDeElevate DialMediaRouteProvider
    MediaRouter GlobalMediaControls LensOverlay msForceBrowserSignIn msEdgeUpdateLaunchServicesPreferredVersion
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades PaintHolding
    ThirdPartyStoragePartitioning BlockOriginHeaderModificationOnRedirect AvoidCorsURLLoaderRestartOnRedirect
    """.split()
)
"""Chromium's disabled features: requests about a page's forms, and new frames for each page of a site, which no page notices and
which take a tenth of a run's processor time. The rest is Playwright's own list, which this option replaces."""

HISTORY_CACHE = "--disable-back-forward-cache"
"""Playwright's option that a full browser, as shoppers have it, starts without."""

_NOWHERE = 9
"""A local port without a server."""

PREFERENCES: Mapping[str, str | int | bool] = {
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "browser.region.network.url": "",
    "browser.region.update.enabled": False,
    "app.normandy.enabled": False,
    "toolkit.telemetry.server": "",
    "extensions.systemAddon.update.enabled": False,
    "dom.push.connection.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.predictor.enabled": False,
    "network.http.http3.enable": False,
    "network.trr.mode": 5,
    "security.OCSP.enabled": 0,
    "media.peerconnection.ice.proxy_only": True,
    "network.proxy.type": 1,
    "network.proxy.socks": "127.0.0.1",
    "network.proxy.socks_port": _NOWHERE,
    "network.proxy.socks_version": 5,
    "network.proxy.socks_remote_dns": True,
    "network.proxy.socks5_remote_dns": True,
    "network.proxy.allow_hijacking_localhost": True,
    "layout.frame_rate": 10,
    "browser.sessionstore.interval": 1_000_000,
    "accessibility.force_disabled": 1,
    "browser.sessionhistory.max_total_viewers": 0,
}
"""Firefox's preferences: no requests of its own, all traffic through the context's proxy (even to this machine), few frames, and no
back/forward cache, as in Chromium under Playwright."""

FULL_PREFERENCES: Mapping[str, str | int | bool] = {"browser.sessionhistory.max_total_viewers": -1}
"""The preferences that differ in a full browser, as shoppers have it."""

FIREFOX_ENVIRONMENT: Mapping[str, str] = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
"""Without it, a released Firefox requests settings from Mozilla, whatever its preferences are."""

_PROXIES = set("http_proxy https_proxy ftp_proxy all_proxy no_proxy auto_proxy socks_server socks_version".split())


def proxy_variables() -> list[str]:
    """The environment variables that would send a browser through a proxy."""
    return sorted(name for name in os.environ if name.lower() in _PROXIES)


def environment() -> dict[str, str]:
    """The environment for the browser, without proxies."""
    return {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
