"""One word for each customer, for rules that only ask whether two rows name the same one."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe.lexicon import LEGAL_FORMS
from rules.dedupe.normalise import folds, solid, words
from sync.table import as_text


def customer_keys(names: pd.Series[Any]) -> pd.Series[Any]:
    """Return (rows, str) a key per customer, missing where blank.

    Width, case, traditional characters, punctuation, spaces and the legal form do not matter;
    everything else does: a city, a branch, a short name make another customer here.
    """
    codes, distinct = pd.factorize(as_text(names))
    folded = folds(np.asarray(distinct, dtype=object).tolist())
    keys = {name: _key(name) for name in {*folded} - {""}}
    made = pd.array([*(keys.get(name) for name in folded), None], dtype="str")
    return pd.Series(made.take(codes), index=names.index)


def _key(name: str) -> str:
    """The letters and digits of a folded name before its legal form; all where that is all."""
    if name.isascii():
        parts = words(name).split()
        while len(parts) > 1 and parts[-1] in LEGAL_FORMS:
            parts.pop()
        return "".join(parts) or name
    bare = solid(name)
    return _form().sub("", bare) or bare or name


@cache
def _form() -> re.Pattern[str]:
    """The Chinese legal forms at the end of a name."""
    forms = sorted((form for form in LEGAL_FORMS if not form.isascii()), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(re.escape, forms))})+$")
