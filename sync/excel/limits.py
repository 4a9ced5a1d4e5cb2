"""How much a file may ask of the machine before it is opened: a bomb looks small from outside."""

from __future__ import annotations

from dataclasses import dataclass

from sync.store import Refused, Unreachable

_SMALL = 32 << 20  # bytes; below, any ratio is harmless


@dataclass(frozen=True, slots=True)
class Limits:
    """What a workbook may have; named in the rules file as `safety: {max_file: …}` and so on.

    Attributes:
        file: bytes of the file.
        unpacked: bytes of all its parts, inflated; one part may have a quarter of it.
        ratio: inflated ÷ compressed; real sheets stay below 60.
        cells: of the rectangles around the values of all tabs, which are held in memory.
    """

    file: int = 1 << 30
    unpacked: int = 4 << 30
    ratio: int = 400
    cells: int = 40_000_000

    @property
    def part(self) -> int:
        """Bytes of one part, inflated."""
        return self.unpacked // 4

    def require_file(self, name: str, size: int) -> None:
        """Refuse a file that is too large.

        Args:
            name: of the file, for messages.
            size: its bytes.
        """
        if size > self.file:
            raise Refused(
                f"{name} has {size:,} bytes: too large to be opened safely ({_raise_en('file')})",
                zh=f"{name} 有 {size:,} 字节，过大，为安全起见没有打开（{_raise_zh('file')}）",
            )

    def require_size(self, name: str, size: int, packed: int, most: int, name_zh: str = "") -> None:
        """Refuse what would fill the memory, or is packed as no real content is.

        Args:
            name: of the part or the whole, for messages.
            size: its bytes, inflated.
            packed: its bytes in the file.
            most: `unpacked` or `part`.
            name_zh: its name in Chinese where it has another.
        """
        if size <= most and (size <= _SMALL or size <= self.ratio * packed):
            return
        option = "unpacked" if size > most else "ratio"
        raise Refused(
            f"{name} would unpack to {size:,} bytes: too large to be opened safely "
            f"({_raise_en(option)})",
            zh=f"{name_zh or name} 解压后有 {size:,} 字节，过大，为安全起见没有打开"
            f"（{_raise_zh(option)}）",
        )

    def require_cells(self, tab: str, rows: int, columns: int, before: int) -> None:
        """Refuse a tab whose values would not fit into memory.

        Args:
            tab: its name.
            rows: up to the last value.
            columns: up to the last value.
            before: cells of the tabs that are held already.
        """
        if before + rows * columns > self.cells:
            raise self.too_many(tab, rows, columns)

    def too_many(self, tab: str, rows: int, columns: int) -> Unreachable:
        """Return the error for a tab whose values would not fit into memory."""
        return Unreachable(
            f"tab `{tab}` reaches to row {rows:,} and column {columns:,}, which is too much to hold"
            f" in memory; delete the stray cells far away from the table ({_raise_en('cells')})",
            zh=f"工作表“{tab}”一直延伸到第 {rows:,} 行、第 {columns:,} 列，超出内存可承受的范围；"
            f"请删除远离表格的零散单元格（{_raise_zh('cells')}）",
        )


DEFAULT = Limits()


def _raise_en(option: str) -> str:
    return f"if it is right, raise `safety: max_{option}` in the rules file"


def _raise_zh(option: str) -> str:
    return f"如确属正常，可在规则文件中调高 `safety: max_{option}`"
