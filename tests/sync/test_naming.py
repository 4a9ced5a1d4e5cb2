"""Names of tabs and files made from whatever people are called."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.naming import FILE, TAB, file_stems, tab_names

NAMES = st.lists(st.text(max_size=60), unique=True, max_size=8)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("个人看板·张三", "个人看板·张三"),
        ("Board · Zhang San", "Board · Zhang San"),
        ("a/b:c*d?e[f]g\\h", "a-b-c-d-e-f-g-h"),
        ("'quoted'", "quoted"),
        ("two\nlines", "two lines"),
        ("", "_"),
        ("长" * 40, "长" * 30 + "…"),
        ("😀" * 20, "😀" * 15 + "…"),
    ],
)
def test_tab_names(text: str, name: str) -> None:
    assert tab_names([text]) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("张三", "张三"),
        ("../../etc/passwd", "-..-etc-passwd"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("name. ", "name"),
        ("~$lock", "lock"),
    ],
)
def test_file_stems(text: str, name: str) -> None:
    assert file_stems([text]) == [name]


def test_names_that_are_alike_are_told_apart_whatever_stands_before_them() -> None:
    one, two = tab_names(["Board · Ann", "Board · ANN"])
    assert one.casefold() != two.casefold()
    assert tab_names(["Board · ANN", "Board · Bob", "Board · Ann"]) == [two, "Board · Bob", one]


@given(NAMES)
def test_every_tab_name_is_one_that_excel_takes(texts: list[str]) -> None:
    names = tab_names(texts)
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name.encode("utf-16-le", "surrogatepass")) // 2 <= TAB
        assert not re.search(r"[\[\]:*?/\\\x00-\x1f]|^'|'$", name)


@given(NAMES)
def test_every_file_name_stays_in_its_folder(texts: list[str]) -> None:
    names = file_stems(texts)
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert 0 < len(name) <= FILE
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f]|^\.|[. ]$', name)
