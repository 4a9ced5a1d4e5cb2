"""Section "Progress": the steps from stage to stage, and what each person did."""

from __future__ import annotations

from sync.view import Value
from templates.summary import palette, tables
from templates.summary.grid import Canvas, Col
from templates.weekly.report import WeekReport

_MOST = 12


def place_progress(canvas: Canvas, report: WeekReport, row: int, number: int) -> int:
    """Place the section and return the row after it."""
    tables.section_title(canvas, row, number, report.say("progress"), report.say("progress.aside"))
    return max(_place_moves(canvas, report, row + 1), _place_people(canvas, report, row + 1))


def _place_moves(canvas: Canvas, report: WeekReport, row: int) -> int:
    say, table = report.say, report.moves
    if table.empty:
        tables.panel_title(canvas, row, Col.B, say("moves"), "")
        tables.sentence(canvas, row + 1, Col.B, Col.I, say("moves.none"))
        return row + 2
    back = int((table["ahead"] < 0).sum())
    aside = say("moves.aside", ahead=len(table) - back, back=back)
    tables.panel_title(canvas, row, Col.B, say("moves"), aside)
    shown = table.head(_MOST)
    steps = [
        say("step" if before else "step.entered", before=before, after=after)
        for before, after in zip(shown["before"], shown["after"], strict=True)
    ]
    colors = [palette.WORSE if ahead < 0 else "" for ahead in shown["ahead"]]
    columns = [
        tables.Column(
            Col.B, report.scene.say("col.opportunity"), report.titles(shown), until=Col.C
        ),
        tables.Column(Col.D, say("col.step"), steps, until=Col.F, indent=1, colors=colors),
        report.amounts(Col.G, shown),
        report.owners(Col.H, shown, until=Col.I),
    ]
    return report.listed(canvas, row + 1, columns, (Col.B, Col.I), len(table) - len(shown))


def _place_people(canvas: Canvas, report: WeekReport, row: int) -> int:
    say, table = report.say, report.people
    tables.panel_title(canvas, row, Col.K, say("people"), say("people.aside"))
    if table.empty:
        tables.sentence(canvas, row + 1, Col.K, Col.R, say("people.none"))
        return row + 2
    shown, unit = table.head(_MOST), report.scene.unit

    def counts(at: int, key: str, header: str = "", note: str = "", bar: str = "") -> tables.Column:
        values: list[Value] = [int(count) for count in shown[key]]
        title = say(f"col.{header or key}")
        return tables.Column(at, title, values, tables.FINDINGS, note=note, bar=bar)

    names = [str(name) or say("people.nobody") for name in shown["owner"]]
    won: list[Value] = [unit.of(int(cents)) for cents in shown["won"]]
    columns = [
        tables.Column(Col.K, report.scene.say("col.owner"), names),
        counts(Col.L, "touched", note=say("note.touched"), bar=palette.STRONG),
        counts(Col.N, "new"),
        counts(Col.O, "moved", note=say("note.moved")),
        counts(Col.P, "won_count"),
        tables.Column(
            Col.Q, say("col.won"), won, tables.amount(unit.pattern),
            note=report.scene.say("note.unit", unit=unit.label),
        ),
        counts(Col.R, "lost_count", "lost"),
    ]  # fmt: skip
    return report.listed(canvas, row + 1, columns, (Col.K, Col.R), len(table) - len(shown))
