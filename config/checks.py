"""What no single value can tell: names that clash, people and columns that nobody knows.

Checks look at the plain document, so that they say what they can even where other parts are wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from config.document import RESERVED, WITH_THEIR_RULE
from config.examples import example_flaws
from config.layout import HEADERS
from config.positions import Path
from config.problems import Flaw
from config.times import Every
from rules.invalid import Invalid
from rules.options import Names, nearest
from rules.resolve import fold
from sync.fields import FIELDS


def each(data: Any, *pattern: str) -> Iterator[tuple[Path, Any]]:
    """Yield (path, value) of what stands at a pattern; `*` means every entry of a list or mapping.

    Nothing is yielded where the document does not have that shape.
    """
    if not pattern:
        yield (), data
        return
    first, *rest = pattern
    parts: list[tuple[str | int, Any]] = []
    if isinstance(data, list) and first == "*":
        parts = list(enumerate(data))
    elif isinstance(data, dict):
        parts = list(data.items()) if first == "*" else [(first, data.get(first))]
    for key, value in parts:
        for path, found in each(value, *rest):
            yield (key, *path), found


def words(data: Any, *pattern: str) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) of the texts at a pattern; of a list of texts, each by itself."""
    for path, value in each(data, *pattern):
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, list):
            yield from (
                ((*path, at), text) for at, text in enumerate(value) if isinstance(text, str)
            )


def columns_in(data: Any) -> Iterator[tuple[Path, Any]]:
    """Yield (path, value) of every column that the rules file names, of any table."""
    for table in ((), ("tables", "*"), ("others", "*")):
        yield from each(data, "spreadsheet", *table, "columns", "*")


def names_of(data: Any) -> Names:
    """Return the names that rule options may mention, as far as the document can be read."""
    custom = {str(path[-1]) for path, _ in columns_in(data)}
    return Names(
        stages=frozenset(text for _, text in words(data, "stages", "*", "name")),
        people=frozenset(text for _, text in words(data, "team", "*", "name")),
        fields=(frozenset(FIELDS) | custom | RESERVED | WITH_THEIR_RULE) - {"key"},
    )


def cross_checks(data: Any) -> list[Flaw]:
    """Return what is wrong between the parts of a document."""
    return [flaw for check in _CHECKS for flaw in check(data)]


def _stages(data: Any) -> Iterator[Flaw]:
    yield from _clashes(data, "stages", "stage", "阶段")


def _people(data: Any) -> Iterator[Flaw]:
    yield from _clashes(data, "team", "person", "人员")
    known = _spellings(data, "team")
    people = names_of(data).people
    for key in ("backup", "manager"):
        for path, name in words(data, "team", "*", key):
            if name not in people:
                guess = known.get(fold(name)) or nearest(name, people)
                error = Invalid(
                    "`{name}` is not in `team`", "`team` 中没有 `{name}`", guess=guess, name=name
                )
                yield Flaw(path, error)
            elif name == data["team"][path[1]].get("name"):
                yield Flaw(
                    path,
                    Invalid(
                        "`{name}` cannot stand in for themselves",
                        "`{name}` 不能由本人代替",
                        name=name,
                    ),
                )
    for path, word in words(data, "unassigned"):
        if fold(word) in known:
            yield Flaw(
                path,
                Invalid(
                    "`{word}` means nobody here and a person in `team`",
                    "`{word}` 在此表示无人负责，却又是 `team` 中的人员",
                    word=word,
                ),
            )


def _clashes(data: Any, part: str, en: str, zh: str) -> Iterator[Flaw]:
    """Two entries that share a name or alias: a cell with it could mean either."""
    owner: dict[str, int] = {}
    entries = data[part] if isinstance(data.get(part), list) else []
    for at, entry in enumerate(entries):
        for key in ("name", "aliases"):
            for path, text in words(entry, key):
                first = owner.setdefault(fold(text), at)
                if first != at:
                    error = Invalid(
                        f"`{{text}}` already means {en} {{first}} (`{{name}}`)",
                        f"`{{text}}` 已用于第 {{first}} 个{zh}「{{name}}」",
                        text=text,
                        first=first + 1,
                        name=entries[first].get("name"),
                    )
                    yield Flaw((part, at, *path), error)


def _spellings(data: Any, part: str) -> dict[str, str]:
    """Folded name or alias → the name it stands for."""
    return {
        fold(text): str(entry.get("name"))
        for _, entry in each(data, part, "*")
        if isinstance(entry, dict)
        for key in ("aliases", "name")
        for _, text in words(entry, key)
    }


def _outcomes(data: Any) -> Iterator[Flaw]:
    stages = _spellings(data, "stages")
    seen: dict[str, str] = {}
    for path, word in words(data, "outcomes", "*"):
        state = str(path[1])
        if fold(word) in stages:
            error = Invalid(
                "`{word}` is a stage as well (`{stage}`); keep it in one place",
                "`{word}` 同时是阶段（`{stage}`）；请只保留一处",
                word=word,
                stage=stages[fold(word)],
            )
            yield Flaw(path, error)
        elif seen.setdefault(fold(word), state) != state:
            error = Invalid(
                "`{word}` already means `{state}`",
                "`{word}` 已表示 `{state}`",
                word=word,
                state=seen[fold(word)],
            )
            yield Flaw(path, error)


def _columns(data: Any) -> Iterator[Flaw]:
    headers: dict[tuple[Path, str], str] = {}
    for path, value in columns_in(data):
        key = str(path[-1])
        given = value if isinstance(value, dict) else {"header": value}
        header = given.get("header")
        if key in RESERVED:
            error = Invalid(
                "`{key}` is a column of the product's own; see `owned`",
                "`{key}` 是本产品自有的列，见 `owned`",
                key=key,
            )
            yield Flaw(path, error, on_key=True)
        elif key not in FIELDS and given.get("kind") is None:
            error = Invalid(
                "unknown field `{key}`; a column of your own needs a `kind` such as `text`",
                "字段 `{key}` 不存在；自定义列请写明 `kind`",
                guess=nearest(key, tuple(FIELDS)),
                key=key,
            )
            yield Flaw(path, error, on_key=True)
        elif key in FIELDS and given.get("kind") is not None:
            error = Invalid(
                "the kind of `{key}` is known; leave `kind` out",
                "`{key}` 的类型已知，请去掉 `kind`",
                key=key,
            )
            yield Flaw((*path, "kind"), error)
        if not isinstance(header, str):
            continue
        first = headers.setdefault((path[:-1], header.strip()), key)
        if first != key:
            error = Invalid(
                "the column `{header}` is already `{first}`",
                "列 `{header}` 已用于 `{first}`",
                header=header.strip(),
                first=first,
            )
            yield Flaw(path, error)


def _source(data: Any) -> Iterator[Flaw]:
    for path, given in each(data, "spreadsheet"):
        if isinstance(given, dict):
            sources = [key for key in ("excel", "google") if given.get(key)]
            if len(sources) > 1:
                error = Invalid(
                    "give either `excel` or `google`, not both", "`excel` 和 `google` 只能填一个"
                )
                yield Flaw((*path, "google"), error, on_key=True)
            elif not sources and given.get("google") is None:  # a blank one is told by itself
                error = Invalid(
                    "give the workbook, such as `excel: opportunities.xlsx`",
                    "请填写表格文件，例如 `excel: 商机表.xlsx`",
                )
                yield Flaw(path, error, on_key=True)


def _tabs(data: Any) -> Iterator[Flaw]:
    places = (("sheet",), ("archive",), ("tables", "*", "sheet"))
    read = {text for place in places for _, text in words(data, "spreadsheet", *place)}
    for path, _ in words(data, "spreadsheet", "sheet"):
        if any(True for _ in each(data, "spreadsheet", "tables", "*")):
            error = Invalid(
                "give either `sheet` or `tables`, not both", "`sheet` 和 `tables` 只能填一个"
            )
            yield Flaw(path, error)
            break
    for path, name in words(data, "summary", "sheet"):
        separate = next(each(data, "summary", "excel"))[1]
        if name in read and separate is None:
            error = Invalid(
                "the tab `{name}` is read as the team's own; the summary needs another name",
                "`{name}` 是团队自己的工作表；汇总请另取名称",
                name=name,
            )
            yield Flaw(path, error)
    yield from _boards(data)
    summaries = {name for _, name in words(data, "summary", "sheet")}
    for path, name in words(data, "review", "sheet"):
        if name in read | summaries:
            error = Invalid(
                "there is another tab `{name}`; the review tab needs a name of its own",
                "`{name}` 已是另一工作表的名称；待复核页请另取名称",
                name=name,
            )
            yield Flaw(path, error)


def _boards(data: Any) -> Iterator[Flaw]:
    """People who shall have a board and are not in the team."""
    people = names_of(data).people
    for path, name in words(data, "summary", "owners"):
        if people and name not in people:
            guess = _spellings(data, "team").get(fold(name)) or nearest(name, people)
            error = Invalid(
                "`{name}` is not in `team`", "`team` 中没有 `{name}`", guess=guess, name=name
            )
            yield Flaw(path, error)


def _owned(data: Any) -> Iterator[Flaw]:
    """A header that another of our columns has, by default or by the file."""
    owned = {str(path[-1]): header for path, header in each(data, "owned", "*")}
    given = {key: header for key, header in owned.items() if key in HEADERS}
    chinese = data.get("language") != "en"
    seen = {word[chinese]: key for key, word in HEADERS.items() if given.get(key) is None}
    for key in given:
        for path, header in words(data, "owned", key):
            if seen.setdefault(header.strip(), key) != key:
                error = Invalid(
                    "the header `{header}` is already that of `{first}`",
                    "列名 `{header}` 已用于 `{first}`",
                    header=header.strip(),
                    first=seen[header.strip()],
                )
                yield Flaw(path, error)


def _jobs(data: Any) -> Iterator[Flaw]:
    seen: set[str] = set()
    for path, job in each(data, "jobs", "*"):
        if isinstance(job, dict):
            label = str(job.get("name") or _interval(job.get("every")))
            if label in seen:
                error = Invalid(
                    "there is another job `{label}`; give each a `name` of its own",
                    "任务 `{label}` 重复；请分别填写 `name`",
                    label=label,
                )
                yield Flaw(path, error)
            seen.add(label)


def _tests(data: Any) -> Iterator[Flaw]:
    yield from example_flaws(data, names_of(data))


def _interval(given: Any) -> object:
    """An interval in its one spelling, as far as it can be read."""
    try:
        return Every.parse(given)
    except Invalid:
        return given


_CHECKS: tuple[Callable[[Any], Iterator[Flaw]], ...] = (
    _stages, _outcomes, _people, _columns, _source, _tabs, _owned, _jobs, _tests,
)  # fmt: skip
