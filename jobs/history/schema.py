"""The history's tables, and how its database is opened.

Moments are naive local time as ISO text to the second; values are text too: money in whole cents,
dates as ISO. Facts are JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import NullPool

from sync.store import Busy, Unreachable

# Counts up with every change of the tables below.
VERSION = 1
# How long one run waits for another to finish writing, in seconds.
PATIENCE = 15

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
reasons = sa.Table(
    "reasons",
    metadata,
    # the first 8 bytes of the SHA-256 of code and facts: equal reasons are stored once
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("code", sa.String(80), nullable=False),
    sa.Column("facts", sa.Text, nullable=False),
)
patches = sa.Table(
    "patches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.ForeignKey("runs.id"), nullable=False, index=True),
    sa.Column("rule", sa.String(80), nullable=False),
    sa.Column("field", sa.String(80), nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("reason_id", sa.BigInteger, nullable=False),
)
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("run_id", sa.ForeignKey("runs.id"), nullable=False, index=True),
    sa.Column("key", sa.Text, nullable=False, index=True),
    sa.Column("field", sa.String(80), nullable=False),
    sa.Column("before", sa.Text),
    sa.Column("after", sa.Text),
    sa.Column("since", sa.String(19), nullable=False),
    sa.Column("until", sa.String(19), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),  # team or dealkeeper
)
# One row per whole-table state of which only the latest counts: snapshot, decided, reasons.
latest = sa.Table(
    "latest",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
memory = sa.Table(
    "memory",
    metadata,
    sa.Column("stanza", sa.String(200), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
# Runs that a restore took back, and the restore: what they left no longer counts.
undone = sa.Table(
    "undone",
    metadata,
    sa.Column("run_id", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("by", sa.ForeignKey("runs.id"), nullable=False),
)
# What was known before a run that wrote (`latest` by name, and `memory` as JSON), for as long as
# the backup that the run took may be put back.
kept = sa.Table(
    "kept",
    metadata,
    sa.Column("run_id", sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
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
    try:
        if make_url(url).get_backend_name() != "sqlite":
            return sa.create_engine(url, poolclass=NullPool)
        engine = sa.create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as error:
        raise Unreachable(
            f"`{url}` is not the address of a database for the history; expected one such as "
            f"`sqlite:///history.sqlite`: {error}",
            zh=f"`{url}` 不是可用的历史数据库地址；应类似 `sqlite:///history.sqlite`：{error}",
        ) from error

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
        if "locked" in str(error.orig):
            raise Busy(
                f"the history at {place} is in use by another run; try again later",
                zh=f"历史数据库 {place} 正被另一次运行占用，请稍后再试",
            ) from error
        raise Unreachable(
            f"the history at {place} cannot be used: {error.orig}",
            zh=f"历史数据库 {place} 无法使用：{error.orig}",
        ) from error


def prepare(engine: Engine) -> None:
    """Make the tables where there are none, and refuse tables of a version not known here.

    Raises:
        Unreachable: the tables were made by a newer release.
    """
    with work(engine) as connection:
        there = set(sa.inspect(connection).get_table_names())
        if not there >= set(metadata.tables):
            if engine.dialect.name == "sqlite":  # two first runs at once: the second one waits
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            metadata.create_all(connection)
        found = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "version"))
        if found is None:
            connection.execute(sa.insert(meta).values(name="version", value=str(VERSION)))
        elif int(found) > VERSION:
            place = engine.url.render_as_string(hide_password=True)
            raise Unreachable(
                f"the history at {place} was written by a newer Dealkeeper (format {found}, "
                f"this one knows {VERSION}); upgrade Dealkeeper",
                zh=f"历史数据库 {place} 由更新版本的 Dealkeeper 写入（格式 {found}，"
                f"当前版本支持 {VERSION}）；请升级 Dealkeeper",
            )
