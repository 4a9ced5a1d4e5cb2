"""Is this installation whole? What `dealkeeper doctor` looks at."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path

import pandas as pd

DISTRIBUTION = "dealkeeper"
# The flat layout's top level: these names must belong to this product alone.
PACKAGES = ("sync", "rules", "templates", "jobs", "config")
# A country publishes its holidays late in the year before; sooner nobody misses them.
AHEAD = pd.Timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: whether it is well, and a sentence in both languages."""

    fine: bool
    en: str
    zh: str


def packages(
    owners: Mapping[str, Sequence[str]] | None = None, home: Path | None = None
) -> list[Check]:
    """Look whether another distribution claims or shadows one of the product's packages.

    Args:
        owners: import package → distributions that ship it; asked of the environment by default.
        home: the folder that the packages stand in; found by default.
    """
    owners = packages_distributions() if owners is None else owners
    home = home or Path(__file__).resolve().parent.parent
    found = []
    for name in PACKAGES:
        others = sorted(set(owners.get(name, ())) - {DISTRIBUTION})
        if others:
            found.append(
                Check(
                    False,
                    f"package `{name}` is also installed by {', '.join(others)}; give "
                    "dealkeeper an environment of its own (pipx or uv tool)",
                    f"包 `{name}` 同时由 {', '.join(others)} 安装；请用 pipx 或 uv tool "
                    "为 dealkeeper 单独建环境",
                )
            )
        place = Path(str(importlib.import_module(name).__file__)).resolve().parent.parent
        if place != home:
            found.append(
                Check(
                    False,
                    f"package `{name}` is imported from {place}, not from {home}",
                    f"包 `{name}` 来自 {place}，而不是 {home}",
                )
            )
    version = ".".join(map(str, sys.version_info[:3]))
    fine = Check(
        True,
        f"Python {version}; the five packages are dealkeeper's own",
        f"Python {version}；五个包均属于 dealkeeper",
    )
    return found or [fine]


def calendar(unknown_years: Sequence[int], now: pd.Timestamp) -> Check:
    """Tell whether official holidays are known for as long as most limits reach.

    Args:
        unknown_years: years without official holidays.
        now: the moment; the next `AHEAD` from it are looked at.
    """
    missing = [str(y) for y in range(now.year, (now + AHEAD).year + 1) if y in unknown_years]
    if not missing:
        return Check(True, "official holidays are known", "法定节假日数据齐全")
    years = ", ".join(missing)
    return Check(
        False,
        f"no official holidays for {years} yet: working-day limits that end there are not computed",
        f"{years} 年尚无法定节假日数据：落在该年的工作日时限暂不计算",
    )
