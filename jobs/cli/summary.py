"""`dealkeeper summary --html FILE`: the summary as a file for mailing; nothing else is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from config.layout import SUMMARY
from jobs.cli.options import rules_option
from jobs.cli.screen import steps, tell
from jobs.cli.session import Session
from jobs.drawn import draw
from jobs.pipeline import decide
from sync.excel.files import create_file
from sync.excel.office import to_pdf, to_pictures
from sync.excel.view import render
from templates.html import page

if TYPE_CHECKING:
    from sync.view import SheetView

_WRITTEN = {"zh": "已生成 {file}", "en": "{file} written"}


class _Target(click.Path):
    """A file of one kind: another ending would be a spreadsheet typed by mistake."""

    def __init__(self, *endings: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self._endings = endings

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """Check the ending of the file's name."""
        path = Path(str(super().convert(str(value), param, ctx)))
        if path.suffix.lower() not in self._endings:
            expected = " or ".join(self._endings)
            self.fail(f"expected a name that ends in {expected}, got {str(path)!r}", param, ctx)
        return path


@click.command()
@click.option("--html", type=_Target(".html", ".htm"), help="A page for any browser or mail.")
@click.option("--pdf", type=_Target(".pdf"), help="A4 landscape; needs LibreOffice.")
@click.option("--png", type=_Target(".png"), help="A picture of each page, FILE, FILE-2, …; "
              "needs LibreOffice and Poppler.")  # fmt: skip
@rules_option
def summary(
    html: Path | None,
    pdf: Path | None,
    png: Path | None,
    rules_path: Path | None,
    now: dt.datetime | None,
) -> None:
    """Write the summary to files for mailing.

    The spreadsheet is only read.
    """
    if not (html or pdf or png):
        raise click.UsageError("name a file with --html, --pdf or --png")
    session = Session.open(rules_path, now)
    with session.reading() as store, steps(session.language) as step:
        prepared = decide(store, session.rules_file, session.history, session.now, step=step)
        rules_file = session.rules_file.in_zone(prepared.table.zone)
        step("summary")
        names = {tab.key: tab.name for tab in rules_file.layout.tabs}
        name = names.get("summary", SUMMARY[session.language])
        view = draw("summary", prepared, rules_file, name)
        files = _printed(view, pdf, png)
    if html:
        files[html] = page(view).encode()
    for path, content in files.items():
        create_file(path, content)
        tell(_WRITTEN[session.language].format(file=path))


def _printed(view: SheetView, pdf: Path | None, png: Path | None) -> dict[Path, bytes]:
    """Return what is made through LibreOffice: file → its content."""
    if not (pdf or png):
        return {}
    document = to_pdf(render(view, {}))
    files = {pdf: document} if pdf else {}
    if png:
        for number, picture in enumerate(to_pictures(document), 1):
            target = png if number == 1 else png.with_stem(f"{png.stem}-{number}")
            files[target] = picture
    return files
