"""The rules as people read of them: what each decides, an example, its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from rules.reference import About
from sync.say import Language
from templates.terminal.grids import grid
from templates.terminal.words import word

Words = Mapping[str, tuple[str, str]]


def render_rules(rules: Sequence[About], words: Words, language: Language) -> RenderableType:
    """Lay the reference out.

    Args:
        rules: what they say of themselves, in English.
        words: rule, or `rule.option` → its short meaning in English and Chinese.
        language: `zh` shows the short meanings, `en` what the rules say.
    """
    parts: list[RenderableType] = []
    for about in rules:
        parts += [*([Text()] if parts else []), *_rule(about, words, language)]
    return Group(*parts)


def _rule(about: About, words: Words, language: Language) -> list[RenderableType]:
    chinese = language == "zh"
    title = words[about.use][1] if chinese and about.use in words else about.title
    decides = ", ".join(about.decides) or word("none", language)
    told = [] if chinese else [text for text in (about.before, about.after) if text]
    options = grid([word(name, language) for name in ("option", "default", "meaning")])
    for option in about.options:
        known = words.get(f"{about.use}.{option.path}")
        meaning = known[1] if chinese and known else option.meaning
        options.add_row(option.path, option.default, meaning)
    return [
        Text.assemble((about.use, "bold"), f"  {title}"),
        Text(word("decides", language, columns=decides), style="dim"),
        *(Text(f"\n{text}") for text in told),
        Padding(Text(about.example, style="cyan"), (1, 0, 1, 2)),
        *([options] if about.options else []),
    ]
