"""`dealkeeper schema`: the JSON Schema of the rules file, for editors."""

from __future__ import annotations

import json
from pathlib import Path

import click

from config.schema import schema as json_schema


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def schema(file: Path | None) -> None:
    """Print the JSON Schema of the rules file, for editors.

    With FILE it is written there. Editors offer completion with it: put `# yaml-language-server:
    $schema=FILE` on the first line.
    """
    text = json.dumps(json_schema(), ensure_ascii=False, indent=2)
    if file is None:
        click.echo(text)
    else:
        file.write_text(text + "\n", encoding="utf-8")
