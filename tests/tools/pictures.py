"""The pictures of the documentation: `python -m tests.tools.pictures` draws the demo anew."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Literal, get_args

from click.testing import CliRunner

from jobs.cli import cli
from tests.tools.render import render

DOCS = Path(__file__).resolve().parent.parent.parent / "docs"
NOW = "2026-11-20T18:30"
TABS = {"zh": "管理汇总", "en": "Summary"}
Language = Literal["zh", "en"]


def draw(language: Language, folder: Path) -> list[Path]:
    """Run the demo in a folder and return the pages of its summary tab."""
    options = ["--language", language, "--folder", str(folder), "--now", NOW]
    done = CliRunner().invoke(cli, ["demo", *options])
    if done.exit_code:
        raise RuntimeError(done.output)
    (workbook,) = folder.glob("*.xlsx")
    return render(workbook, folder, TABS[language], dpi=110)


def main() -> None:
    for language in get_args(Language):
        with tempfile.TemporaryDirectory() as scratch:
            for number, page in enumerate(draw(language, Path(scratch)), 1):
                tail = "" if number == 1 else f"-{number}"
                target = DOCS / f"summary-{language}{tail}.png"
                shutil.copyfile(page, target)
                print(target)


if __name__ == "__main__":
    main()
