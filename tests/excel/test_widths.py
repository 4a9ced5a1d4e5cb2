"""The generated tab is as many pixels wide under any default font of the team's."""

from __future__ import annotations

import pytest

from sync.excel.widths import digit_width, rescaled


@pytest.mark.parametrize(
    ("font", "points", "pixels"),
    [
        ("Calibri", 11, 7),
        ("Arial", 10, 7),
        ("Arial", 8, 6),
        ("微软雅黑", 10, 7),
        ("微软雅黑", 11, 8),
        ("宋体", 11, 8),
        ("SimSun", 12, 8),
        ("Verdana", 10, 8),
        ("A font of the team's", 11, 8),
    ],
)
def test_a_digit_of_a_default_font(font: str, points: float, pixels: int) -> None:
    assert digit_width(font, points) == pixels


def test_columns_keep_their_pixels() -> None:
    sheet = b'<cols><col min="1" max="1" width="14" customWidth="1"/></cols><c r="A1"/>'
    assert rescaled(sheet, "Calibri", 11) == sheet
    assert b'width="12.25"' in rescaled(sheet, "宋体", 11)
