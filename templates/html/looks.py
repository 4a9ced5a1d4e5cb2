"""The looks of cells and runs as CSS: each distinct one is written once."""

from __future__ import annotations

from sync.view import Border, Run, Style

_WEIGHTS = {"thin": 1, "medium": 2, "thick": 3}  # px
_INDENT = 9  # px
# text that has no room runs over to the side that it is not aligned to
_ALIGNED = {
    "right": "text-align:right;justify-content:flex-end",
    "center": "text-align:center;justify-content:center",
}
_SIDES = ("top", "right", "bottom", "left")


class Looks:
    """Gives each distinct look a class of its own, and writes the style sheet at the end."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of(self, style: Style) -> str:
        """Return the class of a cell's look."""
        return self._named(_declarations(style))

    def of_run(self, run: Run) -> str:
        """Return the class of a stretch of text within a cell."""
        return self._named(_type(run.size, run.color, bold=run.bold))

    def rules(self) -> list[str]:
        """Return a CSS rule for each look that was asked for."""
        return [f".{name}{{{css}}}" for css, name in self._names.items()]

    def _named(self, css: str) -> str:
        return self._names.setdefault(css, f"s{len(self._names)}")


def _declarations(style: Style) -> str:
    found = [_type(style.size, style.color, bold=style.bold)]
    if style.fill:
        found.append(f"background:#{style.fill}")
    if style.align != "left":
        found.append(_ALIGNED[style.align])
    if style.indent:
        side = "right" if style.align == "right" else "left"
        found.append(f"padding-{side}:{style.indent * _INDENT + 3}px")
    if style.underline:
        found.append("text-decoration:underline")
    if style.wrap:
        found.append("white-space:pre-wrap")
    for side in _SIDES:
        border: Border | None = getattr(style, side)
        if border:
            found.append(f"border-{side}:{_WEIGHTS[border.weight]}px solid #{border.color}")
    return ";".join(found)


def _type(size: float, color: str, *, bold: bool) -> str:
    weight = ";font-weight:700" if bold else ""
    return f"font-size:{size:g}pt;color:#{color}{weight}"
