"""What is shipped: exactly five top-level packages, with their data and type markers."""

from __future__ import annotations

import zipfile
from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

from jobs.health import PACKAGES, packages

ROOT = Path(__file__).resolve().parent.parent


def test_the_wheels_top_level_is_exactly_the_five_packages(tmp_path: Path) -> None:
    builder = WheelBuilder(str(ROOT))
    (wheel,) = list(builder.build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == set(PACKAGES)
    assert all(f"{package}/py.typed" in names for package in PACKAGES)
    shipped = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped <= set(names)


def test_the_top_level_of_the_repository_is_the_agreed_one() -> None:
    folders = {
        path.name
        for path in ROOT.iterdir()
        if path.is_dir() and not path.name.startswith(".") and (path / "__init__.py").exists()
    }
    assert folders == {*PACKAGES, "tests"}


def test_a_package_that_another_distribution_overwrote_is_noticed() -> None:
    found = packages({"config": ["dealkeeper", "config"]})
    assert [check.fine for check in found] == [False]
    assert "config" in found[0].en
    assert "pipx" in found[0].zh


def test_a_whole_installation_is_well() -> None:
    assert [check.fine for check in packages({})] == [True]
