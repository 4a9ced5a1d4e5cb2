"""How well and how fast the matcher finds duplicates in a table whose truth is known.

    python -m tests.benchmarks.dedupe FILE.csv --truth cluster
    python -m tests.benchmarks.dedupe FILE.csv --truth cluster --fields name=customer,street=address
    python -m tests.benchmarks.dedupe FILE.csv --link short,full

It runs the production matcher with its defaults and prints pairwise precision, recall and F1 after
clustering, seconds and peak memory, beside yardsticks: rows whose names are equal, plain rapidfuzz
on the whole row, and splink where it is installed. `--link` looks for the full name of each short
one and prints how often the best hit is the only one and right.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from rules.dedupe import Role, match
from rules.dedupe.names import Names
from rules.dedupe.normalise import folded
from tests.benchmarks import rival
from tests.benchmarks.columns import named, recognise

Measures = dict[str, Any]
_NAMES = frozenset({"customer", "person", "given", "family"})
_PLAIN_ROWS = 6_000  # plain rapidfuzz compares all with all
_PLAIN_SCORE = 90


def pairwise(labels: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> dict[str, float]:
    """Return precision, recall and F1 over pairs of rows in one cluster.

    Args:
        labels: (rows) found clusters.
        truth: (rows) true clusters.
    """

    def pairs(*columns: np.ndarray[Any, Any]) -> int:
        sizes = pd.DataFrame(dict(enumerate(columns))).value_counts().to_numpy()
        return int((sizes * (sizes - 1) // 2).sum())

    right, found, all_true = pairs(labels, truth), pairs(labels), pairs(truth)
    precision = right / found if found else 1.0
    recall = right / all_true if all_true else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def peak_mb() -> float:
    """Return the most memory that this process ever had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def measure(frame: pd.DataFrame, truth: str, roles: Mapping[str, Role]) -> Measures:
    """Run the production matcher with its defaults and hold it against the truth."""
    begin = time.perf_counter()
    found = match(frame, roles)
    seconds = time.perf_counter() - begin
    known = frame[truth].to_numpy()
    return {
        **pairwise(found.labels, known),
        "seconds": round(seconds, 2),
        "peak_mb": peak_mb(),
        "rows": len(frame),
        "certain": pairwise(found.certain, known),
    }


def exact(frame: pd.DataFrame, truth: str, roles: Mapping[str, Role]) -> Measures:
    """The yardstick of a pivot table: rows whose names are equal but for width and case."""
    names = [name for name, role in roles.items() if role in _NAMES] or list(roles)
    whole = frame[names].fillna("").agg(" ".join, axis=1).str.casefold()
    return pairwise(pd.factorize(whole)[0], frame[truth].to_numpy())


def plain(frame: pd.DataFrame, truth: str, roles: Mapping[str, Role]) -> Measures:
    """The yardstick of a first script: token_sort_ratio of whole rows, 90 or more joins."""
    whole = frame[list(roles)].fillna("").agg(" ".join, axis=1).str.casefold().tolist()
    labels = np.arange(len(whole))
    for at in range(0, len(whole), 500):
        scores = process.cdist(
            whole[at : at + 500], whole, scorer=fuzz.token_sort_ratio, score_cutoff=_PLAIN_SCORE,
            dtype=np.uint8,
        )  # fmt: skip
        for one, other in np.argwhere(scores):
            low, high = sorted((labels[at + one], labels[other]))
            labels[labels == high] = low
    return pairwise(labels, frame[truth].to_numpy())


def link(frame: pd.DataFrame, short: str, full: str) -> Measures:
    """Find the full name of each short one; a hit counts if it is the best, alone, and right."""
    begin = time.perf_counter()
    rows = len(frame)
    column = folded(pd.concat([frame[short], frame[full]], ignore_index=True))
    names = Names(column)
    texts = [names.names[code].text for code in column.codes]
    by_letter: dict[str, list[int]] = defaultdict(list)
    for at in range(rows):
        for letter in set(texts[rows + at]):
            by_letter[letter].append(rows + at)
    hits = 0
    for at in range(rows):
        near = sorted({row for letter in set(texts[at]) for row in by_letter.get(letter, ())})
        if near:
            bits = names.compare(np.full(len(near), at), np.array(near)).bits
            best = np.flatnonzero(bits >= bits.max() - 1e-6)
            hits += len(best) == 1 and near[best[0]] == rows + at
    seconds = round(time.perf_counter() - begin, 2)
    return {
        "best_hit": round(hits / rows, 4),
        "rows": rows,
        "seconds": seconds,
        "peak_mb": peak_mb(),
    }


def _shown(name: str, measures: Measures) -> str:
    row = f"{name:<22}" + "".join(f"{measures[k]:>10.4f}" for k in ("precision", "recall", "f1"))
    if "seconds" in measures:
        row += f"{measures['seconds']:>9.2f} s"
    if "peak_mb" in measures:
        row += f"{measures['peak_mb']:>8.0f} MB"
    return row


@click.command(help=__doc__)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--truth", default="cluster", show_default=True, help="Column with the true cluster.")
@click.option("--fields", default="", help="Columns and their roles, where headers do not say.")
@click.option("--link", "linked", default="", help="Two columns: short name, full name.")
@click.option("--json", "as_json", is_flag=True, help="Print our measures as one JSON object.")
def main(file: Path, truth: str, fields: str, linked: str, as_json: bool) -> None:
    """Measure one file."""
    frame = pd.read_csv(file, dtype="str")
    if linked:
        click.echo(json.dumps(link(frame, *linked.split(","))))
        return
    if truth not in frame.columns:
        raise click.UsageError(f"no column `{truth}`; the file has {', '.join(frame.columns)}")
    others = [name for name in frame.columns if name != truth]
    try:
        roles = named(fields, others) if fields else recognise(others)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not roles:
        raise click.UsageError("no column was recognised; name them with --fields COLUMN=ROLE,…")
    ours = measure(frame, truth, roles)
    if as_json:
        click.echo(json.dumps(ours))
        return
    click.echo("columns: " + ", ".join(f"{name} as {role}" for name, role in roles.items()))
    click.echo(f"{len(frame):,} rows{'':<12} precision    recall        f1")
    click.echo(_shown("dealkeeper", ours))
    click.echo(_shown("  certain tier", ours["certain"]))
    click.echo(_shown("equal names", exact(frame, truth, roles)))
    if len(frame) <= _PLAIN_ROWS:
        click.echo(_shown("plain rapidfuzz", plain(frame, truth, roles)))
    if rival.installed():
        found, seconds = rival.labels(frame, roles)
        theirs = pairwise(found, frame[truth].to_numpy())
        click.echo(_shown("splink", {**theirs, "seconds": seconds}))


if __name__ == "__main__":
    main()
