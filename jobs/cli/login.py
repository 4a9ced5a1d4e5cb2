"""`dealkeeper login CLIENT_FILE`: let a person sign in to Google by the browser."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.cli.errors import user_language
from jobs.cli.screen import tell

_DONE = {
    "zh": "已登录；许可保存在 {path}，仅本人可读。请在规则文件中写 google: {{sign_in: user}}",
    "en": "Signed in; the permission is kept in {path}, for you only. Write "
    "google: {{sign_in: user}} into the rules file",
}


@click.command()
@click.argument("client_file", type=click.Path(dir_okay=False, path_type=Path))
def login(client_file: Path) -> None:
    """Sign in to Google by the browser, to try Google Sheets out.

    CLIENT_FILE is the JSON of an OAuth client of the kind "desktop app" from the Google Cloud
    console. Only the permission to edit spreadsheets is asked for. For a service that runs by
    itself use a service account instead.
    """
    from sync.google.auth import permit

    tell(_DONE[user_language()].format(path=permit(client_file)))
