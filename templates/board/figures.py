"""What stands under a person's figures: what they were divided by, and how the team stands."""

from __future__ import annotations

from rules.kpi import Figure, half_up, ratio
from templates.board.person import Board
from templates.summary.scene import percent

_SUMS = ("open", "weighted", "new")  # of which a person's part is told


def told(board: Board, figure: Figure) -> str:
    """Say in a few words what a figure comes from, and what the team's is."""
    text = _basis(board, figure)
    team = board.team.get(figure.code)
    if team is None or team.value is None:
        return text
    if figure.code in _SUMS:
        share = ratio(float(figure.value or 0), float(team.value))
        return text if share is None else board.say("basis.share", text=text, value=percent(share))
    value = _short(board, team)
    return board.say("basis.team", text=text, value=value) if value else text


def _basis(board: Board, figure: Figure) -> str:
    say, unit = board.say, board.mine.unit
    match figure.code:
        case "won" if board.target:
            share = percent(float(figure.value or 0) / board.target)
            return say("basis.target", share=share, target=unit.digits(board.target, 0))
        case "won" | "cycle":
            return say("basis.won", count=figure.count)
        case "coverage":
            if figure.denominator is None:
                return board.mine.say("none.target")
            if figure.denominator <= 0:
                return board.mine.say("basis.reached")
            due = board.mine.short(figure.numerator or 0)
            gap = board.mine.short(figure.denominator)
            return board.mine.say("basis.coverage", due=due, gap=gap)
        case "win_rate" | "sla":
            top, base = int(figure.numerator or 0), int(figure.denominator or 0)
            return say("basis.rate", top=top, base=base) if base else say(f"none.{figure.code}")
    return say("basis.open", count=figure.count)


def _short(board: Board, team: Figure) -> str:
    """The team's value where it can be compared with a person's."""
    value = float(team.value or 0)
    match team.unit:
        case "rate":
            return percent(value)
        case "days":
            return board.say("days", days=f"{half_up(value):,.0f}")
    return ""
