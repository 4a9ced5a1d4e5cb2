"""The production writer on hundreds of public workbooks: lossless, or refused in one sentence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import BadZipFile

import pytest

from sync.store import Refused, StoreError, Unreachable
from tests.tools.edit_workbook import edit_workbook
from tests.tools.lint import lint
from tests.tools.losses import losses

SHARED = Path(os.environ.get("DEALKEEPER_SHARED", Path(__file__).parents[3] / "shared")) / "data"
FILES = sorted(
    file
    for folder in ("workbooks", "opportunities")
    for file in (SHARED / folder).rglob("*.xls[xm]")
)
VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")
RARE = 0.05  # share of whole workbooks that may be refused
SAMPLE = 40  # workbooks that LibreOffice opens

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason=f"no workbooks in {SHARED}"),
]


def test_nothing_is_lost_and_refusals_are_rare() -> None:
    faults, refused = [], Counter[str]()
    broken = 0
    for file in FILES:
        source = file.read_bytes()
        try:
            result, _ = edit_workbook(source)
        except StoreError as error:
            broken += isinstance(error, Unreachable)
            refused[str(error)] += isinstance(error, Refused)
            if "\n" in str(error) or not error.zh:
                faults.append(f"{file.name}: {error}")
            continue
        try:
            known = set(lint(source))
        except (BadZipFile, SyntaxError, ValueError, KeyError, StopIteration):
            continue  # too broken for the lint itself
        faults += [f"{file.name} lost {what}" for what in losses(source, result)]
        faults += [f"{file.name}: {fault}" for fault in set(lint(result)) - known]
    assert faults == []
    whole = len(FILES) - broken
    assert refused.total() <= RARE * whole, refused


@pytest.mark.skipif(not VALIDATOR, reason="no Open XML SDK validator (OOXML_VALIDATOR)")
def test_the_sdk_finds_no_new_error(tmp_path: Path) -> None:
    def compare(file: Path) -> list[str]:
        changed = _changed(file, tmp_path)
        if changed is None:
            return []
        return [f"{file.name}: {fault}" for fault in _errors(changed) - _errors(file)]

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        assert [fault for faults in pool.map(compare, FILES) for fault in faults] == []


@pytest.mark.office
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_a_sample(tmp_path: Path) -> None:
    every = max(len(FILES) // SAMPLE, 1)
    changed = [made for file in FILES[::every] if (made := _changed(file, tmp_path))]
    out = tmp_path / "out"
    profile = (tmp_path / "user").as_uri()
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "csv",
            "--outdir", str(out), *map(str, changed),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    opened = {file.stem for file in out.iterdir()}
    assert {file.stem for file in changed} <= opened


def _changed(file: Path, folder: Path) -> Path | None:
    """Write a changed copy of a workbook, None where it is refused."""
    try:
        result, _ = edit_workbook(file.read_bytes())
    except StoreError:
        return None
    made = folder / file.name
    made.write_bytes(result)
    return made


def _errors(file: Path) -> set[str]:
    """Return what the validator says about a workbook: description, part and rule."""
    told = subprocess.run([str(VALIDATOR), str(file)], capture_output=True, check=False).stdout
    return {
        f"{error['path']}: {error['description']} ({error['id']})"
        for error in json.loads(told)["errors"]
    }
