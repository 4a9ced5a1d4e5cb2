"""The example in the documentation is a rules file that loads."""

from __future__ import annotations

import re
from pathlib import Path

from config.load import load

PAGE = Path(__file__).parents[2] / "docs" / "rules-file.md"


def test_the_example_loads(tmp_path: Path) -> None:
    [example] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    file = tmp_path / "dealkeeper.yaml"
    file.write_text(example, encoding="utf-8")
    found = load(file)
    assert [rule.use for rule in found.rules] == ["dedupe", "assign_owner", "stage_sla", "kpi"]
    assert [tab.name for tab in found.layout.tabs] == ["管理汇总"]
