"""The generated tab for managers: sections placed on one grid, the same for every store."""

from templates.summary.build import build
from templates.summary.scene import SummaryInput

__all__ = ["SummaryInput", "build"]
