"""`dealkeeper login FILE`: let a person sign in to Google, or keep a key in the keyring."""

from __future__ import annotations

from pathlib import Path

import click

from jobs.cli.errors import user_language
from jobs.cli.screen import tell
from sync.say import Language

_DONE: dict[Language, str] = {
    "zh": "已保存在{place}，仅本人可读。请在规则文件中写 google: {{sign_in: {way}}}",
    "en": "Kept in {place}, for you only. Write google: {{sign_in: {way}}} into the rules file",
}
_DELETE: dict[Language, str] = {
    "zh": "现在可以删除 {file}",
    "en": "{file} may be deleted now",
}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keyring",
    is_flag=True,
    help="Keep the secret in the system's keyring (needs dealkeeper[keyring]), not in a file.",
)
def login(file: Path, *, keyring: bool) -> None:
    """Sign in to Google, or keep a key in the system's keyring.

    FILE is the JSON of an OAuth client of the kind "desktop app" from the Google Cloud console, to
    try Google Sheets out as a person: the browser opens, and asks for the permission to edit
    spreadsheets alone. With --keyring it may also be the key of a service account, which is what a
    service that runs by itself should use.
    """
    from sync.google.auth import permit

    language = user_language()
    way, kept = permit(file, keyring=keyring)
    place = kept.zh if language == "zh" else kept.en
    tell(_DONE[language].format(place=place, way=way))
    if way == "keyring":
        tell(_DELETE[language].format(file=file))
