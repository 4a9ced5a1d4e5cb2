"""Which cells must be filled, and how many are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from rules.rule import Context
from sync.table import Mask, as_text, looked_up


def required_cells(
    frame: pd.DataFrame,
    ctx: Context,
    always: Iterable[str],
    from_stage: Mapping[str, Iterable[str]],
) -> Mapping[str, Mask]:
    """Return field → (rows) where it must be filled, for fields that the sheet has.

    Args:
        frame: (rows × `state`, `stage` and the fields).
        ctx: the order of the stages, the fields of the sheet.
        always: fields that every open opportunity needs.
        from_stage: stage → fields that are needed in it and in all later ones.
    """
    is_open = (frame["state"] == "open").to_numpy()
    order = ctx.settings.stage_order
    place = looked_up(frame["stage"], order, np.nan, np.float64)
    needed: dict[str, Mask] = {key: is_open for key in always if key in ctx.present}
    for stage, keys in from_stage.items():
        reached = is_open & (place >= order.get(stage, np.inf))
        for key in keys:
            if key in ctx.present:
                needed[key] = needed.get(key, np.zeros(len(frame), dtype=bool)) | reached
    return needed


def filled_cells(frame: pd.DataFrame, cells: Mapping[str, Mask]) -> pd.DataFrame:
    """Count required cells and filled ones by row.

    Args:
        frame: (rows × the fields).
        cells: field → (rows) where it must be filled.

    Returns:
        (rows with required cells × `row`, `filled`, `required`): its position and numbers.
    """
    required = np.zeros(len(frame), dtype=np.int64)
    filled = np.zeros(len(frame), dtype=np.int64)
    for key, needed in cells.items():
        required += needed
        filled += needed & frame[key].notna().to_numpy()
    rows = np.flatnonzero(required)
    return pd.DataFrame({"row": rows, "filled": filled[rows], "required": required[rows]})


def completeness(frame: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Sum required cells and filled ones up by owner.

    Args:
        frame: (rows × `owner`).
        counts: as `filled_cells` gives them.

    Returns:
        (owners with required cells × `owner`, `filled`, `required`), by owner; "" is nobody.
    """
    owner = as_text(frame["owner"].iloc[counts["row"]]).fillna("").to_numpy()
    return counts[["filled", "required"]].groupby(owner).sum().rename_axis("owner").reset_index()
