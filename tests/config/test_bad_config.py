"""Every broken file in `tests/bad_config` answers with exactly the sentences beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.load import ConfigErrors, load

FOLDER = Path(__file__).parents[1] / "bad_config"
FILES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_says_what_is_wrong_and_where(file: Path) -> None:
    with pytest.raises(ConfigErrors) as caught:
        load(file, "en")
    said = str(caught.value).replace(f"{FOLDER}{os.sep}", "")
    assert said == file.with_suffix(".txt").read_text("utf-8").rstrip("\n")


def test_no_message_without_its_file() -> None:
    assert {file.stem for file in FILES} == {file.stem for file in FOLDER.glob("*.txt")}
