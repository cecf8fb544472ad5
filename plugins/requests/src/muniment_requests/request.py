"""A request and the lines of its conversation, as services hand them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from muniment_requests.models import Entry, RequestRow
from muniment_requests.parties import Party

CREATED, SUBMITTED = "created", "submitted"
#: The state that each action leads to.
OUTCOMES: Final = {
    "submit": SUBMITTED,
    "accept": "accepted",
    "decline": "declined",
    "cancel": "cancelled",
    "expire": "expired",
}

CREATOR, RECEIVER, REVIEWER = "creator", "receiver", "reviewer"

COMMENT, LOG, REVIEWERS = "C", "L", "R"


@dataclass(frozen=True)
class Request:
    """A request as it is stored. `parts` are those of the actor who reads: creator, receiver, reviewer.

    `title` is in English where `title_text` is set, the text of a plugin with places for `title_values`;
    `wording.title_of` makes what people read.
    """

    number: int
    id: str
    type: str
    title: str
    description: str
    status: str
    creator: Party
    receiver: Party
    topic: Party | None
    reviewers: tuple[Party, ...]
    payload: Mapping[str, Any]
    locked: bool
    expires: datetime | None
    closed: datetime | None
    created: datetime
    updated: datetime
    active: datetime
    revision: int
    last_entry: int
    parts: frozenset[str] = frozenset()
    unread: bool = False
    title_text: str = ""
    title_values: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.status == SUBMITTED

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everybody and everything that it names."""
        return (self.creator, self.receiver, *self.reviewers, *((self.topic,) if self.topic else ()))

    @classmethod
    def of(cls, row: RequestRow, parts: frozenset[str] = frozenset(), *, unread: bool = False) -> Request:
        words = row.title_words or {}
        return cls(
            number=row.number,
            id=row.id,
            type=row.type,
            title=row.title,
            description=row.description,
            status=row.status,
            creator=Party.of(row.creator),
            receiver=Party.of(row.receiver),
            topic=Party.of(row.topic) if row.topic else None,
            reviewers=tuple(map(Party.of, row.reviewers)),
            payload=row.payload,
            locked=row.locked,
            expires=row.expires,
            closed=row.closed,
            created=row.created,
            updated=row.updated,
            active=row.active,
            revision=row.revision,
            last_entry=row.last_entry,
            parts=parts,
            unread=unread,
            title_text=words.get("text", ""),
            title_values=words.get("values", {}),
        )


@dataclass(frozen=True)
class Line:
    """A line of a conversation: a comment with its `content` (HTML), or what was done, told by `payload`."""

    number: int
    id: str
    parent: int | None
    kind: str
    author: Party
    content: str
    payload: Mapping[str, Any]
    removed: bool
    created: datetime
    updated: datetime
    revision: int

    @property
    def is_edited(self) -> bool:
        return self.revision > 1 and not self.removed

    @classmethod
    def of(cls, row: Entry) -> Line:
        return cls(
            number=row.number,
            id=row.id,
            parent=row.parent,
            kind=row.kind,
            author=Party.of(row.author),
            content=row.content,
            payload=row.payload,
            removed=row.removed,
            created=row.created,
            updated=row.updated,
            revision=row.revision,
        )
