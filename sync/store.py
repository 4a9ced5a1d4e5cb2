"""What every spreadsheet store can do, and how it says that it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from sync.say import Language, Reason

if TYPE_CHECKING:  # errors are told without pandas
    from sync.plan import Plan
    from sync.table import Table

CHANGED = Reason(
    "store.changed", "the cell no longer holds what was read", "单元格内容与读取时不同"
)
FORMULA = Reason("store.formula", "a formula stands in the cell", "单元格中是公式")
MERGED = Reason("store.merged", "the cell is part of merged cells", "单元格属于合并单元格")
ARRAY = Reason(
    "store.array",
    "the cell belongs to an array formula, or holds a picture or a data type",
    "单元格属于数组公式，或含有图片、数据类型",
)
HEADER = Reason(
    "store.header", "the cell is a table's header or total", "单元格是表格的标题或汇总行"
)
UNWRITABLE = Reason(
    "store.unwritable", "the spreadsheet cannot hold this value", "表格无法保存这个值"
)
REASONS = (CHANGED, FORMULA, MERGED, ARRAY, HEADER, UNWRITABLE)


class StoreError(Exception):
    """A sentence for people: where, what was expected, what to do.

    Attributes:
        zh: the same sentence in Chinese, "" where only the English one was given.
        about: the file that it begins with, "" where the sentence itself says where.
    """

    def __init__(self, message: str, *, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh
        self.about = ""

    def __str__(self) -> str:
        return f"{self.about}: {super().__str__()}" if self.about else super().__str__()

    def say(self, language: Language) -> str:
        """Return the sentence in the reader's language."""
        if language == "en" or not self.zh:
            return str(self)
        return f"{self.about}：{self.zh}" if self.about else self.zh


class Refused(StoreError):
    """Writing (or reading) would not be safe; nothing was touched."""


class Busy(StoreError):
    """Somebody else has the spreadsheet open, or it changes all the time."""


class Unreachable(StoreError):
    """The spreadsheet is missing, unreadable, protected by a password, or cannot be written."""


class Stale(StoreError):
    """The spreadsheet changed between reading and writing; the pipeline runs again."""


class Mismatch(StoreError):
    """The sheet does not have what the rules file names.

    Attributes:
        path: the place in the rules file, such as `("spreadsheet", "columns", "amount")`.
    """

    def __init__(self, message: str, path: tuple[str | int, ...] = (), *, zh: str = "") -> None:
        super().__init__(message, zh=zh)
        self.path = path


@contextmanager
def about(name: str) -> Iterator[None]:
    """Begin the sentences of errors with the file that they are about, where they do not name it.

    Args:
        name: of the file, as people know it.
    """
    try:
        yield
    except StoreError as error:
        if name not in str(error):
            error.about = name
        raise


@dataclass(frozen=True, slots=True)
class Refusal:
    """A cell that was not written: key, column (by its key), and the code of one of `REASONS`."""

    key: str
    column: str
    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What `apply` did.

    Attributes:
        written: number of cells written.
        refused: cells left as they were, and why.
        version: of the content after writing.
        tabs: names of the generated tabs that were written.
        files: names of the files beside the spreadsheet that were written.
        failed: why others of these could not be; the next run tries again.
    """

    written: int
    version: str
    refused: tuple[Refusal, ...] = field(default_factory=tuple)
    tabs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    failed: tuple[StoreError, ...] = ()


@runtime_checkable
class Store(Protocol):
    """A spreadsheet. As a context manager it holds the run's lock on it.

    `read` raises Unreachable, Mismatch or Refused; `apply` raises Stale, Busy, Refused or
    Unreachable, and then nothing was written.
    """

    def __enter__(self) -> Self:
        """Take the lock."""
        ...

    def __exit__(self, *exc: object) -> None:
        """Give the lock back."""
        ...

    def read(self) -> Table:
        """Read the table."""
        ...

    def apply(self, plan: Plan) -> Receipt:
        """Write the plan, comparing each cell with its `before` at the place of its key."""
        ...
