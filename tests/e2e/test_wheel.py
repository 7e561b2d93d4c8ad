"""The wheel in a new environment: it contains everything that a run needs."""

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")


def do(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command without access to the checkout and return its output; a failure shows the complete output."""
    environment = {name: value for name, value in os.environ.items() if name not in WITHOUT}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout with the installed build tools."""
    folder = tmp_path_factory.mktemp("wheel")
    build = ("wheel", "--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", folder, ROOT)
    do(sys.executable, "-m", "pip", *build)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program folder of a new environment with the wheel, which shares the dependencies of this environment."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    bin_folder = folder / ("Scripts" if os.name == "nt" else "bin")
    do(
        sys.executable,
        "-m",
        "pip",
        "--python",
        bin_folder / "python",
        "install",
        "--no-deps",
        "--no-index",
        "--quiet",
        wheel,
    )
    packages = do(bin_folder / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    shared = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    (Path(packages) / "shared.pth").write_text(
        "\n".join(shared)
    )  # after its own packages, and without the .pth files of this environment
    return bin_folder


def test_the_wheel_contains_only_the_packages_and_their_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"harness", "fakewww"}
    for needed in (
        "fakewww/static/jirafe_api.js",
        "fakewww/target.yaml",
        "harness/protocols/jirafe/schemas/v1/wrapper.json",
        "harness/py.typed",
    ):
        assert needed in names
    assert any(name.startswith("harness/scenarios/smoke/") for name in names)
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_contains_the_pytest_plugin_and_requires_pytest_only_as_an_extra(
    programs: Path, tmp_path: Path
) -> None:
    code = """
from importlib.metadata import distribution
ours = distribution("tracker-harness")
[plugin] = ours.entry_points.select(group="pytest11")
print(plugin.load().__file__)
print(*(need for need in ours.requires if need.startswith("pytest") and "extra" not in need))
"""
    place, *hard = do(programs / "python", "-c", code, cwd=tmp_path).splitlines()
    assert Path(place).is_relative_to(programs.parent)
    assert "".join(hard) == ""


def test_the_installed_wheel_is_imported(programs: Path, tmp_path: Path) -> None:
    for package in ("harness", "fakewww"):
        place = do(programs / "python", "-c", f"import {package}; print({package}.__file__)", cwd=tmp_path)
        assert Path(place).is_relative_to(programs.parent)


def test_the_installed_wheel_runs_the_smoke_suite_in_an_empty_folder(
    programs: Path, browser_path: Path, tmp_path: Path
) -> None:
    printed = do(programs / "harness", "run", "--tag", "smoke", "--browser-path", browser_path, cwd=tmp_path)
    assert "PASS  " in printed
