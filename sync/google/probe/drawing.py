"""What is assumed of charts and tiles: what Google keeps of them, and what only eyes can judge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.google.ground import Ground, TabPlace, chart_id, name_id
from sync.google.probe.assumption import assumed
from sync.google.probe.scratch import COLUMNS, NAMES, NOTHING, ROWS, Scratch
from sync.google.view import requests
from sync.links import KeyPlace
from sync.say import Language
from sync.view import Bars, Cell, Chart, Link, Range, Series, SheetView, Spark

_KEY, _CHART = "probe", "combo"
_TARGET = "here"
_MINIMUM = 10
_NUMBERS = ((20, 15, 40), (30, 25, 35), (40, 20, 50))
_DATA = 10  # first column of the charts' numbers, which are hidden

LOOK: tuple[tuple[str, str], ...] = (
    (
        "A1 shows a bar of half the cell's width",
        "A1 显示一根长度为单元格一半的横条",
    ),
    (
        "A2 shows three small columns, the last one darker, although their numbers are hidden",
        "A2 显示三根小柱，最后一根颜色较深，尽管其数据在隐藏列中",
    ),
    (
        "a click on A3 leads to the cell that says here",
        "点击 A3 会跳到写着 here 的单元格",
    ),
    (
        "the chart shows columns that stand on an invisible base, and no line through the labels",
        "图表的柱子立在不可见的底座上，标签之间没有连线",
    ),
    (
        "over the columns stand the words one, two, three instead of numbers",
        "柱子上方写的是 one、two、three，而不是数字",
    ),
    (
        f"the value axis begins at {_MINIMUM}",
        f"数值轴从 {_MINIMUM} 开始",
    ),
)
"""What people look at on the tab that was kept: (English, Chinese)."""


def view(language: Language, title: str) -> SheetView:
    """Return what is drawn: a bar, a small chart and a link in cells, a chart with all ours have.

    Args:
        language: decides fonts.
        title: of the tab, for the link.
    """
    cells = [Cell(0, 0, 5), Cell(2, 0, Link("→", title, _TARGET)), Cell(19, 7, _TARGET)]
    for row, (name, numbers) in enumerate(zip("abc", _NUMBERS, strict=True), 1):
        cells += [Cell(row, _DATA, name)]
        cells += [Cell(row, _DATA + at, number) for at, number in enumerate(numbers, 1)]
    base, tops, line = (
        Range(1, column, len(_NUMBERS), column) for column in range(_DATA + 1, _DATA + 4)
    )
    words = ("one", "two", "three")
    chart = Chart(
        "stacked", 3, 0, 480, 280, Range(1, _DATA, len(_NUMBERS), _DATA),
        (
            Series("base", base, ""),
            Series("top", tops, "1F5F99"),
            Series("words", line, "", line=True, labels=True, custom_labels=words),
        ),
        alt="Dealkeeper probe", minimum=_MINIMUM, key=_CHART,
    )  # fmt: skip
    return SheetView(
        _KEY, "", language, widths=(160,), heights=(), cells=tuple(cells), rows=20, columns=8,
        hidden_from=_DATA, bars=(Bars(Range(0, 0, 0, 0), 10, "1F5F99"),),
        sparks=(Spark(1, 0, tops),), charts=(chart,),
    )  # fmt: skip


def draw(tab: Scratch, language: Language = "en") -> None:
    """Draw it on a blank tab by the very requests that draw a generated one."""
    places = {tab.title: TabPlace(tab.number, KeyPlace("H"))}
    ground = Ground(tab.number, ROWS, COLUMNS, places=places)
    tab.do(*requests(view(language, tab.title), ground))


def _spec(tab: Scratch) -> Mapping[str, Any]:
    draw(tab)
    (chart,) = tab.sheet()["charts"]
    found: Mapping[str, Any] = chart["spec"]["basicChart"]
    return found


@assumed(
    "charts and named ranges get the ids that we choose",
    "图表和命名区域使用我们指定的编号",
    "= =",
)
def own_ids(tab: Scratch) -> str:
    """Draw a chart and name A1, both under ids of our own.

    Whether the ids that are read are these (=) or others (≠).
    """
    draw(tab)
    name = f"{NAMES}own"
    made = {"namedRangeId": name_id(_KEY, name), "name": name, "range": tab.area("A1")}
    tab.do({"addNamedRange": {"namedRange": made}})
    book = tab.book()
    charts = {chart["chartId"] for chart in book["sheet"].get("charts", ())}
    names = {one["namedRangeId"] for one in book.get("namedRanges", ())}
    same = (chart_id(_KEY, _CHART) in charts, made["namedRangeId"] in names)
    return " ".join("=" if one else "≠" for one in same)


@assumed(
    "a combined chart may be stacked, with texts of our own on a line that is not drawn",
    "组合图可以堆叠，并在不画出的折线上显示自定义标签",
    "COMBO STACKED CUSTOM INVISIBLE",
)
def combined(tab: Scratch) -> str:
    """Draw stacked columns with an invisible line that carries words.

    Kind, stacking, label and line of the chart that is read.
    """
    spec = _spec(tab)
    line = spec["series"][-1]
    return " ".join(
        str(found)
        for found in (
            spec.get("chartType", NOTHING),
            spec.get("stackedType", NOTHING),
            line.get("dataLabel", {}).get("type", NOTHING),
            line.get("lineStyle", {}).get("type", NOTHING),
        )
    )


@assumed(
    "a value axis may have a minimum without a maximum",
    "数值轴可以只设最小值而不设最大值",
    f"EXPLICIT {_MINIMUM} {NOTHING}",
)
def axis(tab: Scratch) -> str:
    """Draw a chart whose value axis has a minimum only.

    Mode, minimum and maximum of the axis that is read.
    """
    (found,) = (one for one in _spec(tab)["axis"] if "viewWindowOptions" in one)
    window = found["viewWindowOptions"]
    ends = (window.get(name, NOTHING) for name in ("viewWindowMin", "viewWindowMax"))
    return " ".join(map(str, (window.get("viewWindowMode", NOTHING), *ends)))


@assumed(
    "the formulas of bars, small charts and links in cells show no error",
    "单元格内横条、小图和链接的公式不报错",
    f"{NOTHING} {NOTHING} {NOTHING}",
)
def formulas(tab: Scratch) -> str:
    """Draw a bar, a small chart over hidden columns, and a link to the row of a key.

    The kind of error that each cell shows.
    """
    draw(tab)
    shown = (tab.cell(place).get("effectiveValue", {}) for place in ("A1", "A2", "A3"))
    return " ".join(one.get("errorValue", {}).get("type", NOTHING) for one in shown)
