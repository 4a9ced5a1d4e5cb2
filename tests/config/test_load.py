"""A right rules file, and what no file in `tests/bad_config` can show."""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

import pandas as pd
import pytest

from config.load import ConfigErrors, load
from sync.fields import Kind
from sync.source import Activities
from sync.store import Mismatch

NOW = pd.Timestamp("2026-11-22T09:00")
SMALL = "version: 1\nid: east\nlanguage: en\nspreadsheet: {excel: deals.xlsx}\n"
WHOLE = """\
version: 1
id: east-sales
language: zh
timezone: Asia/Shanghai
spreadsheet:
  excel: data/商机表.xlsx
  sheet: "2026-*月"
  archive: ["已成交*", "归档*"]
  activities: {sheet: 跟进记录, key: 商机编号, date: 跟进日期}
  header_row: 3
  columns:
    amount: 预计金额(万元)
    score: {header: 评分, kind: number}
  when_open: side_file
  wait: 2 hours
stages:
  - {name: 初步沟通, aliases: 初步接触, role: 客户经理, probability: 20%, limit: 5 workdays}
  - {name: 方案定制, probability: 0.5, limit: 3个工作日}
outcomes: {won: [赢单, 成交], lost: 丢单}
unassigned: [公海]
team:
  - {name: 甲, aliases: [小甲], leave: [2026-10-01, "2026-10-03..2026-10-08"], manager: 乙}
  - {name: 乙, active: false}
calendar: {country: CN, hours: "09:00-12:00, 13:30-18:00", off: [2026-12-31]}
targets: {month: 1000000}
rules:
  - use: assign_owner
    mode: fill
    assign:
      - when: {stage: 初步沟通, score: {at_least: 3}}
        to: [甲]
      - method: least_loaded
  - use: stage_sla
  - use: kpi
summary: {excel: 汇总.xlsx}
state: ./state
jobs:
  - {every: 30 minutes, between: "08:00-20:00", on: workdays}
  - {name: weekly, every: monday at 09:00}
"""


def write(folder: Path, text: str | bytes) -> Path:
    """Write a rules file and return its path."""
    file = folder / "dealkeeper.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def messages(folder: Path, text: str | bytes) -> list[str]:
    """Return the sentences that a broken file is answered with."""
    with pytest.raises(ConfigErrors) as caught:
        load(write(folder, text), "en")
    return [problem.message for problem in caught.value.problems]


def test_whole_file(tmp_path: Path) -> None:
    found = load(write(tmp_path, WHOLE))
    assert (found.id, found.state, found.wait_seconds) == ("east-sales", "./state", 7200)
    assert found.path == (tmp_path / "dealkeeper.yaml").resolve()
    assert found.hash == hashlib.sha256(WHOLE.encode()).hexdigest()
    assert found.spreadsheet_path == (tmp_path / "data/商机表.xlsx").resolve()
    assert found.summary_path == (tmp_path / "汇总.xlsx").resolve()
    assert [rule.use for rule in found.rules] == ["assign_owner", "stage_sla", "kpi"]
    assert [job.label for job in found.jobs] == ["30 minutes", "weekly"]
    assert (found.safety.team_columns, found.safety.status) == (0.05, 0.4)
    settings = found.settings
    assert [str(stage.limit) for stage in settings.stages] == ["5 workdays", "3 workdays"]
    assert [stage.probability for stage in settings.stages] == [0.2, 0.5]
    assert settings.outcomes.lost == ("丢单",)
    assert settings.names.people == {"甲", "乙"}
    assert [str(days) for days in settings.team[0].leave] == [
        "2026-10-01",
        "2026-10-03..2026-10-08",
    ]


def test_reading_says_what_to_look_for(tmp_path: Path) -> None:
    found = load(write(tmp_path, WHOLE))
    reading = found.reading(NOW)
    assert (reading.now, reading.zone, reading.header_row) == (NOW, "Asia/Shanghai", 3)
    assert (reading.sheets, reading.archive) == (("2026-*月",), ("已成交*", "归档*"))
    assert reading.columns == {"amount": "预计金额(万元)", "score": "评分"}
    assert reading.custom == {"score": Kind.NUMBER}
    assert reading.activities == Activities("跟进记录", "商机编号", "跟进日期")
    assert reading.layout == found.layout


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("spreadsheet", "columns", "amount"), (12, 13)),
        (("spreadsheet", "columns", "nothing"), (12, 5)),
        (("rules", 0, "assign", 0, "to", 0), (31, 14)),
        (("team", 1, "active"), (23, 23)),
        ((), (1, 1)),
    ],
)
def test_locate(tmp_path: Path, path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    assert load(write(tmp_path, WHOLE)).locate(path) == place


def test_defaults_are_modest(tmp_path: Path) -> None:
    found = load(write(tmp_path, SMALL))
    assert (found.rules, found.jobs, found.state, found.summary_path) == ((), (), None, None)
    assert found.layout.fillable == ()
    assert found.reading(NOW).sheets == ()
    assert found.wait_seconds == 30


@pytest.mark.parametrize(
    "encoded",
    [
        codecs.BOM_UTF8 + SMALL.encode(),
        SMALL.encode("utf-16"),
        codecs.BOM_UTF16_BE + SMALL.encode("utf-16-be"),
        SMALL.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8 bom", "utf-16", "utf-16 big endian", "windows line ends"],
)
def test_other_ways_of_saving_text(tmp_path: Path, encoded: bytes) -> None:
    assert load(write(tmp_path, encoded)).id == "east"


def test_anchors_repeat_a_part(tmp_path: Path) -> None:
    text = SMALL + "unassigned: &pool [Pool]\nteam: [{name: Ann, regions: *pool}]\n"
    assert load(write(tmp_path, text)).settings.team[0].regions == ("Pool",)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match=r"none\.yaml: there is no such rules file; .*init"):
        load(tmp_path / "none.yaml", "en")
    with pytest.raises(ConfigErrors, match="规则文件不存在"):
        load(tmp_path / "none.yaml", "zh")


def test_folder_instead_of_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match="cannot be read"):
        load(tmp_path, "en")


def test_huge_file_is_refused(tmp_path: Path) -> None:
    [message] = messages(tmp_path, SMALL + "# padding\n" * 200_000)
    assert "a rules file has at most" in message


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    [message] = messages(tmp_path, SMALL + "unassigned: " + "[" * 300 + "]" * 300)
    assert "nested" in message


def test_long_values_are_cut(tmp_path: Path) -> None:
    [message] = messages(tmp_path, SMALL + f"timezone: {'x' * 500}\n")
    assert len(message) < 200


def test_google_sheet_is_not_a_workbook(tmp_path: Path) -> None:
    found = load(write(tmp_path, SMALL.replace("excel: deals.xlsx", "google: 1AbC")))
    with pytest.raises(Mismatch) as caught:
        _ = found.spreadsheet_path
    assert found.locate(caught.value.path) == (4, 14)


def test_language_of_the_file_wins_over_the_users(tmp_path: Path) -> None:
    broken = SMALL.replace("en", "zh") + "stags: []\n"
    with pytest.raises(ConfigErrors, match="未知的键 `stags`；是否想写 `stages`？"):
        load(write(tmp_path, broken), "en")
