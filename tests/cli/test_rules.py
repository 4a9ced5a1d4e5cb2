"""`dealkeeper rules` tells of every rule; a rule is added by one file and one stanza."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from config.starter_words import OPTIONS
from rules.reference import About, every
from tests.cli import kit
from tests.cli.kit import dealkeeper

_RULE = '''
"""Greets new opportunities."""

from __future__ import annotations

from typing import ClassVar, Literal

import pandas as pd

from rules.rule import Context, Outcome, Rule, decided
from sync.say import Reason

HELLO = Reason("greet.hello", "greeted as {word}", "已问候：{word}")


class Greet(Rule):
    """Says a word to every open opportunity.

    ```yaml
    use: greet
    word: hello
    ```
    """

    reasons: ClassVar[tuple[Reason, ...]] = (HELLO,)

    use: Literal["greet"] = "greet"
    word: str = "welcome"
    """What is said."""

    def reads(self) -> frozenset[str]:
        """Return what it looks at."""
        return frozenset({"state"})

    def writes(self) -> frozenset[str]:
        """Return what it decides."""
        return frozenset({"next_action"})

    def decide(self, frame: pd.DataFrame, ctx: Context) -> Outcome:
        """Greet."""
        rows = (frame["state"] == "open").to_numpy()
        words = pd.Series([self.word] * len(frame), dtype="str")
        return Outcome({"next_action": decided(words, rows, HELLO.code, word=self.word)})
'''
_SCRIPT = """
import json, sys
import rules
rules.__path__.append(sys.argv[1])
from tests.cli.kit import dealkeeper
answers = [dealkeeper(*args) for args in json.loads(sys.argv[2])]
print(json.dumps([[one.code, one.said] for one in answers]))
"""


def test_a_rule_is_added_by_one_file_and_one_stanza(tmp_path: Path) -> None:
    added = tmp_path / "added"
    added.mkdir()
    (added / "greet.py").write_text(_RULE, encoding="utf-8")
    kit.write_deals(tmp_path / kit.BOOK, [kit.deal(1)])
    rules = kit.write_rules(tmp_path, rules="  - {use: greet, word: hello}")
    text = rules.read_text("utf-8").replace("next_action: false, ", "")
    rules.write_text(text, encoding="utf-8")
    commands = [["rules", "greet"], ["check", str(rules)], ["plan", str(rules), "--all"]]
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(added), json.dumps(commands)],
        check=True, capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    told, checked, planned = json.loads(done.stdout)
    assert (told[0], checked[0], planned[0]) == (0, 0, 0)
    assert "Says a word to every open opportunity." in told[1]
    assert '"welcome"' in told[1]
    assert "1 rules" in checked[1]
    assert "greeted as hello" in planned[1]


@pytest.mark.parametrize("about", every(), ids=lambda about: about.use)
def test_every_rule_is_told_in_both_languages(about: About) -> None:
    answers = {said: dealkeeper("rules", about.use, "--language", said) for said in ("zh", "en")}
    for answer in answers.values():
        assert answer.code == 0
        assert about.example.splitlines()[0] in answer.out
        assert all(option.path in answer.out for option in about.options)
    assert about.title in answers["en"].out
    assert OPTIONS[about.use][1] in answers["zh"].out


@pytest.mark.parametrize("about", every(), ids=lambda about: about.use)
def test_every_option_has_its_meaning_in_both_languages(about: About) -> None:
    assert [option.path for option in about.options if not option.meaning] == []
    named = [f"{about.use}.{option.path}" for option in about.options]
    assert [name for name in named if name not in OPTIONS] == [], "words in config/starter_words.py"


def test_all_rules_at_once_and_an_unknown_one() -> None:
    everything = dealkeeper("rules", "--language", "en")
    assert everything.code == 0
    assert all(about.title in everything.out for about in every())
    kit.check(dealkeeper("rules", "kpis", "--language", "zh"), 2, "是否想写 `kpi`？")
    kit.check(dealkeeper("rules", "zzz", "--language", "en"), 2, "known: assign_handler / ")
