"""Errors in the form in which Google's APIs give them."""

from __future__ import annotations

from typing import Any

STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    408: "DEADLINE_EXCEEDED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """An answer other than 2xx.

    Args:
        message: Google's sentence.
        code: the HTTP status.
        violations: (field, description) pairs of a malformed request.
        headers: further headers of the answer, such as Retry-After.
        reason: Drive's word for it; an error of Drive lists it under ``errors``.
    """

    def __init__(
        self,
        message: str,
        code: int = 400,
        *,
        violations: tuple[tuple[str, str], ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.violations = violations
        self.headers = headers
        self.reason = reason

    def body(self) -> dict[str, Any]:
        """The JSON body: ``{"error": {...}}``."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.reason:
            error["errors"] = [{"message": self.message, "domain": "global", "reason": self.reason}]
        else:
            error["status"] = STATUS[self.code]
        if self.violations:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": [
                        {"field": field, "description": text} if field else {"description": text}
                        for field, text in self.violations
                    ],
                }
            ]
        return {"error": error}


def not_found() -> ApiError:
    """What Sheets says of a spreadsheet it does not know."""
    return ApiError("Requested entity was not found.", 404)


def forbidden() -> ApiError:
    """What Sheets says of a spreadsheet that is not shared with the caller."""
    return ApiError("The caller does not have permission", 403)
