"""Pictures of a workbook, made by LibreOffice: `python -m tests.tools.render FILE.xlsx OUTDIR`."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

from sync.excel.office import FONTS

SECONDS = 180


def available() -> bool:
    """Return whether the programs that make pictures are installed."""
    return bool(shutil.which("soffice") and shutil.which("pdftoppm"))


def render(workbook: Path, folder: Path, sheet: str | None = None, dpi: int = 96) -> list[Path]:
    """Print a workbook to PDF and its pages to pictures.

    Args:
        workbook: an .xlsx file; it is not changed.
        folder: where `<name>.pdf` and `<name>-<page>.png` are put; made where missing.
        sheet: print only this tab.
        dpi: resolution of the pictures.

    Returns:
        The pictures in the order of the pages.

    Raises:
        ValueError: the workbook has no such tab.
        RuntimeError: LibreOffice made no PDF; its words are in the message.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, workbook.name)
        if sheet is None:
            shutil.copyfile(workbook, source)
        else:
            _only(workbook, source, sheet)
        fonts = Path(scratch, "fonts.conf")
        fonts.write_text(FONTS)
        told = subprocess.run(
            [
                "soffice", "--headless", f"-env:UserInstallation={Path(scratch, 'user').as_uri()}",
                "--convert-to", "pdf", "--outdir", str(folder), str(source),
            ],
            capture_output=True, text=True, timeout=SECONDS, check=False,
            env=os.environ | {"FONTCONFIG_FILE": str(fonts)},
        )  # fmt: skip
    pdf = folder / f"{workbook.stem}.pdf"
    if not pdf.exists():
        raise RuntimeError(f"LibreOffice made no PDF of {workbook}: {told.stdout}{told.stderr}")
    for old in folder.glob(f"{workbook.stem}-*.png"):
        old.unlink()
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / workbook.stem)],
        check=True,
        timeout=SECONDS,
    )
    return sorted(folder.glob(f"{workbook.stem}-*.png"))


def _only(workbook: Path, target: Path, sheet: str) -> None:
    """Copy a workbook with all other tabs hidden: LibreOffice does not print hidden tabs."""
    with zipfile.ZipFile(workbook) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part = _hide_others(part.decode(), sheet).encode()
            copy.writestr(name, part)


def _hide_others(xml: str, sheet: str) -> str:
    names = [match[1] for match in re.finditer(r'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"', xml)]
    if sheet not in names:
        raise ValueError(f"no tab called {sheet}; there are {', '.join(names)}")

    def mark(match: re.Match[str]) -> str:
        tag = re.sub(r'\sstate="\w+"', "", match[0])
        if f'name="{sheet}"' in tag:
            return tag
        return re.sub(r"(<(?:\w+:)?sheet\b)", r'\1 state="hidden"', tag)

    xml = re.sub(r"<(?:\w+:)?sheet\b[^>]*>", mark, xml)
    # a hidden tab with a print area is printed all the same
    own = f'localSheetId="{names.index(sheet)}"'
    areas = r'<(?:\w+:)?definedName\b[^>]*"_xlnm\.Print_Area"[^>]*>.*?</(?:\w+:)?definedName>'
    xml = re.sub(areas, lambda found: found[0] if own in found[0] else "", xml)
    xml = re.sub(r'\s(activeTab|firstSheet)="\d+"', "", xml)
    return re.sub(r"(<(?:\w+:)?workbookView\b)", rf'\1 activeTab="{names.index(sheet)}"', xml)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.render", description=__doc__)
    parser.add_argument("workbook", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sheet", help="print only this tab")
    parser.add_argument("--dpi", type=int, default=96)
    given = parser.parse_args()
    for picture in render(given.workbook, given.folder, given.sheet, given.dpi):
        print(picture)


if __name__ == "__main__":
    main()
