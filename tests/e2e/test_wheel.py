"""The wheel in a new environment: it contains everything that a run needs."""

import zipfile
from pathlib import Path

import pytest
from support.wheel import build_wheel, create_environment, do, install


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program folder of a new environment with the wheel."""
    programs = create_environment(tmp_path_factory.mktemp("environment"))
    install(wheel, programs)
    return programs


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
