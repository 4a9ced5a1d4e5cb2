"""Warnings about a rules file that loads but will not do what its author meant."""

from __future__ import annotations

from config.load import RulesFile
from jobs.planner import phrases
from sync.say import say
from sync.table import Table


def warnings(rules_file: RulesFile, table: Table) -> list[str]:
    """Return sentences for people: what rules say about themselves, and about the table.

    Args:
        rules_file: loaded.
        table: as read, with its findings.
    """
    language = rules_file.settings.language
    known = phrases()
    found = [
        finding
        for rule in rules_file.rules
        if rule.enabled
        for finding in rule.lint(rules_file.settings)
    ]
    found += [finding for finding in table.findings if finding.level != "info"]
    told = dict.fromkeys(say(known[f.code], f.facts, language) for f in found)
    return list(told)
