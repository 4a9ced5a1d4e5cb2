"""A workbook file as raw grids: values by calamine, everything else from the package itself."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import Any

import python_calamine

from sync.excel.facts import Facts, read_facts
from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.matching import nearest
from sync.source import Area, Grid
from sync.store import Unreachable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound files: .xls, .et, encrypted .xlsx
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")


def read_grids(path: Path) -> tuple[list[Grid], str]:
    """Read all tabs of a workbook.

    Args:
        path: an .xlsx or .xlsm file.

    Returns:
        The tabs in their order, chart sheets left out; and the SHA-256 of the file as its version.

    Raises:
        Unreachable: the file is missing, protected by a password, truncated, or no workbook.
        Refused: opening it would not be safe.
    """
    data = _content(path)
    facts = read_facts(Parts(Package(data)))
    try:
        with python_calamine.load_workbook(io.BytesIO(data)) as book:
            visible = {
                sheet.name: sheet.visible == python_calamine.SheetVisibleEnum.Visible
                for sheet in book.sheets_metadata
            }
            names = [name for name in book.sheet_names if name in facts]
            grids = [_grid(book, name, facts[name], visible[name]) for name in names]
    except python_calamine.PasswordError as error:
        raise _protected(path) from error
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreachable(
            f"{path.name} is damaged and cannot be read ({error}); open it in Excel, let it repair "
            "the file, and save it",
            zh=f"{path.name} 已损坏，无法读取（{error}）；请用 Excel 打开修复后重新保存",
        ) from error
    return grids, hashlib.sha256(data).hexdigest()


def _grid(book: Any, name: str, facts: Facts, visible: bool) -> Grid:
    sheet = book.get_sheet_by_name(name)
    rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    # calamine shows errors as blanks
    for row, column, text in facts.errors:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    merged = tuple(Area(*first, *last) for first, last in sheet.merged_cell_ranges or ())
    return Grid(
        name, rows, merged, facts.formulas, facts.tables, facts.filter, visible, facts.filled
    )


def _content(path: Path) -> bytes:
    """The bytes of the file, if it can be a workbook."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise Unreachable(
            f"{path} cannot be read: {error.strerror or error}",
            zh=f"无法读取 {path}：{error.strerror or error}",
        ) from error
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _protected(path)
        raise _another_format(path, "an old format (.xls or .et)", "旧格式（.xls 或 .et）")
    if not data:
        raise Unreachable(f"{path.name} is empty", zh=f"{path.name} 是空文件")
    if not data.startswith(b"PK"):
        raise _another_format(path, "not an Excel workbook", "其他格式，不是 Excel 工作簿")
    return data


def _missing(path: Path) -> Unreachable:
    try:
        beside = [file.name for file in path.parent.iterdir() if file.suffix.lower() in _SUFFIXES]
    except OSError:
        beside = []
    guess = nearest(path.name, [name for name in beside if not name.startswith(("~$", ".~"))])
    hint, tip = (f"; did you mean `{guess}`?", f"；是不是“{guess}”？") if guess else ("", "")
    return Unreachable(f"there is no file {path}{hint}", zh=f"找不到文件 {path}{tip}")


def _protected(path: Path) -> Unreachable:
    return Unreachable(
        f"{path.name} is protected by a password; save it without one",
        zh=f"{path.name} 设有密码；请取消密码后另存",
    )


def _another_format(path: Path, what: str, what_zh: str) -> Unreachable:
    return Unreachable(
        f"{path.name} is {what}; open it and save it as .xlsx",
        zh=f"{path.name} 是{what_zh}；请打开后另存为 .xlsx",
    )
