"""The tab in which a supervisor answers what the rules ask."""

from templates.review.build import ReviewInput, build
from templates.review.typed import typed

__all__ = ["ReviewInput", "build", "typed"]
