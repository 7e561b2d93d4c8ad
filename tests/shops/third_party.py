"""Third-party shops from npm and PyPI with an integration of the tracker: install them, break the integration, serve them."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

HERE = Path(__file__).parent
STARTS_WITHIN = 60
"""Seconds."""

_CDN = re.compile(r'https://cdnjs\.cloudflare\.com/[^"]*/([\w.-]+)(?=")')
_VENDOR = {
    "jquery.min.js": "jquery/dist/jquery.min.js",
    "bootstrap.min.js": "bootstrap/dist/js/bootstrap.min.js",
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap-tokenfield.min.js": "bootstrap-tokenfield/dist/bootstrap-tokenfield.min.js",
    "validator.min.js": "bootstrap-validator/dist/validator.min.js",
}
_STRIPE = "window.StripeCheckout = {configure: (set) => ({open: () => set.token({id: 'tok_test'})})};"
"""Stripe's payment form, as if it were filled in at once."""


@dataclass(frozen=True)
class Shop:
    """An installed shop: how to serve it, and the file of its integration that a fault edits."""

    name: str
    folder: Path
    served: Path
    command: tuple[str, ...]

    @property
    def source(self) -> str:
        """The healthy integration."""
        return (HERE / self.name / "jirafe.js").read_text(encoding="utf-8")

    @contextmanager
    def running(self, integration: str) -> Iterator[str]:
        """Serve the shop with this integration; yield its URL."""
        self.served.write_text(integration, encoding="utf-8")
        port = _free_port()
        command = [part.replace("PORT", str(port)) for part in self.command]
        env = {**os.environ, "HOME": str(self.folder), "PORT": str(port)}
        with (self.folder / "server.log").open("w") as log:
            server = subprocess.Popen(command, cwd=self.folder, env=env, stdout=log, stderr=log)
            try:
                _wait(f"http://127.0.0.1:{port}/", server)
                yield f"http://127.0.0.1:{port}/"
            finally:
                server.terminate()
                server.wait()


def express_cart(folder: Path) -> Shop:
    """expressCart of npm, installed in a folder: server-rendered pages, and a cart that the page's script fills."""
    shop = folder / "node_modules" / "express-cart"
    command = ("node", "--require", str(HERE / "express_cart" / "services.js"), "app.js")
    return Shop("express_cart", shop, shop / "public" / "jirafe.js", command)


def mini_shop(folder: Path) -> Shop:
    """Mini Shop of PyPI, installed in a folder: a single-page application of Vue with an API of FastAPI. It has no cart."""
    served = folder / "jirafe.js"
    python = str(folder / "venv" / "bin" / "python")
    command = (python, str(HERE / "mini_shop" / "serve.py"), "PORT", str(folder / "frontend"), str(served))
    return Shop("mini_shop", folder, served, command)


def install_express_cart(folder: Path) -> Shop:
    """Install expressCart with local copies of the scripts that it loads from other hosts, and the integration."""
    folder.mkdir(parents=True)
    shutil.copy(HERE / "express_cart" / "package.json", folder)
    _run("npm", "install", "--ignore-scripts", "--legacy-peer-deps", "--no-package-lock", "--no-audit", cwd=folder)
    shop = express_cart(folder)
    vendor = shop.served.parent / "vendor"
    vendor.mkdir()
    for name, source in _VENDOR.items():
        shutil.copy(folder / "node_modules" / source, vendor / name)
    (vendor / "checkout.js").write_text(_STRIPE)
    layout = shop.folder / "views" / "layouts" / "layout.hbs"
    text = _CDN.sub(lambda match: f"/vendor/{match[1]}" if match[1] in _VENDOR else "unneeded", layout.read_text())
    layout.write_text(re.sub(r'.*"(?:unneeded|https://fonts[^"]*)".*\n', "", text))
    _edit(layout, "</body>", '<script src="/jirafe.js"></script>\n\t</body>')
    _edit(shop.folder / "views/partials/payments/stripe.hbs", "https://checkout.stripe.com/v2", "/vendor")
    return shop


def install_mini_shop(folder: Path) -> Shop:
    """Install Mini Shop, add the integration to its sources, and build them."""
    python = folder / "venv" / "bin" / "python"
    _run(sys.executable, "-m", "venv", str(folder / "venv"), cwd=folder.parent)
    _run(str(python), "-m", "pip", "install", "--quiet", "examen3-mini-shop==0.1.0", cwd=folder)
    packages = _run(str(python), "-c", "import app; print(*app.__path__)", cwd=folder)
    frontend = folder / "frontend"
    shutil.copytree(Path(packages) / "frontend", frontend)
    _edit(frontend / "index.html", "</head>", '  <script src="/jirafe.js"></script>\n  </head>')
    hook = "router.afterEach((route) => window.jirafe_route(route))\n\ncreateApp("
    _edit(frontend / "src" / "main.js", "createApp(", hook)
    _run("npm", "install", "--no-audit", cwd=frontend)
    _run("npm", "run", "build", cwd=frontend)
    return mini_shop(folder)


SHOPS = {"express_cart": (express_cart, install_express_cart), "mini_shop": (mini_shop, install_mini_shop)}


def installed(name: str, folder: Path) -> Shop:
    """The shop in a folder; install it there unless it is."""
    find, install = SHOPS[name]
    shop = find(folder.resolve())
    return shop if shop.served.exists() else install(folder.resolve())


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file}: {old!r} occurs {text.count(old)} times"
    file.write_text(text.replace(old, new), encoding="utf-8")


def _run(*command: str, cwd: Path) -> str:
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout.strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the shop answers."""
    last = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < last:
        try:
            with urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the shop does not answer at {url}: see server.log in its folder")
