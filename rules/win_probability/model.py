"""A regularised logistic regression, and whether it tells more than the base rate does.

scikit-learn is imported where it is used: it is an extra, and slow to load.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from rules.worktime import Floats
from sync.table import Mask

# Inverse strength of the penalty: weak evidence stays close to the base rate.
_C = 0.25
# A word seen less often is one of the rare ones.
_SEEN = 10
# The check learns from what came before each of these shares and predicts what came until the next.
_SHARES = (0.5, 2 / 3, 5 / 6, 1.0)
# One-sided 95 % of the normal distribution: better by more than chance.
_SURE = 1.645


@dataclass(frozen=True, slots=True)
class Check:
    """How a model did on deals that came after those it learned from.

    Attributes:
        tested: number of deals.
        model: its Brier score, the mean squared error of the probability (Brier 1950).
        base: that of the share won so far.
        better: whether the model's is lower by more than chance.
    """

    tested: int
    model: float
    base: float
    better: bool


class Model:
    """The probability of winning, learned from closed deals.

    Args:
        deals: (closed deals × fields), as `features` makes them.
        won: (closed deals) whether each was won; both must occur.
    """

    def __init__(self, deals: pd.DataFrame, won: Mask) -> None:
        from sklearn.compose import ColumnTransformer
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler

        def prepared(key: str) -> Any:
            if deals[key].dtype == object:
                return OneHotEncoder(
                    min_frequency=_SEEN, handle_unknown="infrequent_if_exist", sparse_output=False
                )
            return make_pipeline(
                SimpleImputer(strategy="median", keep_empty_features=True), StandardScaler()
            )

        self._columns = ColumnTransformer([(key, prepared(key), [key]) for key in map(str, deals)])
        made = self._columns.fit_transform(deals)
        self._model = LogisticRegression(C=_C, max_iter=1000).fit(made, won)
        self._middle = made.mean(axis=0)

    def chances(self, deals: pd.DataFrame) -> Floats:
        """Return (deals) the probability of winning."""
        found: Floats = self._model.predict_proba(self._columns.transform(deals))[:, 1]
        return found

    def effects(self, deals: pd.DataFrame) -> pd.DataFrame:
        """Return (deals × fields) how far each field moves the log-odds from the usual deal's."""
        moved = (self._columns.transform(deals) - self._middle) * self._model.coef_[0]
        places = self._columns.output_indices_
        return pd.DataFrame({key: moved[:, places[key]].sum(axis=1) for key in deals})


def check(deals: pd.DataFrame, won: Mask, when: pd.Series[Any]) -> Check | None:
    """Try the model on the later half of the deals, learning only from what came before.

    Args:
        deals: (closed deals × fields), oldest first.
        won: (closed deals) whether each was won.
        when: (closed deals) when each was closed, ascending.

    Returns:
        The result over all tries; None where no try had both outcomes to learn from.
    """
    moments = when.to_numpy()
    # deals of one moment stay together
    bounds = [np.searchsorted(moments, moments[int(share * len(deals)) - 1], "right")
              for share in _SHARES]  # fmt: skip
    model, base = [], []
    for first, last in pairwise(bounds):
        before, after = won[:first], won[first:last]
        if before.all() or not before.any() or not len(after):
            continue
        given = Model(deals.iloc[:first], before).chances(deals.iloc[first:last])
        model.append((given - after) ** 2)
        base.append((before.mean() - after) ** 2)
    if not model:
        return None
    errors, usual = np.concatenate(model), np.concatenate(base)
    gain = usual - errors
    doubt = gain.std() / np.sqrt(len(gain))
    better = bool(gain.mean() > max(_SURE * doubt, 0.0))
    return Check(len(gain), float(errors.mean()), float(usual.mean()), better)
