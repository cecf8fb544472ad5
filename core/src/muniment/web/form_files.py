"""Files in plain forms, for browsers without scripts: received onto the disk of the storage, never into memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar, cast

from flask import Request, current_app
from werkzeug.formparser import FormDataParser

from muniment.errors import InvalidRequest, TooLarge
from muniment.web.current import state
from muniment.web.rest.receiving import drain, incoming
from muniment.web.security import MAX_BODY
from muniment.web.transfers import carries_bytes

if TYPE_CHECKING:
    from muniment.repository import Repository

View = TypeVar("View", bound=Callable[..., object])

#: From this size on (bytes) a file of a form that is not meant to carry any is kept on disk.
_IN_MEMORY: Final = 500_000
#: What may follow the boundary: the end of its line, padding, the hyphens of the last one, or nothing (a cut body).
_AFTER_BOUNDARY: Final = (b"\r", b"\n", b" ", b"\t", b"-", b"")


def takes_files(view: View) -> View:
    """Mark a view whose form brings files: it takes a place in the lane for bytes, and its body may be as large as all
    files of a record together."""
    view.__form_files__ = True  # type: ignore[attr-defined]
    return carries_bytes(view)


def brings_files(request: Request) -> bool:
    """Whether the request goes to a view that takes files by a form."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__form_files__", False)


def admit_files(request: Request, repository: Repository) -> None:
    """Set the limit of the body of such a request.

    Raises `TooLarge` for a body that is longer; it is read to its end, within bounds, so that the browser shows why.
    """
    limit = repository.config.files.max_bytes + MAX_BODY
    request.max_content_length = limit
    if request.content_length is not None and request.content_length > limit:
        drain(incoming())
        raise TooLarge("Together the files are larger than one record may be.")


class FormParser(FormDataParser):
    """Refuses a form whose parts cannot be found, before its whole body is read and called too large."""

    def _parse_multipart(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str]
    ) -> Any:
        mark = f"--{options.get('boundary', '')}".encode("latin-1", "replace")
        begun = _Begun(stream, len(mark) + 4)
        start = begun.first.lstrip(b"\r\n")
        if start and (not start.startswith(mark) or start[len(mark) : len(mark) + 1] not in _AFTER_BOUNDARY):
            raise InvalidRequest("The form does not begin with the boundary that its Content-Type names.")
        return super()._parse_multipart(cast(IO[bytes], begun), mimetype, content_length, options)


class _Begun:
    """A stream whose first bytes were looked at already."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        first = b""
        while len(first) < size and (more := stream.read(size - len(first))):
            first += more
        self.first = self._rest = first

    def read(self, size: int) -> bytes:
        rest, self._rest = self._rest, b""
        return rest or self._stream.read(size)


class FormRequest(Request):
    """A request whose form files are written to the disk that will keep them."""

    form_data_parser_class = FormParser

    def _get_file_stream(self, total_content_length: int | None, *_described: Any, **_more: Any) -> IO[bytes]:
        stream: Any
        if brings_files(self):
            staging = state().repository.files.staging
            staging.check_space(total_content_length or 0)
            stream = tempfile.TemporaryFile(dir=staging.path)  # noqa: SIM115 - closed with the form
        else:
            stream = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the form
        return cast(IO[bytes], stream)
