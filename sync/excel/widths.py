"""Column widths count the digits of the workbook's default font: the same pixels in every file."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

# Width of a digit in ems, read off the fonts' own metrics.
_EMS = {
    "calibri": 0.507, "arial": 0.556, "helvetica": 0.556, "verdana": 0.636, "tahoma": 0.546,
    "times new roman": 0.5, "cambria": 0.554, "segoe ui": 0.539, "microsoft yahei": 0.539,
    "微软雅黑": 0.539, "consolas": 0.55, "courier new": 0.6,
}  # fmt: skip
_USUAL = 0.52
# Fonts drawn from bitmaps at the usual size are a pixel wider than their outlines say.
_BITMAPS = frozenset({"宋体", "simsun", "新宋体", "nsimsun", "等线", "dengxian"})
# What XlsxWriter computes with: Calibri at 11 points.
_DRAWN = 7
_COLUMN = re.compile(rb'(<col [^>]*?\bwidth=")([0-9.]+)(")')


def digit_width(font: str, points: float) -> int:
    """Return the width in px of a digit of a font, as spreadsheet programs round it.

    Args:
        font: name of the workbook's default font.
        points: its size.
    """
    name = font.strip().casefold()
    if name in _BITMAPS and points == 11:
        return 8
    pixels = Decimal(str(points)) * 96 / 72 * Decimal(str(_EMS.get(name, _USUAL)))
    return max(1, int(pixels.quantize(Decimal(1), ROUND_HALF_UP)))


def rescaled(sheet: bytes, font: str, points: float) -> bytes:
    """Return a drawn sheet whose columns are as many px wide under another default font.

    Args:
        sheet: the sheet's part, drawn for Calibri at 11 points.
        font: name of the workbook's default font.
        points: its size.
    """
    width = digit_width(font, points)
    if width == _DRAWN:
        return sheet

    def scaled(match: re.Match[bytes]) -> bytes:
        return match[1] + b"%.6g" % (float(match[2]) * _DRAWN / width) + match[3]

    return _COLUMN.sub(scaled, sheet)
