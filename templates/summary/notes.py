"""What stands in the note of a figure: where it comes from, and how it was before."""

from __future__ import annotations

from rules.kpi import DEFINITIONS, MEASURES, Figure, Window, half_up
from sync.say import day, say
from templates.summary.scene import Scene, percent


def figure_note(scene: Scene, code: str) -> str:
    """Tell a figure's definition, numerator, denominator, period, previous value and exceptions."""
    figure = scene.figures[code]
    rule = scene.kpi["options"]
    meaning = say(
        DEFINITIONS[figure.definition or code],
        {"commit": rule.commit, "best_case": rule.best_case},
        scene.language,
    )
    lines = [scene.say("note.definition", text=meaning), *_parts(scene, figure)]
    if figure.stands or figure.window is None:
        lines.append(scene.say("note.now", day=day(scene.given.now.normalize())))
    else:
        lines.append(scene.say("note.period", **days(figure.window)))
    lines += _before(scene, figure)
    lines += [
        scene.say(f"fact.{key}", count=value)
        for key, value in figure.facts.items()
        if isinstance(value, int) and value and key != "amount"
    ]
    if figure.facts.get("by_amount") is not None:
        lines.append(scene.say("fact.by_amount", share=percent(figure.facts["by_amount"], 1)))
    return "\n".join(lines)


def _before(scene: Scene, figure: Figure) -> list[str]:
    """What the figure was in the same days before, or why nobody knows."""
    measure, before = MEASURES[figure.code], days(scene.period.previous)
    if figure.previous is not None:
        value = _exact(figure, figure.previous, "value")
        return [scene.say(f"note.previous{'_end' * figure.stands}", value=value, **before)]
    if figure.compared:
        return [scene.say("note.previous_none", **before)]
    if measure.reach or measure.parts:
        return [scene.say("note.previous_unknown", since=day(scene.watched_since), **before)]
    return []


def _parts(scene: Scene, figure: Figure) -> list[str]:
    """What was divided by what, or the value in full where nothing was."""
    if figure.denominator is None:
        if not figure.value:
            return []
        return [scene.say("note.exact", value=_exact(figure, figure.value, "value"))]
    parts = {"numerator": figure.numerator, "denominator": figure.denominator}
    return [
        scene.say(f"note.{part}", value=_exact(figure, value, part))
        for part, value in parts.items()
        if value is not None
    ]


def days(window: Window) -> dict[str, str]:
    """Return the first and the last day of a window, as texts have them."""
    return {"first": day(window.start), "last": day(window.last)}


def _exact(figure: Figure, value: float, part: str) -> str:
    """A figure's part in full: whole currency units, counts, or a percentage."""
    if figure.unit == "money" or (figure.code in ("coverage", "attainment") and part != "value"):
        return f"{half_up(value / 100):,.0f}"
    if part == "value" and figure.unit == "rate":
        return percent(value, 1)
    return f"{value:,.1f}".removesuffix(".0")
