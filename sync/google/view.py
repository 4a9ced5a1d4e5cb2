"""Draw a generated tab on Google Sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sync.google.cell import serial
from sync.google.marks import Request
from sync.view import Cell, Link, Rich, SheetView


def requests(view: SheetView, sheet: int, standing: Mapping[str, Any] | None) -> list[Request]:
    """Return what makes a tab show a view, in place: people's references to its cells stay whole.

    Args:
        view: what it shall show.
        sheet: id of the tab; it exists by the time these requests are carried out.
        standing: the tab's resource as it was read (size, charts, merges, conditional formats,
            bandings), None where it is added by the same batch.
    """
    rows = max([view.rows, *(cell.row + 1 for cell in view.cells)])
    columns = max([view.columns, *(cell.column + 1 for cell in view.cells)])
    size = (standing or {}).get("properties", {}).get("gridProperties", {})
    grid = {
        "rowCount": max(rows, size.get("rowCount", 0)),
        "columnCount": max(columns, size.get("columnCount", 0)),
        "frozenRowCount": view.freeze,
    }
    whole = {"sheetId": sheet, "startRowIndex": 0, "startColumnIndex": 0}
    table: list[list[dict[str, Any]]] = [
        [{} for _ in range(grid["columnCount"])] for _ in range(grid["rowCount"])
    ]
    for cell in view.cells:
        table[cell.row][cell.column] = {"userEnteredValue": _value(cell)}
    return [
        {
            "updateSheetProperties": {
                "properties": {"sheetId": sheet, "gridProperties": grid},
                "fields": ",".join(f"gridProperties.{name}" for name in grid),
            }
        },
        {
            "updateCells": {
                "range": whole,
                "rows": [{"values": row} for row in table],
                "fields": "userEnteredValue",
            }
        },
    ]


def shown(view: SheetView) -> list[list[Any]]:
    """Return the values of a view's cells from A1, as they are read back."""
    rows: list[list[Any]] = []
    for cell in sorted(view.cells, key=lambda one: (one.row, one.column)):
        value = next(iter(_value(cell).values()), "")
        if value != "":
            rows.extend([] for _ in range(cell.row + 1 - len(rows)))
            rows[cell.row].extend([""] * (cell.column - len(rows[cell.row])))
            rows[cell.row].append(value)
    return rows


def _value(cell: Cell) -> dict[str, Any]:
    """A cell's content as a value, never as something that Google would read as a formula."""
    match cell.value:
        case None:
            return {}
        case bool() as truth:
            return {"boolValue": truth}
        case int() | float() as number:
            return {"numberValue": number}
        case dt.date() as day:
            return {"numberValue": serial(day)}
        case Rich() as rich:
            return {"stringValue": "".join(run.text for run in rich.runs)}
        case Link() as link:
            return {"stringValue": link.text}
    return {"stringValue": cell.value}
