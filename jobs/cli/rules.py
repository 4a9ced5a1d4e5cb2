"""`dealkeeper rules [NAME]`: what each rule decides, its options, and an example."""

from __future__ import annotations

import click

from config.starter_words import OPTIONS
from jobs.cli.errors import LANGUAGE, user_language
from jobs.cli.screen import tell
from rules.invalid import Invalid
from rules.options import nearest
from rules.reference import every
from sync.say import Language
from sync.store import Mismatch
from templates.terminal.rules import render_rules

_UNKNOWN = ("there is no rule `{name}`", "没有规则 `{name}`")
_KNOWN = ("there is no rule `{name}`; known: {known}", "没有规则 `{name}`；可用：{known}")


@click.command()
@click.argument("name", required=False)
@click.option(
    "--language", type=click.Choice(["zh", "en"]), help="By default that of your environment."
)
def rules(name: str | None, language: Language | None) -> None:
    """Show what each rule decides, its options, and an example.

    With NAME only that rule is shown. Options of the entries of a list stand behind the list:
    `assign[].when` is the `when` of a line under `assign`.
    """
    said = language or user_language()
    LANGUAGE.set(said)
    found = {about.use: about for about in every()}
    if name is not None and name not in found:
        guess = nearest(name, tuple(found))
        error = Invalid(
            *(_UNKNOWN if guess else _KNOWN), guess=guess, name=name, known=" / ".join(found)
        )
        raise Mismatch(error.say("en"), zh=error.say("zh"))
    wanted = found.values() if name is None else [found[name]]
    tell(render_rules(list(wanted), OPTIONS, said))
