"""Run the tests of a rules file: what the rules make of given rows, against what was expected."""

from __future__ import annotations

from config.load import ConfigErrors, Problem, RulesFile
from config.positions import dotted
from jobs.reports import near
from rules.examples import Miss, misses
from sync.say import Language

_WORDS: dict[Language, tuple[str, str, str]] = {
    "zh": ("测试「{test}」：`{key}` 应为 {expected}，实际为 {got}", "（", "）"),
    "en": ("test “{test}”: `{key}` should be {expected} and is {got}", " (", ")"),
}


def failures(rules_file: RulesFile) -> list[Problem]:
    """Run every test.

    Args:
        rules_file: loaded; its rules run over each test's rows alone, without any history.

    Returns:
        One problem per expectation that was not met, each with its place in the file.
    """
    file, settings = near(rules_file.path), rules_file.settings
    found = []
    for at, example in enumerate(rules_file.tests):
        for miss in misses(example, rules_file.rules, settings, rules_file.custom):
            path = ("tests", at, "expect", miss.asked)
            line, column = rules_file.locate(path)
            told = _told(example.label(at), miss, settings.language)
            found.append(Problem(file, line, column, dotted(path), told))
    return found


def require_passed(rules_file: RulesFile) -> None:
    """Hold where the rules do not do what their tests say.

    Raises:
        ConfigErrors: every expectation that was not met.
    """
    if found := failures(rules_file):
        raise ConfigErrors(found)


def _told(test: str, miss: Miss, language: Language) -> str:
    sentence, before, after = _WORDS[language]
    told = sentence.format(test=test, key=miss.key, expected=miss.expected, got=miss.got)
    return f"{told}{before}{miss.why}{after}" if miss.why else told
