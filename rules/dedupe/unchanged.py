"""The answer of the last run, where nothing that is looked at has changed since."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from rules.dedupe.again import VERSION, Frames
from sync.table import Objects

_BETWEEN = "\x1f"  # field names of one pair, joined
_NAMES = ("same", "different")


def digest(rows: pd.DataFrame, options: str) -> str:
    """Return what stands for everything that pairs are found by.

    Args:
        rows: (rows × columns) all that is looked at, in the order in which it is compared.
        options: of the stanza, and whatever else decides.
    """
    told = hashlib.blake2b(f"{VERSION} {options} {list(rows.columns)}".encode(), digest_size=16)
    told.update(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
    return told.hexdigest()


def pairs(kept: Frames, digest: str) -> pd.DataFrame | None:
    """Return the pairs that were found by the same, None where it was something else.

    Args:
        kept: by an earlier run, see `frames`.
        digest: of this one.
    """
    held = kept.get("found_by")
    if held is None or held["digest"].tolist() != [digest]:
        return None
    found = kept["found"]
    return found.assign(**{name: _parted(found[name]) for name in _NAMES})


def frames(digest: str, pairs: pd.DataFrame) -> Frames:
    """Return pairs, and what they were found by, as they are kept.

    Args:
        digest: of everything that they were found by.
        pairs: as `opportunities.find` returns them.
    """
    names = {name: pairs[name].map(_BETWEEN.join).astype("str") for name in _NAMES}
    found_by = pd.DataFrame({"digest": pd.array([digest], dtype="str")})
    return {"found_by": found_by, "found": pairs.assign(**names)}


def _parted(joined: pd.Series[str]) -> Objects:
    """(pairs) the names that were joined, as tuples; each distinct set once."""
    codes, distinct = pd.factorize(joined)
    names = (tuple(text.split(_BETWEEN)) if text else () for text in distinct)
    sets: Objects = np.fromiter(names, dtype=object, count=len(distinct))
    return sets[codes]
