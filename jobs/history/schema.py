"""The history's tables, and how its database is opened.

Moments are naive local time as ISO text to the second. What may grow large is packed: whole-table
states column by column, long tables segment by segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from sync.store import Busy, Unreachable

# Counts up with every change of the tables below; each change has a step in `UPGRADES`.
VERSION = 1
# version → what makes tables of the next version out of them, in the transaction that it is given.
UPGRADES: Mapping[int, Callable[[Connection], None]] = {}
# How long one run waits for another to finish writing, in seconds.
PATIENCE = 15
_EXAMPLES = "sqlite:///history.sqlite` or `postgresql+psycopg://user@host/deals"

metadata = sa.MetaData()

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("now", sa.String(19), nullable=False),
    sa.Column("recorded", sa.String(25), nullable=False),  # by the clock, UTC
    sa.Column("version_before", sa.String(80), nullable=False),
    sa.Column("version_after", sa.String(80), nullable=False),
    sa.Column("rules_hash", sa.String(80), nullable=False),
    sa.Column("counts", sa.Text, nullable=False),
)
# What happened, and the cells that runs wrote, as packed frames: see `jobs.history.log`.
segments = sa.Table(
    "segments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("log", sa.String(20), nullable=False),  # events or patches
    sa.Column("strand", sa.String(80), nullable=False),  # what is read together
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
sa.Index("segments_by_strand", segments.c.log, segments.c.strand)
# The parts of whole-table states, each stored once: see `jobs.history.states`.
pieces = sa.Table(
    "pieces",
    metadata,
    sa.Column("digest", sa.String(32), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)


def _state_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("state", sa.String(200), primary_key=True),
        sa.Column("part", sa.String(200), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("digest", sa.ForeignKey("pieces.digest"), nullable=False),
    )


# The states of which only the latest counts: snapshot, decided, reasons, memory, kept frames.
latest = sa.Table("latest", metadata, *_state_columns())
# Runs that a restore took back, and the restore: what they left no longer counts.
undone = sa.Table(
    "undone",
    metadata,
    sa.Column("run_id", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("by", sa.ForeignKey("runs.id"), nullable=False),
)
# The states as they were before a run that wrote, for as long as the backup that the run took may
# be put back.
kept = sa.Table(
    "kept",
    metadata,
    sa.Column("run_id", sa.ForeignKey("runs.id"), primary_key=True),
    *_state_columns(),
)
jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("last_success", sa.String(19), nullable=False),
)


def open_engine(url: str) -> Engine:
    """Open a database, not yet connected; every piece of work gets a connection of its own.

    Args:
        url: an SQLAlchemy URL, such as `sqlite:////home/me/history.sqlite`.

    Raises:
        Unreachable: the URL names no database that can be reached from here.
    """
    # no sentence repeats the address as it was given: it may hold a password
    try:
        address = make_url(url)
        waiting = {"sqlite": "timeout", "postgresql": "connect_timeout"}
        patience = waiting.get(address.get_backend_name())
        engine = sa.create_engine(
            address,
            poolclass=NullPool,
            connect_args={patience: PATIENCE} if patience else {},
        )
    except ImportError as error:
        raise Unreachable(
            f"a history at {address.drivername} needs `{error.name}`, which is not installed; "
            "for PostgreSQL install the extra `postgresql`",
            zh=f"{address.drivername} 历史数据库需要 `{error.name}`，目前没有安装；"
            "PostgreSQL 请安装附加组件 `postgresql`",
        ) from error
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
        raise Unreachable(
            "`state` is not the address of a database for the history; expected one such as "
            f"`{_EXAMPLES}`",
            zh=f"`state` 不是可用的历史数据库地址；应类似 `{_EXAMPLES}`",
        ) from error
    if engine.dialect.name != "sqlite":
        return engine

    @event.listens_for(engine, "connect")
    def _prepare(connection: sa.PoolProxiedConnection, _record: object) -> None:
        cursor = connection.cursor()
        # readers never wait for the writer, and a crash loses nothing that was committed
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return engine


@contextmanager
def work(engine: Engine) -> Iterator[Connection]:
    """Give a connection in a transaction: committed at the end, rolled back by any error.

    Raises:
        Busy: another run kept the database to itself for too long.
        Unreachable: the database cannot be opened, read or written, or is damaged.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except sa.exc.DBAPIError as error:
        place = engine.url.render_as_string(hide_password=True)
        said = " ".join(str(error.orig).split())
        if "locked" in said:
            raise Busy(
                f"the history at {place} is in use by another run; try again later",
                zh=f"历史数据库 {place} 正被另一次运行占用，请稍后再试",
            ) from error
        raise Unreachable(
            f"the history at {place} cannot be used: {said}",
            zh=f"历史数据库 {place} 无法使用：{said}",
        ) from error


def prepare(engine: Engine, spreadsheet: str) -> None:
    """Make the tables where there are none, bring older ones up to date, and refuse strange ones.

    Args:
        engine: of the database.
        spreadsheet: the `id` of the rules file; two spreadsheets never share a history.

    Raises:
        Unreachable: the tables are another spreadsheet's, or were made by a newer release.
    """
    said = {"version": str(VERSION), "spreadsheet": spreadsheet}
    with work(engine) as connection:
        found = _meta(connection)
        if said.items() <= found.items():
            return
        if engine.dialect.name == "sqlite":  # two first runs at once: the second one waits
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            found = _meta(connection)
        place = engine.url.render_as_string(hide_password=True)
        owner = found.get("spreadsheet", spreadsheet)
        if owner != spreadsheet:
            raise Unreachable(
                f"the history at {place} belongs to the spreadsheet `{owner}`; `{spreadsheet}` "
                "needs a database of its own",
                zh=f"历史数据库 {place} 属于表格 `{owner}`；`{spreadsheet}` 需要自己的数据库",
            )
        version = int(found.get("version", VERSION))
        if version > VERSION:
            raise Unreachable(
                f"the history at {place} was written by a newer Dealkeeper (format {version}, "
                f"this one knows {VERSION}); upgrade Dealkeeper",
                zh=f"历史数据库 {place} 由更新版本的 Dealkeeper 写入（格式 {version}，"
                f"当前版本支持 {VERSION}）；请升级 Dealkeeper",
            )
        if not found:
            metadata.create_all(connection)
        for step in range(version, VERSION):
            UPGRADES[step](connection)
        connection.execute(sa.delete(meta).where(meta.c.name.in_(said)))
        rows = [{"name": name, "value": value} for name, value in said.items()]
        connection.execute(sa.insert(meta), rows)


def _meta(connection: Connection) -> dict[str, str]:
    """What the tables say of themselves, nothing where there are none."""
    if not sa.inspect(connection).has_table(meta.name):
        return {}
    return {row.name: row.value for row in connection.execute(sa.select(meta))}
