"""Errors that a caller can act on: each carries the HTTP status, a message and the fields concerned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one field, in words for the person who can change it.

    `field` is a dotted path into the JSON that was sent (``metadata.creators.0.person_or_org.family_name``).
    `severity` is ``error`` (blocks publishing) or ``warning``.
    """

    field: str
    message: str
    code: str = "invalid"
    severity: str = "error"


class MunimentError(Exception):
    """Base of every error that services raise on purpose.

    Messages are plain English. An error that pages say in the reader's language has a `reason`, a code for its kind,
    and the `values` that the message names.
    """

    status: ClassVar[int] = 500
    default_message: ClassVar[str] = "The server could not complete the request."

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: Iterable[Problem] = (),
        headers: Mapping[str, str] | None = None,
        reason: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.reason = reason
        self.values = dict(values or {})
        super().__init__(self.message)

    def to_dict(self) -> dict[str, Any]:
        """The body that the REST API sends (InvenioRDM's shape: errors grouped by field)."""
        body: dict[str, Any] = {"status": self.status, "message": self.message}
        if self.errors:
            body["errors"] = group_by_field(self.errors)
        return body

    def __str__(self) -> str:
        if not self.errors:
            return self.message
        details = "; ".join(f"{problem.field}: {problem.message}" for problem in self.errors)
        return f"{self.message} {details}"


def group_by_field(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """`[{"field", "messages": [...]}]` in order of first appearance, as InvenioRDM answers."""
    grouped: dict[str, list[str]] = {}
    for problem in problems:
        grouped.setdefault(problem.field, []).append(problem.message)
    return [{"field": field, "messages": messages} for field, messages in grouped.items()]


class InvalidRequest(MunimentError):
    status = 400
    default_message = "The request could not be understood."


class ValidationFailed(MunimentError):
    status = 400
    default_message = "A validation error occurred."


class AuthenticationFailed(MunimentError):
    status = 401
    default_message = "The server could not verify that you are authorized to access the URL requested."


class PermissionDenied(MunimentError):
    status = 403
    default_message = "Permission denied."


class NotFound(MunimentError):
    status = 404
    default_message = "The persistent identifier does not exist."


class NotAcceptable(MunimentError):
    status = 406
    default_message = "Invalid 'Accept' header."


class Conflict(MunimentError):
    status = 409
    default_message = "The request conflicts with the present state; load it again and repeat."


class Gone(MunimentError):
    """A deleted record; `tombstone` is what may be shown of it."""

    status = 410
    default_message = "Record deleted"

    def __init__(self, tombstone: Mapping[str, Any], message: str | None = None, record_id: str = "") -> None:
        super().__init__(message)
        self.tombstone = dict(tombstone)
        self.record_id = record_id

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "tombstone": self.tombstone}


class LengthRequired(MunimentError):
    status = 411
    default_message = "Send the header Content-Length."


class RevisionMismatch(MunimentError):
    status = 412
    default_message = "Revision id provided doesn't match the record's one."


class TooLarge(MunimentError):
    status = 413
    default_message = "The request is larger than this server accepts."


class UnsupportedMediaType(MunimentError):
    status = 415
    default_message = "Invalid 'Content-Type' header."


class Locked(MunimentError):
    status = 423
    default_message = "The resource is in use by another request."


class TooManyRequests(MunimentError):
    """A limit was reached; `retry_after` in seconds tells when to come again."""

    status = 429
    default_message = "Too many requests; please wait."

    def __init__(self, message: str | None = None, *, retry_after: int = 60) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})
        self.retry_after = retry_after


class Busy(MunimentError):
    """The server cannot take the request now (a lock, a lane that is full); nothing was changed."""

    status = 503
    default_message = "The server is busy; please repeat the request in a moment."

    def __init__(self, message: str | None = None, *, retry_after: int = 2) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})
        self.retry_after = retry_after


class StorageFull(MunimentError):
    status = 507
    default_message = "The storage of this repository is full; nothing was written."


class ConfigurationError(MunimentError):
    """Something is wrong with the instance's configuration; the message says where and what to do."""

    default_message = "The configuration of this instance is not valid."


class ParentRedirect(Exception):
    """The id belongs to a parent (all versions of a record); `latest_id` is its newest published version."""

    def __init__(self, latest_id: str) -> None:
        super().__init__(latest_id)
        self.latest_id = latest_id
