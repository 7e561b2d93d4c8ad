"""Build the wheel of the checkout, and create environments that share the installed dependencies."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from support.command import ROOT

WITHOUT = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment variables without access to the checkout."""
    return {name: value for name, value in os.environ.items() if name not in WITHOUT} | more


def do(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command without access to the checkout and return its output; a failure shows the complete output."""
    environment = clean_environment()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_wheel(folder: Path) -> Path:
    """The wheel, built from the checkout with the installed build tools."""
    build = ("wheel", "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", folder, ROOT)
    do(sys.executable, "-m", "pip", *build)
    [built] = folder.glob("*.whl")
    return built


def create_environment(folder: Path) -> Path:
    """The program folder of a new environment that has the dependencies of this one, but not the harness."""
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    packages = do(programs / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    shared = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    # After its own packages, and without the .pth files of this environment.
    (Path(packages) / "shared.pth").write_text("\n".join(shared))
    return programs


def install(wheel: Path, programs: Path) -> None:
    """Install the wheel into a new environment, without the network."""
    python = programs / "python"
    do(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel)
