"""What each browser is told when it starts: to talk to nobody of its own accord, and to spare this machine."""

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
"""What keeps Chromium from talking to its maker while it is under test."""

QUICK = ("--disable-site-isolation-trials", "--renderer-process-limit=2")
"""What spares Chromium a new process for each site that a shopper comes through. Two contexts share none in any case."""

UNSEEN = "--in-process-gpu"
"""What spares a headless shell a process that draws what nobody sees."""

FEATURES_OFF = "--disable-features=" + ",".join(
    """
    AutofillServerCommunication RenderDocument
    AimEnabled NetworkTimeServiceQuerying OptimizationHints Translate AutoDeElevate DialMediaRouteProvider
    MediaRouter GlobalMediaControls LensOverlay msForceBrowserSignIn msEdgeUpdateLaunchServicesPreferredVersion
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades PaintHolding
    ThirdPartyStoragePartitioning BlockOriginHeaderModificationOnRedirect AvoidCorsURLLoaderRestartOnRedirect
    """.split()
)
"""What Chromium must do without: what asks its maker about the forms of a page; what gives each page of a site a frame made anew,
which no page can tell and takes a tenth of the processor time of a run; and Playwright's list, in whose place this one is taken."""

HISTORY_CACHE = "--disable-back-forward-cache"
"""What Playwright says to Chromium, and we take back where a scenario asks for a browser as shoppers have it."""

_NOWHERE = 9
"""A port of this machine that nobody listens on."""

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
"""What keeps Firefox from talking to its makers, lets nothing of it past the network of a context, not even to this machine,
and spares the processor what nobody sees; as with Chromium under Playwright, it keeps no page that was left."""

SHOPPERS_PREFERENCES: Mapping[str, str | int | bool] = {"browser.sessionhistory.max_total_viewers": -1}
"""What differs where a scenario asks for a browser as shoppers have it."""

FIREFOX_ENVIRONMENT: Mapping[str, str] = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
"""Without this a released Firefox asks its makers for settings, whatever its preferences say."""

_PROXIES = {f"{kind}_proxy" for kind in ("http", "https", "ftp", "all", "no", "auto")} | {
    "socks_server",
    "socks_version",
}


def proxy_variables() -> list[str]:
    """The names of the variables in our environment that would send a browser through a proxy."""
    return sorted(name for name in os.environ if name.lower() in _PROXIES)


def environment() -> dict[str, str]:
    """Our environment, as the browser may know it: without its proxies."""
    return {name: value for name, value in os.environ.items() if name.lower() not in _PROXIES}
