"""870 recorded answers of Google's, asked again of the server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from tests.sheets_server import running

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("DEALKEEPER_SHARED", ROOT.parent / "shared"))
TOOL, RECORDED = SHARED / "tools/replay_recorded.py", SHARED / "data/sheets_api/recorded.jsonl"


@pytest.mark.shared
@pytest.mark.skipif(not RECORDED.exists(), reason=f"{RECORDED} is absent")
def test_only_explained_answers_differ() -> None:
    explained = YAML(typ="safe").load(ROOT / "tests/sheets_server/unmatched.yaml")
    with running() as server:
        command = [sys.executable, str(TOOL), "replay", str(RECORDED), server.url]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    different = set(re.findall(r"^(?:DIFF|CONN) (\S+ #\d+)", told, re.MULTILINE))
    found = re.search(r"match (\d+) differ (\d+)", told)
    assert found, told
    assert different == {one["answer"] for one in explained}
    assert int(found[1]) >= 868
