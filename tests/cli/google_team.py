"""A team that keeps its opportunities in a Google Sheet, on the local server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.cli.kit import Answer, dealkeeper
from tests.google.kit import People
from tests.google.test_auth import ROBOT, pem

_RULES = """\
version: 1
id: east
language: en
timezone: {zone}
spreadsheet: {{google: "https://docs.google.com/spreadsheets/d/{id}/edit#gid=0", sheet: {sheet}}}
google: {{key_file: key.json, address: "{url}"}}
stages: [{{name: Lead, limit: 5 days}}, {{name: Offer, limit: 30 days}}]
calendar: {{country: null}}
team: [{{name: Ann}}, {{name: Bob}}]
rules:
  - {{use: assign_owner, mode: fill, sticky: false, assign: [{{to: [Ann, Bob]}}]}}
  - {{use: stage_sla, start: stage_entered, escalate_after: null}}
owned: {{stage_since: false, next_action: false, duplicate_of: false, suggested_owner: false}}
state: state
"""
ROWS: list[list[Any]] = [
    ["Deal ID", "Customer", "Amount", "Stage", "Owner", "Created", "Stage since"],
    ["D1", "Acme", 100, "Lead", "Ann", "2026-11-01", "2026-11-20"],
    ["D2", "Beta", 200, "Lead", "", "2026-11-01", "2026-11-01"],
    ["D3", "Ceta", 300, "Offer", "Bob", "2026-11-01", "2026-11-10"],
]


class Team:
    """A folder with a rules file and a key, and the spreadsheet that it names."""

    def __init__(self, folder: Path, people: People) -> None:
        self.folder = folder
        self.people = people
        self.key = folder / "key.json"
        content = {
            "type": "service_account", "client_email": ROBOT, "private_key": pem(),
            "private_key_id": "1", "token_uri": f"{people.server.url}/token",
        }  # fmt: skip
        self.key.write_text(json.dumps(content))
        self.key.chmod(0o600)
        self.write()

    def write(self, *, sheet: str = "Deals", zone: str = "UTC") -> None:
        url = self.people.server.url
        text = _RULES.format(id=self.people.id, sheet=sheet, zone=zone, url=url)
        (self.folder / "dealkeeper.yaml").write_text(text)

    def says(self, *args: str, now: str = "2026-11-22T09:00") -> Answer:
        rules = str(self.folder / "dealkeeper.yaml")
        return dealkeeper(*args, "--rules", rules, "--now", now)
