"""Colours with a meaning, never decoration: blue against orange, which everybody can tell apart."""

from __future__ import annotations

from typing import Final

TEXT: Final = "1F2933"
GREY: Final = "5B6775"  # secondary text, headers
RULE: Final = "8A96A3"  # under headers
HAIRLINE: Final = "E3E7EC"
BLUE: Final = "1F5F99"  # won, better, links
STRONG: Final = "6BA3D6"  # committed; the column that a table is ranked by
LIGHT: Final = "B5D3EE"  # best case; all other bars
OTHER: Final = "DDE3EA"  # other open deals, still there
BALANCE: Final = "51606F"  # start and end of the waterfall
COUNTED: Final = "C9D0D8"  # bars of findings
TILE: Final = "F3F5F8"
WORSE: Final = "B8431A"
WORSE_GROUND: Final = "FBE9E1"
WARNING: Final = "8A5A00"
WARNING_GROUND: Final = "FCF2DA"
LATE: Final = "E9A283"  # overdue, lost or taken away, as an area
LATE_LIGHT: Final = "F3C9B7"  # its second bar
WHITE: Final = "FFFFFF"
