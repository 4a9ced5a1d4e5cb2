"""The probe: what holds, what does not, and that nothing of it stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sync.google import probe as probing
from sync.google.probe import ASSUMPTIONS, TITLES, Finding, drawing, marks, probe, ranges, tables
from sync.google.probe import writing as writes
from sync.google.probe.assumption import Assumption
from sync.google.probe.scratch import NAMES, Scratch
from sync.store import Unreachable
from tests.google.desk import fill, quiet, rows_by_customer
from tests.google.kit import People, client, inserted, sorted_by, typed
from tests.sheets_server import Fault, Server, kinds
from tests.sheets_server import filters as server_filters
from tests.sheets_server import values as server_values
from tests.sheets_server.book import Sheet
from tests.sheets_server.grid import Area
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.shifts import Insert, Move
from tests.sheets_server.writing import Typist
from tests.tools.google_page import PAGE, page

Patch = pytest.MonkeyPatch
TITLE = TITLES["en"]
BATCH = "sheets.spreadsheets.batchUpdate"


def everything(people: People) -> Any:
    return people.ask("", verb="get", includeGridData="true")


def titles(people: People) -> list[str]:
    return [sheet["properties"]["title"] for sheet in everything(people)["sheets"]]


def findings(people: People, **options: Any) -> list[Finding]:
    found: list[Finding] = []
    probe(client(people.server, people.id), "en", found.append, **options)
    return found


def test_all_hold_on_the_local_server_and_nothing_stays(people: People) -> None:
    fill(people)
    quiet(people)
    before = everything(people)
    found = findings(people)
    assert {one.assumption.en: (one.verdict, one.seen) for one in found} == {
        one.en: ("held", seen)
        for one, seen in zip(ASSUMPTIONS, (f.seen for f in found), strict=True)
    }
    assert everything(people) == before


def test_every_assumption_is_told_once_in_both_languages() -> None:
    assert len(ASSUMPTIONS) > 20
    for language in ("en", "zh"):
        said = [one.say(language) for one in ASSUMPTIONS]
        assert len(set(said)) == len(said)
        assert all(said)
    assert all(one.does and one.expects for one in ASSUMPTIONS)


def test_the_page_lists_them() -> None:
    text = PAGE.read_text("utf-8")
    assert text == page(text), "run `python -m tests.tools.google_page`"
    assert all(one.en in text for one in ASSUMPTIONS)


# ---------------------------------------------------------------- a Google that does otherwise


def instead(kind: str, change: Callable[[Kind, Batch, Any], Any]) -> Callable[[Patch], None]:
    """The server carries out one kind of request in another way."""
    usual = kinds.KINDS[kind]

    def switch(patch: Patch) -> None:
        patch.setitem(kinds.KINDS, kind, lambda batch, body: change(usual, batch, body))

    return switch


def attribute(target: object, name: str, value: object) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(target, name, value)


def _twice(usual: Kind, batch: Batch, body: Any) -> Any:
    """A mark of an id that is taken gets another id."""
    asked = body["developerMetadata"]
    if asked["metadataId"] in {one["metadataId"] for one in batch.book.metadata}:
        asked = {**asked, "metadataId": batch.book.new_id(set())}
    return usual(batch, {**body, "developerMetadata": asked})


def _marks_stay(usual: Kind, batch: Batch, body: Any) -> Any:
    """Marks stay at the letter of their column."""
    before = batch.book.metadata[:]
    usual(batch, body)
    batch.book.metadata[:] = before


def _marks_sorted(usual: Kind, batch: Batch, body: Any) -> Any:
    """A row's mark goes with its row."""
    usual(batch, body)
    for one in batch.book.metadata:
        if one["location"]["locationType"] == "ROW":
            span = {**one["location"]["dimensionRange"], "startIndex": 3, "endIndex": 4}
            one["location"] = {**one["location"], "dimensionRange": span}


def _ranges_sorted(usual: Kind, batch: Batch, body: Any) -> Any:
    """A protection follows a row of its range."""
    usual(batch, body)
    for sheet in batch.book.sheets:
        for one in sheet.parts["protectedRanges"]:
            one["range"] = {**one["range"], "startRowIndex": 2}


def _other_id(usual: Kind, batch: Batch, body: Any) -> Any:
    return usual(batch, {**body, "chart": {**body["chart"], "chartId": 77}})


def _without_criteria(usual: Kind, batch: Batch, body: Any) -> Any:
    if body["filter"]["range"]["endColumnIndex"] == 2:
        body = {"filter": {"range": body["filter"]["range"]}}
    return usual(batch, body)


def _nothing(usual: Kind, batch: Batch, body: Any) -> Any:
    return None


def _first_goes(usual: Kind, batch: Batch, body: Any) -> Any:
    return usual(batch, {**body, "index": 0})


def _not_cleared(usual: Kind, batch: Batch, body: Any) -> Any:
    return usual(batch, body) if "rule" in body else None


def _not_stacked(usual: Kind, batch: Batch, body: Any) -> Any:
    spec = body["chart"]["spec"]
    basic = {key: value for key, value in spec["basicChart"].items() if key != "stackedType"}
    return usual(batch, {"chart": {**body["chart"], "spec": {**spec, "basicChart": basic}}})


def _no_window(usual: Kind, batch: Batch, body: Any) -> Any:
    spec = body["chart"]["spec"]
    axes = [{**one, "viewWindowOptions": {}} for one in spec["basicChart"]["axis"]]
    basic = {**spec["basicChart"], "axis": axes}
    return usual(batch, {"chart": {**body["chart"], "spec": {**spec, "basicChart": basic}}})


def _widened(self: Insert, start: int, end: int) -> tuple[int, int]:
    """A range grows at its lower edge, too."""
    low, high = self._after(start), self._after(end - 1) + 1
    return low, high + self.size if end == self.at else high


def _gone_to_the_first(book: Any, wanted: Any, clip: bool = True) -> Any:
    """A mark that is nowhere means the first cell."""
    found = _AREAS(book, wanted, clip=clip)
    return found or [(book.sheets[-1], Area(0, 1, 0, 1))]


_AREAS = server_filters.areas
_AREA = Sheet.area
_UPDATED = server_values._updated
_APART = Move.pieces


def _only_written(call: Any, done: Any, area: Any, asked: Any, data: Any) -> Any:
    """The answer shows the cells that were written, not the whole place."""
    return _UPDATED(call, done, done.area, asked, data)


def _refused_beyond(self: Sheet, span: Any, *, clip: bool = False) -> Area:
    return _AREA(self, span)


def _typed_raw(self: Typist, raw: bool, locale: str) -> None:
    self._raw, self._locale, self._plain = False, locale, {}


def _ends_only(self: Move, start: int, end: int) -> list[tuple[int, int]]:
    return _APART(self, start, end)[:1]


OTHERWISE: list[tuple[Assumption, Callable[[Patch], None], str]] = [
    (
        marks.by_value,
        attribute(server_filters, "_PLAIN", ("metadataId", "metadataKey", "visibility")),
        "– –",
    ),
    (marks.taken, instead("createDeveloperMetadata", _twice), "200 x"),
    (marks.through_columns, instead("insertDimension", _marks_stay), "B C F"),
    (marks.through_sorting, instead("sortRange", _marks_sorted), "B 4"),
    (writes.vanished, attribute(server_filters, "areas", _gone_to_the_first), "200 x y"),
    (writes.echoed, attribute(server_values, "_updated", _only_written), "– · x"),
    (writes.raw_text, attribute(Typist, "__init__", _typed_raw), "– – 3/4"),
    (writes.beyond, attribute(Sheet, "area", _refused_beyond), "400"),
    (ranges.protections_at_edges, attribute(Insert, "interval", _widened), "A4:A6 A11:A14 A22:A25"),
    (ranges.names_at_edges, attribute(Insert, "interval", _widened), "A4:A6 A11:A14 A22:A25"),
    (
        ranges.formats_at_edges,
        attribute(Insert, "pieces", lambda self, a, b: [self.interval(a, b)]),
        "A4:A6 A11:A13 A22:A25",
    ),
    (ranges.protections_apart, instead("moveDimension", _nothing), "A2:A6"),
    (ranges.formats_apart, attribute(Move, "pieces", _ends_only), "A2:A5"),
    (ranges.through_sorting, instead("sortRange", _ranges_sorted), "A3:A5 A2:A5"),
    (ranges.deleted_formats, instead("deleteConditionalFormatRule", _first_goes), "A7:A9"),
    (ranges.formulas_follow, instead("insertDimension", _nothing), '=EXACT($C2;"x")'),
    (tables.filters_widened, instead("setBasicFilter", _without_criteria), "A1:B4 – –"),
    (tables.tables_widened, instead("updateTable", _nothing), "A1:B3"),
    (tables.dropdowns, instead("setDataValidation", _not_cleared), "ONE_OF_LIST ONE_OF_LIST"),
    (drawing.own_ids, instead("addChart", _other_id), "≠ ="),
    (
        drawing.combined,
        instead("addChart", _not_stacked),
        "COMBO – CUSTOM INVISIBLE",
    ),
    (drawing.axis, instead("addChart", _no_window), "– – –"),
]


@pytest.mark.parametrize(
    ("assumption", "switch", "seen"), OTHERWISE, ids=lambda one: getattr(one, "en", "")[:40]
)
def test_a_google_that_does_otherwise_is_noticed(
    people: People,
    monkeypatch: Patch,
    assumption: Assumption,
    switch: Callable[[Patch], None],
    seen: str,
) -> None:
    monkeypatch.setattr(probing, "ASSUMPTIONS", (assumption,))
    switch(monkeypatch)
    (found,) = findings(people)
    assert (found.verdict, found.seen) == ("failed", seen)
    assert titles(people) == ["商机"]


# ---------------------------------------------------------------- whatever happens


class Stop(Exception):
    """Somebody breaks the probe off."""


def test_a_probe_that_is_broken_off_leaves_nothing(people: People) -> None:
    before = everything(people)
    found: list[Finding] = []

    def told(finding: Finding) -> None:
        found.append(finding)
        if len(found) == len(ASSUMPTIONS) // 2:
            raise Stop

    with pytest.raises(Stop):
        probe(client(people.server, people.id), "en", told)
    assert everything(people) == before


def test_what_a_crash_left_is_taken_away_by_the_next(people: People) -> None:
    before = everything(people)
    tab = Scratch(client(people.server, people.id), TITLE).renew()
    name = {"name": f"{NAMES}x", "range": tab.area("A1")}
    tab.do(tab.mark("B", "b"), {"addNamedRange": {"namedRange": name}})
    drawing.draw(tab)
    assert titles(people) == ["商机", TITLE]
    people.do(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": tab.number, "title": "renamed"},
                "fields": "title",
            }
        }
    )
    findings(people)
    assert everything(people) == before


def test_a_name_without_its_tab_is_taken_away_too(people: People) -> None:
    tab = Scratch(client(people.server, people.id), TITLE).renew()
    people.do({"addNamedRange": {"namedRange": {"name": f"{NAMES}x", "range": tab.area("A1")}}})
    book = people.server.spreadsheet(people.id)
    del book.named[0]["range"]
    tab.clear()
    assert people.server.spreadsheet(people.id).named == []


def test_what_is_the_teams_is_left_alone(people: People) -> None:
    people.do({"addSheet": {"properties": {"title": TITLE.upper(), "sheetId": 5}}})
    team = {"name": f"{NAMES}ours", "range": {"sheetId": 5, "endRowIndex": 1, "endColumnIndex": 1}}
    people.do({"addNamedRange": {"namedRange": team}})
    tab = Scratch(client(people.server, people.id), TITLE).renew()
    assert tab.title == f"{TITLE} 2"
    copied = {"sourceSheetId": tab.number, "newSheetName": "my copy"}
    people.do({"duplicateSheet": copied})
    # a copy that takes the mark along
    copy = people.number("my copy")
    mark = next(m for m in people.server.spreadsheet(people.id).metadata)
    stray = {**mark, "metadataId": mark["metadataId"] + 1, "location": {"sheetId": copy}}
    people.do({"createDeveloperMetadata": {"developerMetadata": stray}})
    tab.clear()
    assert sorted(titles(people)) == sorted(["商机", TITLE.upper(), "my copy"])
    assert [one["name"] for one in people.server.spreadsheet(people.id).named] == [f"{NAMES}ours"]


@pytest.mark.parametrize("landed", [True, False])
def test_lost_answers_leave_nothing_and_say_so(people: People, landed: bool) -> None:
    before = everything(people)
    people.server.faults.add(Fault(methods=BATCH, landed=landed, times=None, chance=0.3))
    found = findings(people)
    people.server.faults.clear()
    assert everything(people) == before
    assert {one.verdict for one in found} == {"held", "unknown"}
    assert len(found) == len(ASSUMPTIONS)


def test_a_google_that_falls_silent_is_said_with_what_is_left(people: People) -> None:
    people.server.faults.add(Fault(times=None, skip=10))
    with pytest.raises(Unreachable, match=r"could not be taken away .*the next probe does it"):
        findings(people)
    people.server.faults.clear()
    assert titles(people) == ["商机", TITLE]
    findings(people)
    assert titles(people) == ["商机"]


def test_what_eyes_must_judge_is_kept_until_the_next(people: People) -> None:
    fill(people)
    quiet(people)
    before = titles(people)
    told: list[Finding] = []
    kept = probe(client(people.server, people.id), "zh", told.append, keep=True)
    assert kept == TITLES["zh"]
    assert titles(people) == [*before, kept]
    sheet = people.sheet(people.number(kept))
    assert len(sheet["charts"]) == 1
    # a run neither reads nor minds it
    statuses = rows_by_customer(people)
    assert quiet(people) is None
    assert rows_by_customer(people) == statuses
    findings(people)
    assert titles(people) == before


def test_people_may_work_meanwhile(people: People) -> None:
    fill(people)
    seen: list[Finding] = []

    def told(finding: Finding) -> None:
        seen.append(finding)
        people.do(sorted_by(4), inserted("ROWS", 3), typed(3, 0, f"P{len(seen)}"))

    probe(client(people.server, people.id), "en", told)
    assert {one.verdict for one in seen} == {"held"}
    assert titles(people) == ["商机"]
    assert len(people.look()) == 1 + 12 + len(seen)


def test_only_its_own_tab_is_named_in_any_change(people: People, server: Server) -> None:
    """Every request of every batch names the scratch tab, or an id that the probe has chosen."""
    mine = people.number("商机")
    sent: list[Any] = []
    one = client(server, people.id)
    ask = one.ask

    def recording(method: str, path: str, **options: Any) -> bytes:
        sent.append(options.get("json"))
        return ask(method, path, **options)

    one.ask = recording  # type: ignore[method-assign]
    probe(one, "en", lambda _: None)
    sheets = {number for body in sent for number in _named(body, "sheetId")}
    assert sheets
    assert mine not in sheets
    assert not any(_named(body, "spreadsheet") for body in sent)


def _named(found: Any, key: str) -> list[Any]:
    if isinstance(found, dict):
        return [*([found[key]] if key in found else ()), *_named(list(found.values()), key)]
    return [value for one in found for value in _named(one, key)] if isinstance(found, list) else []
