"""A request of the Sheets API, from its address to its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from tests.sheets_server import masks, spreadsheets, values
from tests.sheets_server.call import Call
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.discovery import (
    Method,
    check_answer,
    methods,
    read_body,
    read_parameters,
)
from tests.sheets_server.normal import sent

Json = dict[str, Any]

HANDLERS: Final[dict[str, Callable[[Call], Json]]] = {
    "sheets.spreadsheets.batchUpdate": spreadsheets.batch_update,
    "sheets.spreadsheets.create": spreadsheets.create,
    "sheets.spreadsheets.get": spreadsheets.get,
    "sheets.spreadsheets.getByDataFilter": spreadsheets.get_by_data_filter,
    "sheets.spreadsheets.developerMetadata.get": spreadsheets.metadata_get,
    "sheets.spreadsheets.developerMetadata.search": spreadsheets.metadata_search,
    "sheets.spreadsheets.sheets.copyTo": spreadsheets.copy_to,
    "sheets.spreadsheets.values.append": values.append,
    "sheets.spreadsheets.values.batchClear": values.batch_clear,
    "sheets.spreadsheets.values.batchClearByDataFilter": values.batch_clear_by_data_filter,
    "sheets.spreadsheets.values.batchGet": values.batch_get,
    "sheets.spreadsheets.values.batchGetByDataFilter": values.batch_get_by_data_filter,
    "sheets.spreadsheets.values.batchUpdate": values.batch_update,
    "sheets.spreadsheets.values.batchUpdateByDataFilter": values.batch_update_by_data_filter,
    "sheets.spreadsheets.values.clear": values.clear,
    "sheets.spreadsheets.values.get": values.get,
    "sheets.spreadsheets.values.update": values.update,
}


class Routed(NamedTuple):
    """A method and the parameters in its address."""

    method: Method
    path: dict[str, str]


def route(verb: str, path: str) -> Routed | None:
    """Which method an address (still percent-encoded) means."""
    for method in methods():
        found = method.route.fullmatch(path) if method.verb == verb else None
        if found:
            return Routed(method, {key: unquote(each) for key, each in found.groupdict().items()})
    return None


def answer(cloud: Cloud, routed: Routed, query: dict[str, list[str]], body: object) -> Json:
    """What a call answers.

    Args:
        cloud: everything there is.
        routed: which method, on what.
        query: raw parameters.
        body: the body's JSON, None where there is none.

    Raises:
        ApiError: the request cannot be done.
    """
    method, path = routed
    parameters = read_parameters(method, query)
    read = read_body(method.body, body, method.body_path) if method.body else {}
    call = Call(cloud, method, path, parameters, read)
    whole = sent(HANDLERS[method.id](call))
    check_answer(method.answer, whole)
    if not method.reads and "spreadsheetId" in path:
        call.file.modified = cloud.now()
    fields = parameters.get("fields")
    picked: Json = masks.pick(whole, masks.parse(fields)) if fields else whole
    return picked
