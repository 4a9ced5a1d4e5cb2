"""Who had a customer first: from the product's own records, which nobody can back-date."""

from __future__ import annotations

import pandas as pd

from rules.past import Past
from rules.questions import Question
from sync.table import as_text, column
from templates.words import Words

_TOLD = ("duplicate", "contested")


class Witness:
    """Tells when rows were first seen, and who owned them then."""

    def __init__(self, frame: pd.DataFrame, past: Past, now: pd.Timestamp, words: Words) -> None:
        """Take what is known.

        Args:
            frame: (rows × key, owner) those that are asked about, as they are now.
            past: when keys were first seen, and how owners changed since.
            now: when rows that are new were first seen.
            words: of the tab.
        """
        self._words = words
        self._now = now
        seen = past.seen[past.seen["key"].isin(frame["key"])]
        self._seen = dict(zip(seen["key"], seen["first_seen"], strict=True))
        self._start = past.seen["first_seen"].min() if len(past.seen) else now
        owners = as_text(column(frame, "owner")).fillna("")
        self._owners = dict(zip(as_text(frame["key"]), owners, strict=True))
        moved = (past.events["field"] == "owner") & past.events["key"].isin(frame["key"])
        changed = past.events[moved].drop_duplicates("key")
        # before its first change a row had the owner that it was seen with
        self._owners |= dict(
            zip(changed["key"], as_text(changed["before"]).fillna(""), strict=True)
        )

    def tell(self, question: Question) -> str:
        """Return the rows of a question in the order in which they appeared, with their owners."""
        if question.topic not in _TOLD:
            return ""
        words = self._words
        moments = {key: self._seen.get(key, self._now) for key in question.keys}
        if all(moment == self._start for moment in moments.values()):
            return words("seen.both", at=f"{self._start:%Y-%m-%d}")
        lines = [
            words(
                "seen.one",
                row=key,
                owner=self._owners.get(key) or words("nobody"),
                at=f"{moments[key]:%Y-%m-%d %H:%M}",
            )
            for key in sorted(question.keys, key=lambda key: (moments[key], key))
        ]
        return ("；" if words.language == "zh" else "; ").join(lines)
