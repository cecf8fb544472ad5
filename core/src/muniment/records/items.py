"""What the record service answers: a record or a draft as JSON bytes, with what callers need beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import orjson

from muniment.errors import Problem, group_by_field


@dataclass(frozen=True)
class RecordItem:
    """A record or draft as one reader may see it.

    `body` is the JSON that is sent, links absolute; `etag` changes whenever it does, but for the `errors` of a save.
    `problems` are what is wrong with a draft, as found when it was saved; while a part of that save could not be
    stored, `as_sent` is the document as it came.
    """

    id: str
    parent_id: str
    revision: int
    etag: str
    body: bytes
    is_draft: bool = False
    problems: tuple[Problem, ...] = field(default=())
    as_sent: Mapping[str, Any] | None = None

    @cached_property
    def data(self) -> dict[str, Any]:
        """The JSON as a dictionary."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The problems in the REST API's shape: `[{"field", "messages"}]`."""
        return group_by_field(self.problems)


#: A draft is answered in the same form.
DraftItem = RecordItem


@dataclass(frozen=True)
class OpenDrafts:
    """What is being worked on of a published record: whether there is an edit of it, and the id of the draft of the
    next version ("" when there is none)."""

    edit: bool
    version: str
