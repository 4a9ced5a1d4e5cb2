"""`dealkeeper summary`: files for mailing, and the spreadsheet only read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.say import Language
from templates.starter import DemoFiles
from tests.cli.kit import NOW, RULES, check, dealkeeper, listing, sha, small

LANGUAGES: tuple[Language, ...] = ("zh", "en")
here = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftoppm")),
    reason="LibreOffice and Poppler are not installed",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_the_demo(
    language: Language, fresh_demos: dict[Language, DemoFiles], tmp_path: Path
) -> None:
    files = fresh_demos[language]
    shutil.copytree(files.rules.parent, tmp_path / "demo")
    rules, book = tmp_path / "demo" / RULES, tmp_path / "demo" / files.workbook.name
    before, target = sha(book), tmp_path / "out.html"
    answer = dealkeeper("summary", "--html", target, rules, "--now", NOW)
    assert answer.code == 0, answer.said
    assert str(target) in answer.out
    assert sha(book) == before
    text = target.read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert ("管理汇总" if language == "zh" else "Sales summary") in text
    assert dealkeeper("summary", "--html", target, rules, "--now", NOW).code == 0
    assert target.read_text("utf-8") == text


def test_a_team_without_a_summary_tab_has_the_page_all_the_same(team: Path) -> None:
    assert dealkeeper("summary", "--html", team / "out.htm", "--now", NOW).code == 0
    assert "DK Summary" in (team / "out.htm").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "says"),
    [
        ((), "name a file with --html, --pdf or --png"),
        (("--html", "deals.xlsx"), "expected a name that ends in .html or .htm"),
        (("--pdf", "page.html"), "expected a name that ends in .pdf"),
        (("--png", "page.jpg"), "expected a name that ends in .png"),
    ],
)
def test_other_files_are_left_alone(team: Path, args: tuple[str, ...], says: str) -> None:
    before = listing(team)
    answer = dealkeeper("summary", *args)
    assert answer.code == 2
    assert says in answer.err
    assert listing(team) == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("args", "needs"), [(("--pdf", "a.pdf"), "LibreOffice"), (("--png", "a.png"), "LibreOffice")]
)
def test_without_libreoffice_a_sentence_says_what_to_do(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: tuple[str, ...],
    needs: str,
    language: Language,
) -> None:
    small(folder)
    rules = folder / RULES
    rules.write_text(rules.read_text("utf-8").replace("language: en", f"language: {language}"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    before = listing(folder)
    answer = dealkeeper("summary", *args, "--html", "a.html", "--now", NOW)
    check(answer, 5, needs)
    assert "--html" in answer.err
    assert ("请安装" in answer.err) == (language == "zh")
    assert listing(folder) == before


@here
@pytest.mark.slow
@pytest.mark.office
def test_pdf_and_pictures(team: Path) -> None:
    answer = dealkeeper("summary", "--pdf", "a.pdf", "--png", "a.png", "--now", NOW)
    assert answer.code == 0, answer.said
    assert (team / "a.pdf").read_bytes().startswith(b"%PDF")
    pictures = sorted(team.glob("a*.png"))
    assert pictures[-1].name == "a.png"
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in pictures)
