"""Formulas of the team's that look at our cells are computed anew when the workbook is opened."""

from __future__ import annotations

import pytest

from tests.excel import kit

CHAIN = {
    "xl/calcChain.xml": f'<calcChain xmlns="{kit.MAIN}"><c r="C4" i="1"/></calcChain>',
    "xl/_rels/workbook.xml.rels": kit.rels(
        [
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
            ("calcChain", "calcChain.xml"),
        ]
    ),
}
FILL = kit.edit(kit.cells(1, [4], [None], ["小李"]))
SAME = kit.edit(kit.cells(1, [3], ["小王"], ["小李"]))  # refused: another value stands there


@pytest.mark.parametrize(
    ("names", "parts", "wanted"),
    [
        ("", CHAIN, b'<calcPr fullCalcOnLoad="1"/>'),
        ('<calcPr calcId="191029"/>', CHAIN, b'<calcPr calcId="191029" fullCalcOnLoad="1"/>'),
        ('<calcPr calcMode="manual"/>', CHAIN, b'<calcPr calcMode="manual"/>'),
        ('<calcPr calcId="1"/>', {}, b'<calcPr calcId="1"/>'),
    ],
    ids=["no settings", "settings", "calculated by hand", "no formulas"],
)
def test_after_a_cell_changed(names: str, parts: dict[str, str], wanted: bytes) -> None:
    result, _ = kit.patched(kit.workbook(names=names, parts=parts), FILL)
    assert wanted in kit.part(result, "xl/workbook.xml")


def test_not_where_no_cell_changed() -> None:
    source = kit.workbook(parts=CHAIN)
    result, done = kit.patched(source, SAME)
    assert done.refused
    assert kit.part(result, "xl/workbook.xml") == kit.part(source, "xl/workbook.xml")
