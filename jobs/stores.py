"""Open the spreadsheet that a rules file names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from config.document import GoogleAccess
from config.load import RulesFile
from jobs.state import State
from sync.excel.ahead import ReadAhead
from sync.excel.limits import DEFAULT
from sync.excel.store import ExcelStore

if TYPE_CHECKING:  # what speaks with Google takes half a second to load
    from sync.google.auth import Identity
    from sync.google.client import SheetsClient
    from sync.google.store import GoogleStore


def open_workbook(
    rules_file: RulesFile, state: State, now: pd.Timestamp, ahead: ReadAhead | None = None
) -> ExcelStore:
    """Return the workbook of a rules file; entering it takes the lock.

    Args:
        rules_file: names the workbook and what to look for in it.
        state: where backups live.
        now: the moment of the run, for dates without a year.
        ahead: has read it already, None where nothing has.

    Raises:
        Mismatch: the file names a Google Sheet.
    """
    return ExcelStore(
        rules_file.spreadsheet_path,
        rules_file.reading(now),
        wait=rules_file.wait_seconds if rules_file.when_open == "wait" else 0,
        backups=state.backups,
        limits=rules_file.limits,
        # what was read ahead was held to the usual limits
        ahead=ahead if rules_file.limits == DEFAULT else None,
    )


def open_google(rules_file: RulesFile, now: pd.Timestamp) -> GoogleStore:
    """Return the Google Sheet of a rules file; entering it takes the lock.

    Args:
        rules_file: names the spreadsheet and what to look for in it.
        now: the moment of the run, for dates without a year.

    Raises:
        StoreError: there are no credentials, or they are not safe.
    """
    from sync.google.store import GoogleStore

    return GoogleStore(
        google_client(rules_file), rules_file.reading(now), wait=rules_file.wait_seconds
    )


def google_client(rules_file: RulesFile) -> SheetsClient:
    """Return what speaks with Google about the spreadsheet of a rules file.

    Args:
        rules_file: names a Google Sheet.

    Raises:
        StoreError: there are no credentials, or they are not safe.
    """
    identity = google_identity(rules_file.google, rules_file.key_path)
    return client_of(rules_file.google_id or "", rules_file.google, identity)


def google_identity(asked: GoogleAccess, key: Path | None) -> Identity:
    """Return whom Google shall know us as.

    Args:
        asked: how Google is reached.
        key: the key file, where one is named.

    Raises:
        StoreError: there are no credentials, or they are not safe.
    """
    from sync.google.auth import Access, sign_in

    return sign_in(Access(asked.sign_in, key, asked.impersonate))


def client_of(spreadsheet: str, asked: GoogleAccess, identity: Identity) -> SheetsClient:
    """Return what speaks with Google about a spreadsheet.

    Args:
        spreadsheet: its id.
        asked: how it is reached.
        identity: whom Google knows us as.

    Raises:
        Unreachable: the address is not safe.
    """
    from sync.google.budget import shared
    from sync.google.client import SheetsClient

    return SheetsClient(
        identity.credentials,
        spreadsheet,
        url=asked.address,
        identity=identity.name,
        budget=shared(identity.name),
    )
