"""Splink on the same table, the way its tutorial says, without labels: the yardstick of the field.

It is no dependency: where it is not installed there is no such row.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import time
from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from rules.dedupe import Role

_MATCH = 0.95  # probability from which its tutorial joins pairs
_GUESS = 0.5  # and from which it predicts them
_RECALL = 0.7  # its tutorial's guess of what the deterministic rules find
_WORDS = frozenset({"customer", "title", "person", "contact", "given", "family", "city"})
_LONG = frozenset({"street", "date", "id", "registration", "phone", "email", "postcode"})


def installed() -> bool:
    """Return whether splink can be compared with."""
    return importlib.util.find_spec("splink") is not None


def labels(frame: pd.DataFrame, roles: Mapping[str, Role]) -> tuple[np.ndarray[Any, Any], float]:
    """Return (rows) the clusters that splink finds, and the seconds that it takes."""
    splink = importlib.import_module("splink")
    compare = importlib.import_module("splink.comparison_library")
    backend = importlib.import_module("splink.backends.duckdb").DuckDBAPI()
    begin = time.perf_counter()
    table = pd.DataFrame(
        {name: frame[name].str.casefold().astype(object).where(frame[name].notna(), None)
         for name in roles}
    ).assign(unique_id=range(len(frame)))  # fmt: skip
    columns = sorted(roles, key=lambda name: -frame[name].nunique())
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(compare, name, role) for name, role in roles.items()],
        blocking_rules_to_generate_predictions=[splink.block_on(name) for name in columns],
    )
    linker = splink.Linker(backend.register(table), settings, log_level=logging.ERROR)
    sure: list[tuple[str, ...]] = [*combinations(columns[:3], 2)] or [(columns[0],)]
    linker.training.estimate_probability_two_random_records_match(
        [splink.block_on(*pair) for pair in sure], recall=_RECALL
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for name in columns[:2]:
        linker.training.estimate_parameters_using_expectation_maximisation(splink.block_on(name))
    pairs = linker.inference.predict(threshold_match_probability=_GUESS)
    joined = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_probability=_MATCH
    )
    found = joined.as_pandas_dataframe().set_index("unique_id")["cluster_id"]
    seconds = time.perf_counter() - begin
    return pd.factorize(found.reindex(range(len(frame))))[0], seconds


def _comparison(compare: Any, name: str, role: Role) -> Any:
    """The comparison that its library offers for such a column."""
    if role in _WORDS:
        return compare.JaroWinklerAtThresholds(name, [0.92, 0.8])
    if role in _LONG:
        return compare.LevenshteinAtThresholds(name, [1, 2])
    return compare.ExactMatch(name)
