"""Tags: words for what stands out about an opportunity."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from pydantic import Field

from rules.options import Model
from rules.rule import Context
from rules.when import When, matches
from sync.table import Mask, Objects

BETWEEN = {"zh": "、", "en": ", "}


class Tag(Model):
    """A word, and the opportunities that it stands for."""

    tag: str = Field(min_length=1)
    """The word."""
    when: When
    """Conditions that must all hold; `score` and `score_grade` may be among them, and a second
    entry with the same word says "or"."""


def tagged(tags: Sequence[Tag], frame: pd.DataFrame, ctx: Context, rows: Mask) -> Objects:
    """Return (rows) the words whose conditions hold, joined; None where there is none.

    Args:
        tags: in the order in which they are named.
        frame: (rows × the fields of the conditions).
        ctx: the moment and the language.
        rows: (rows) which rows may be tagged.
    """
    between = BETWEEN[ctx.settings.language]
    words = np.full(len(frame), "", dtype=object)
    for word in dict.fromkeys(tag.tag for tag in tags):
        held = np.zeros(len(frame), dtype=bool)
        for tag in tags:
            if tag.tag == word:
                held |= matches(tag.when, frame, ctx)
        held &= rows
        words[held] = np.where(words[held] == "", word, words[held] + between + word)
    words[words == ""] = None
    return words
