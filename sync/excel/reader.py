"""A workbook file as raw grids: values by calamine, everything else from the package itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import python_calamine

from sync.excel.bounds import check_bounds
from sync.excel.contents import Contents, contents_of
from sync.excel.facts import Facts, facts_of, filled_styles, frame_facts
from sync.excel.files import version_of
from sync.excel.legible import legible
from sync.excel.limits import DEFAULT, Limits
from sync.excel.package import Package, Packed, pack, store
from sync.excel.parts import Parts
from sync.excel.sheetxml import prefix_of, utf8
from sync.excel.workbook import Tab, Workbook
from sync.grid import Area, Grid
from sync.store import Unreachable, about

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # compound files: .xls, .et, encrypted .xlsx
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_SUFFIXES = (".xlsx", ".xlsm", ".xltx", ".xltm")


def read_grids(path: Path, limits: Limits = DEFAULT) -> tuple[list[Grid], str]:
    """Read all tabs of a workbook.

    Args:
        path: an .xlsx or .xlsm file.
        limits: how large it may be.

    Returns:
        The tabs in their order, chart sheets left out; and the SHA-256 of the file as its version.

    Raises:
        Unreachable: the file is missing, protected by a password, truncated, or no workbook.
        Refused: opening it would not be safe.
    """
    data = content_of(path, limits)
    with ThreadPoolExecutor(1) as aside:  # hashing leaves the interpreter to the reading
        version = aside.submit(version_of, data)
        return grids_of(path.name, data, limits), version.result()


def grids_of(name: str, data: bytes, limits: Limits = DEFAULT) -> list[Grid]:
    """Read all tabs of a workbook.

    Args:
        name: of the file, for messages.
        data: its content.
        limits: how large it may be.

    Returns:
        The tabs in their order, chart sheets left out.

    Raises:
        Unreachable: it is damaged.
        Refused: opening it would not be safe.
    """
    with about(name):
        return _read(name, data, limits)


def _read(name: str, data: bytes, limits: Limits) -> list[Grid]:
    parts = Parts(Package(data, limits))
    book = Workbook(parts)
    tabs = [tab for tab in book.tabs if tab.kind == "worksheet" and parts.has(tab.part)]
    styles = book.related("styles")
    filled = filled_styles(parts.root(styles)) if styles else ()
    seen = [_look(parts, tab, filled, limits) for tab in tabs]
    try:
        with python_calamine.load_workbook(legible(parts, book, [s.shown for s in seen])) as values:
            return list(_grids(values, tabs, seen, limits))
    except (python_calamine.CalamineError, ValueError) as error:
        raise _damaged(name, str(error)) from error
    except BaseException as error:
        # a panic inside calamine has no class that could be imported, and is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged(name, "panic") from error


class _Seen(NamedTuple):
    """What a worksheet's XML tells.

    Attributes:
        facts: besides values.
        contents: places and distinct contents, None where the sheet is spelled in an unusual way.
        shown: the part as calamine shall see it.
    """

    facts: Facts
    contents: Contents | None
    shown: Packed


def _look(parts: Parts, tab: Tab, filled: tuple[int, ...], limits: Limits) -> _Seen:
    content = parts.read(tab.part)
    text = utf8(content, tab.part)
    contents = contents_of(text, filled)
    if contents is not None:
        facts = frame_facts(parts, tab.part, contents.frame[1])
        facts = replace(facts, formulas=contents.formulas, filled=contents.filled)
        return _Seen(facts, contents, store(contents.sheet()))
    check_bounds(text, prefix_of(text).encode(), tab.name, tab.part, limits)
    sheet = parts.packed(tab.part) if text is content else pack([text])
    return _Seen(facts_of(parts, tab.part, text, filled), None, sheet)


def _grids(
    values: Any, tabs: Sequence[Tab], seen: Sequence[_Seen], limits: Limits
) -> Iterator[Grid]:
    """Yield the tabs; their values are held as full rectangles, within a limit for all."""
    cells = 0
    for at, (tab, known) in enumerate(zip(tabs, seen, strict=True)):
        sheet = values.get_sheet_by_index(at)
        rows: Sequence[list[Any]] = sheet.to_python(skip_empty_area=False)
        if known.contents is not None:
            check = partial(limits.require_cells, tab.name, before=cells)
            rows = known.contents.columns_of(rows, check)
        else:
            limits.require_cells(tab.name, len(rows), len(rows[0]) if rows else 0, before=cells)
        cells += len(rows) * len(rows[0]) if rows else 0
        # calamine shows errors as blanks
        for row, column, text in known.facts.errors:
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        merged = tuple(Area(*first, *last) for first, last in sheet.merged_cell_ranges or ())
        facts = known.facts
        yield Grid(
            tab.name, rows, merged, facts.formulas, facts.tables, facts.filter, tab.visible,
            facts.filled,
        )  # fmt: skip


def content_of(path: Path, limits: Limits = DEFAULT) -> bytes:
    """Return the bytes of a file, if it can be a workbook.

    Args:
        path: of the file.
        limits: how large it may be.

    Raises:
        Unreachable: it is missing, protected by a password, or another format.
        Refused: it is too large.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= limits.file else b""
    except FileNotFoundError as error:
        raise _missing(path) from error
    except OSError as error:
        raise Unreachable(
            f"{path} cannot be read: {error.strerror or error}",
            zh=f"无法读取 {path}：{error.strerror or error}",
        ) from error
    limits.require_file(path.name, size)
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _protected(path)
        raise _another_format(path, "an old format (.xls or .et)", "旧格式（.xls 或 .et）")
    if not data:
        raise Unreachable(f"{path.name} is empty", zh=f"{path.name} 是空文件")
    if not data.startswith(b"PK"):
        raise _another_format(path, "not an Excel workbook", "其他格式，不是 Excel 工作簿")
    return data


def _damaged(name: str, reason: str) -> Unreachable:
    return Unreachable(
        f"{name} is damaged and cannot be read ({reason}); open it in Excel, let it repair "
        "the file, and save it",
        zh=f"{name} 已损坏，无法读取（{reason}）；请用 Excel 打开修复后重新保存",
    )


def _missing(path: Path) -> Unreachable:
    from sync.matching import nearest  # tabs are read without pandas

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
