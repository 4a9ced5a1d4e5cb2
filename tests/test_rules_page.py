"""docs/rules.md is what the rules say of themselves."""

from __future__ import annotations

from tests.tools.rules_page import PAGE, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `python -m tests.tools.rules_page`"
