"""The little of Drive v3 (and one upload of v2) that spreadsheet clients need."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from tests.sheets_server import masks, writing
from tests.sheets_server.book import new_sheet
from tests.sheets_server.cloud import Cloud, File, permission
from tests.sheets_server.errors import ApiError
from tests.sheets_server.render import Style, table

Json = dict[str, Any]
SPREADSHEET: Final = "application/vnd.google-apps.spreadsheet"
_KIND: Final = "drive#file"
_CONDITION: Final = re.compile(
    r"""(?P<key>mimeType|name|trashed)\s*(?P<op>=|!=|contains)\s*(?P<value>"[^"]*"|'[^']*'|true|false)
    |parents\s+in\s+(?P<q1>["'])(?P<parent>.*?)(?P=q1)|(?P<q2>["'])(?P<inside>.*?)(?P=q2)\s+in\s+parents""",
    re.VERBOSE,
)
_SEPARATORS: Final = {"text/csv": ",", "text/tab-separated-values": "\t"}


class Request(NamedTuple):
    """A request to Drive: what the address names, the query, and the body."""

    cloud: Cloud
    path: dict[str, str]
    query: dict[str, str]
    body: Any

    @property
    def json(self) -> Json:
        """The body as an object."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def file(self) -> File:
        """The file that is meant.

        Raises:
            ApiError: there is none, or it is not shared.
        """
        found = self.cloud.files.get(self.path["file"])
        if found is None or found.book.access == "none":
            name = self.path["file"]
            raise ApiError(f"File not found: {name}.", 404, reason="notFound")
        return found


Answer = Json | str | None


def described(file: File) -> Json:
    """A file with all that can be asked for."""
    return {
        "kind": _KIND,
        "id": file.book.id,
        "name": file.book.properties["title"],
        "mimeType": SPREADSHEET,
        "parents": file.parents,
        "createdTime": _time(file.created),
        "modifiedTime": _time(file.modified),
        "permissions": file.permissions,
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.book.id}/edit",
        "trashed": False,
    }


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def _picked(request: Request, whole: Json, usual: str) -> Json:
    found: Json = masks.pick(whole, masks.parse(request.query.get("fields", usual)))
    return found


def list_files(request: Request) -> Json:
    """files.list: by name, type and folder, the newest first, in pages."""
    found = sorted(request.cloud.files.values(), key=lambda one: one.modified, reverse=True)
    found = [one for one in found if one.book.access != "none"]
    for condition in _CONDITION.finditer(request.query.get("q", "")):
        found = [one for one in found if _meets(one, condition)]
    size, start = int(request.query.get("pageSize", 100)), int(request.query.get("pageToken") or 0)
    page: Json = {"kind": "drive#fileList", "incompleteSearch": False}
    if start + size < len(found):
        page["nextPageToken"] = str(start + size)
    page["files"] = [described(one) for one in found[start : start + size]]
    return _picked(
        request, page, "kind,incompleteSearch,nextPageToken,files(kind,id,name,mimeType)"
    )


def _meets(file: File, condition: re.Match[str]) -> bool:
    folder = condition["parent"] or condition["inside"]
    if folder is not None:
        return folder in file.parents
    wanted = condition["value"].strip("\"'")
    have = str(described(file)[condition["key"]])
    if condition["op"] == "contains":
        return wanted.lower() in have.lower()
    return (have.lower() == wanted.lower()) == (condition["op"] == "=")


def create(request: Request) -> Json:
    """files.create: an empty spreadsheet."""
    if request.json.get("mimeType") != SPREADSHEET:
        raise ApiError("Only spreadsheets can be created here.", reason="badRequest")
    file = request.cloud.create(request.json.get("name", "Untitled"))
    file.parents = request.json.get("parents", [])
    return _picked(request, described(file), "kind,id,name,mimeType")


def get(request: Request) -> Json:
    """files.get: what is known of a file."""
    return _picked(request, described(request.file), "kind,id,name,mimeType")


def update(request: Request) -> Json:
    """files.update: its name and its folders."""
    file = request.file
    if request.json.get("name"):
        file.book.properties["title"] = request.json["name"]
    gone = request.query.get("removeParents", "").split(",")
    added = [one for one in request.query.get("addParents", "").split(",") if one]
    file.parents = [one for one in file.parents if one not in gone] + added
    file.modified = request.cloud.now()
    return _picked(request, described(file), "kind,id,name,mimeType")


def delete(request: Request) -> None:
    """files.delete: gone for good."""
    request.cloud.delete(request.file.book.id)


def copy(request: Request) -> Json:
    """files.copy: the spreadsheet under a new id, owned by the caller."""
    source = request.file
    book = source.book.copy()
    book.id = request.cloud.new_file_id()
    book.properties["title"] = request.json.get("name") or f"Copy of {book.properties['title']}"
    file = request.cloud.adopt(book)
    file.parents = request.json.get("parents", list(source.parents))
    return _picked(request, described(file), "kind,id,name,mimeType")


def export(request: Request) -> str:
    """files.export: the first tab as comma- or tab-separated text."""
    mime = request.query.get("mimeType", "")
    if mime not in _SEPARATORS:
        raise ApiError("The requested conversion is not supported.", 400, reason="badRequest")
    book = request.file.book
    sheet = book.sheets[0]
    rows = table(request.cloud.look(book), sheet, sheet.grid.all(), Style())
    width = max(map(len, rows), default=0)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=_SEPARATORS[mime], lineterminator="\r\n")
    writer.writerows([*row, *[""] * (width - len(row))] for row in rows)
    return text.getvalue().removesuffix("\r\n")


def upload(request: Request) -> Json:
    """Drive v2's files.update with a CSV file: one tab, with what the file holds."""
    file = request.file
    rows = list(csv.reader(io.StringIO(request.body if isinstance(request.body, str) else "")))
    width = max(map(len, rows), default=0)
    sheet = new_sheet(0, file.book.sheets[0].title, max(len(rows), 1), max(width, 1))
    file.book.sheets[:] = [sheet]
    writing.write(file.book, sheet, sheet.grid.all(), list(rows), "USER_ENTERED")
    file.modified = request.cloud.now()
    return {"kind": "drive#file", "id": file.book.id, "title": file.book.properties["title"]}


def list_permissions(request: Request) -> Json:
    """permissions.list."""
    whole = {"kind": "drive#permissionList", "permissions": request.file.permissions}
    return _picked(request, whole, "kind,permissions(kind,id,type,role)")


def create_permission(request: Request) -> Json:
    """permissions.create: shared with somebody, some domain, or anyone."""
    asked = request.json
    kind, role = asked.get("type", ""), asked.get("role", "")
    if kind not in ("user", "group", "domain", "anyone"):
        raise ApiError("The specified permission type is invalid.", reason="invalid")
    if role not in ("owner", "organizer", "fileOrganizer", "writer", "commenter", "reader"):
        raise ApiError("The specified role is invalid.", reason="invalid")
    address = asked.get("emailAddress") or asked.get("domain") or ""
    if kind != "anyone" and not address:
        raise ApiError("The permission type field is required.", reason="required")
    made = permission(request.cloud, kind, role, address)
    request.file.permissions.append(made)
    return _picked(request, made, "kind,id,type,role")


def _permission(request: Request) -> Json:
    for one in request.file.permissions:
        if one["id"] == request.path["permission"]:
            return one
    name = request.path["permission"]
    raise ApiError(f"Permission not found: {name}.", 404, reason="notFound")


def update_permission(request: Request) -> Json:
    """permissions.update: another role; an owner's hands over ownership."""
    one = _permission(request)
    for key in ("role", "pendingOwner"):
        if key in request.json:
            one[key] = request.json[key]
    return _picked(request, one, "kind,id,type,role")


def delete_permission(request: Request) -> None:
    """permissions.delete: shared no more."""
    request.file.permissions.remove(_permission(request))


def list_comments(request: Request) -> Json:
    """comments.list."""
    if "fields" not in request.query:
        raise ApiError("The 'fields' parameter is required for this method.", reason="required")
    whole = {"kind": "drive#commentList", "comments": request.file.comments}
    return _picked(request, whole, "comments")


def create_comment(request: Request) -> Json:
    """comments.create."""
    if not request.json.get("content"):
        raise ApiError("The comment's content is required.", reason="required")
    made = {"kind": "drive#comment", "id": request.cloud.new_file_id()[:11]}
    made |= {key: request.json[key] for key in ("content", "anchor") if key in request.json}
    request.file.comments.append(made)
    return _picked(request, made, "id")


_FILES: Final = "/drive/v3/files"
_ONE: Final = _FILES + r"/(?P<file>[^/]+)"
Handler = Callable[[Request], Answer]
_ROUTES: Final[tuple[tuple[str, re.Pattern[str], str, Handler], ...]] = tuple(
    (verb, re.compile(path), name, handler)
    for verb, path, name, handler in (
        ("GET", _FILES, "drive.files.list", list_files),
        ("POST", _FILES, "drive.files.create", create),
        ("GET", _ONE, "drive.files.get", get),
        ("PATCH", _ONE, "drive.files.update", update),
        ("DELETE", _ONE, "drive.files.delete", delete),
        ("POST", _ONE + "/copy", "drive.files.copy", copy),
        ("GET", _ONE + "/export", "drive.files.export", export),
        ("GET", _ONE + "/permissions", "drive.permissions.list", list_permissions),
        ("POST", _ONE + "/permissions", "drive.permissions.create", create_permission),
        (
            "PATCH",
            _ONE + "/permissions/(?P<permission>[^/]+)",
            "drive.permissions.update",
            update_permission,
        ),
        (
            "DELETE",
            _ONE + "/permissions/(?P<permission>[^/]+)",
            "drive.permissions.delete",
            delete_permission,
        ),
        ("GET", _ONE + "/comments", "drive.comments.list", list_comments),
        ("POST", _ONE + "/comments", "drive.comments.create", create_comment),
        ("PUT", r"/upload/drive/v2/files/(?P<file>[^/]+)", "drive.upload", upload),
    )
)


class Routed(NamedTuple):
    """A method of Drive: its id, its handler and the parameters in the address."""

    id: str
    handler: Handler
    path: dict[str, str]


def route(verb: str, path: str) -> Routed | None:
    """Which method an address (still percent-encoded) means."""
    for wanted, pattern, name, handler in _ROUTES:
        found = pattern.fullmatch(path) if wanted == verb else None
        if found:
            named = {key: unquote(each) for key, each in found.groupdict().items()}
            return Routed(name, handler, named)
    return None


def answer(cloud: Cloud, routed: Routed, query: dict[str, list[str]], body: object) -> Answer:
    """What a call answers: JSON, text, or nothing.

    Raises:
        ApiError: the request cannot be done.
    """
    flat = {key: each[-1] for key, each in query.items()}
    return routed.handler(Request(cloud, routed.path, flat, body))
