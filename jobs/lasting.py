"""What a run leaves for the next one to find: until when its result holds, and for which files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.load import RulesFile
from jobs.planner import Prepared
from jobs.reports import repeated
from jobs.unchanged import LastRun, file_hash, program
from rules.moments import midnight
from sync.store import Receipt


def hashes(rules_file: RulesFile) -> Mapping[Path, str]:
    """Return the hash of every file besides the workbook that a run depends on."""
    return {path: file_hash(path) for path in rules_file.files[1:]}


def lasting(
    number: int,
    prepared: Prepared,
    receipt: Receipt | None,
    rules_file: RulesFile,
    before: Mapping[Path, str],
) -> LastRun | None:
    """Return what the next run may rely on; None where it has to look for itself.

    That a run on the same files would write nothing more is the promise that a second run keeps.
    Cells that were refused are tried again.

    Args:
        number: of the run in the history.
        prepared: what it decided.
        receipt: what it wrote, None for nothing.
        rules_file: as it was.
        before: `hashes` from before it read anything.
    """
    plan, settings = prepared.plan, rules_file.settings
    ends = [prepared.table.until, prepared.result.until]
    if not rules_file.files or None in ends or (receipt and (receipt.refused or receipt.failed)):
        return None
    after = hashes(rules_file)
    ours = rules_file.summary_path
    if any(after[path] != known for path, known in before.items() if path != ours):
        return None
    # the generated tabs tell of days
    until = min(midnight(plan.now), *(end for end in ends if end is not None))
    workbook = {str(rules_file.files[0]): receipt.version if receipt else plan.based_on}
    after = {**after, **{file.path: file_hash(file.path) for file in prepared.files}}
    return LastRun(
        number,
        plan.now.isoformat(),
        until.isoformat(),
        settings.timezone,
        settings.language,
        rules_file.hash,
        {**workbook, **{str(path): known for path, known in after.items()}},
        program(),
        repeated(prepared, rules_file),
    )
