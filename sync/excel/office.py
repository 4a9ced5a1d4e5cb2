"""Print workbooks through LibreOffice: to PDF, and from there to pictures through Poppler."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from sync.say import Reason, say
from sync.store import Unreachable

SECONDS = 180  # how long a program may take; the first start of LibreOffice is slow
DPI = 144  # of pictures: sharp on screens of high density, and small enough for mail

NO_PROGRAM = Reason(
    "office.missing",
    "{program} is needed for {kind} and was not found on this computer; install {package}, "
    "or use `--html`, which needs no other program",
    "生成 {kind} 需要 {program}，但本机未找到；请安装 {package}，或改用无需其他程序的 `--html`",
)
FAILED = Reason(
    "office.failed",
    "{program} could not make the {kind}: {words}",
    "{program} 未能生成 {kind}：{words}",
)
REASONS = (NO_PROGRAM, FAILED)

# where it stands when it is not on the path: macOS, Windows
_OFFICES = (
    "soffice",
    "libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
)
# what people have on their machines, drawn on Linux with the free fonts of the same measure
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match><test name="family"><string>Microsoft YaHei</string></test>
<edit name="family" mode="append" binding="strong"><string>Noto Sans CJK SC</string></edit></match>
<match><test name="family"><string>Calibri</string></test>
<edit name="family" mode="append" binding="strong"><string>Carlito</string></edit></match>
</fontconfig>"""
_SAID = 200  # characters of a program's own words


def to_pdf(workbook: bytes) -> bytes:
    """Print a workbook to PDF, its page setup being what it says itself.

    Args:
        workbook: an .xlsx file.

    Raises:
        Unreachable: LibreOffice is not here, or could not do it.
    """
    office = _found(_OFFICES, "LibreOffice", "LibreOffice", "PDF")
    with tempfile.TemporaryDirectory(prefix="dealkeeper-") as scratch:
        source, result = Path(scratch, "summary.xlsx"), Path(scratch, "summary.pdf")
        source.write_bytes(workbook)
        fonts = Path(scratch, "fonts.conf")
        fonts.write_text(FONTS, encoding="utf-8")
        profile = Path(scratch, "profile").as_uri()  # leaves a running LibreOffice alone
        words = _call(
            [
                office, "--headless", "--norestore", f"-env:UserInstallation={profile}",
                "--convert-to", "pdf", "--outdir", scratch, str(source),
            ],
            "LibreOffice", "PDF", {"FONTCONFIG_FILE": str(fonts)},
        )  # fmt: skip
        if not result.exists():
            raise _failed("LibreOffice", "PDF", words)
        return result.read_bytes()


def to_pictures(pdf: bytes) -> tuple[bytes, ...]:
    """Draw the pages of a PDF as PNG pictures.

    Args:
        pdf: the document.

    Returns:
        A picture for each page, in their order.

    Raises:
        Unreachable: Poppler's `pdftoppm` is not here, or could not do it.
    """
    program = _found(("pdftoppm",), "pdftoppm", "Poppler (poppler-utils)", "PNG")
    with tempfile.TemporaryDirectory(prefix="dealkeeper-") as scratch:
        source, pages = Path(scratch, "summary.pdf"), Path(scratch, "pages")
        pages.mkdir()
        source.write_bytes(pdf)
        words = _call(
            [program, "-r", str(DPI), "-png", str(source), str(pages / "page")], "pdftoppm", "PNG"
        )
        pictures = tuple(path.read_bytes() for path in sorted(pages.glob("*.png")))
    if not pictures:
        raise _failed("pdftoppm", "PNG", words)
    return pictures


def _found(names: Sequence[str], program: str, package: str, kind: str) -> str:
    """Return the path of the first program that is here."""
    for name in names:
        if path := shutil.which(name):
            return path
    facts = {"program": program, "package": package, "kind": kind}
    raise Unreachable(say(NO_PROGRAM, facts, "en"), zh=say(NO_PROGRAM, facts, "zh"))


def _call(
    command: list[str], program: str, kind: str, extra: Mapping[str, str] | None = None
) -> str:
    """Run a program and return what it said."""
    try:
        done = subprocess.run(  # noqa: S603 - found programs, our own file names, no shell
            command, capture_output=True, text=True, errors="replace", timeout=SECONDS,
            check=False, env={**os.environ, **(extra or {})},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _failed(program, kind, f"> {SECONDS} s") from error
    return f"{done.stdout} {done.stderr}"


def _failed(program: str, kind: str, words: str) -> Unreachable:
    facts = {"program": program, "kind": kind, "words": " ".join(words.split())[:_SAID] or "–"}
    return Unreachable(say(FAILED, facts, "en"), zh=say(FAILED, facts, "zh"))
