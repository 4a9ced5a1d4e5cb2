"""What each stage needs, and what a row still lacks for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from rules.patterns import patterns
from rules.rule import Context
from sync.table import Mask, Objects

Places = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """What stages need, by the fields that the sheet has.

    Attributes:
        fields: every field that some stage needs.
        wanted: (stages × fields) whether standing in the stage needs the field.
        proof: (fields) whether every move forward needs the field.
        blank: (rows × fields) whether the row lacks it.
    """

    fields: tuple[str, ...]
    wanted: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    proof: Mask
    blank: np.ndarray[tuple[int, int], np.dtype[np.bool_]]

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        ctx: Context,
        required: Mapping[str, tuple[str, ...]],
        proof: tuple[str, ...],
    ) -> Needs:
        """Look at the rows.

        Args:
            frame: (rows × the fields).
            ctx: the order of the stages, the fields of the sheet.
            required: stage → fields that are needed in it and in all later ones.
            proof: fields that every move forward needs.
        """
        order = ctx.settings.stage_order
        named = [*proof, *(key for keys in required.values() for key in keys)]
        fields = tuple(key for key in dict.fromkeys(named) if key in ctx.present)
        wanted = np.zeros((len(order), len(fields)), dtype=bool)
        for stage, keys in required.items():
            if stage in order:
                wanted[order[stage] :, [at for at, key in enumerate(fields) if key in keys]] = True
        blank = np.zeros((len(frame), len(fields)), dtype=bool)
        for at, key in enumerate(fields):
            blank[:, at] = frame[key].isna()
        return cls(fields, wanted, np.array([key in proof for key in fields], dtype=bool), blank)

    def met(self, rows: Places, stages: Places) -> Mask:
        """Return (rows) whether a move forward to a stage lacks nothing."""
        lacking = self.blank[rows] & (self.wanted[stages] | self.proof)
        return np.asarray(~lacking.any(axis=1), dtype=bool)

    def lacking(self, rows: Places, stages: Places, *, moving: bool) -> Objects:
        """Return (rows) the fields that are lacking for a stage, as tuples.

        Args:
            rows: positions.
            stages: (rows) places of the stages.
            moving: whether the proof of a move counts too.
        """
        lacking = self.blank[rows] & (self.wanted[stages] | (self.proof & moving))
        distinct, index = patterns(lacking)
        tuples = np.empty(len(distinct), dtype=object)
        for at, pattern in enumerate(distinct):
            tuples[at] = tuple(
                key for key, lacks in zip(self.fields, pattern, strict=True) if lacks
            )
        told: Objects = tuples[index]
        return told
