"""What happens to communities, for whoever follows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class CommunityEvent(Event):
    """Something happened to a community, by its id. `subject_id` did it; None for the system."""

    community: str
    subject_id: int | None = None

    @property
    def key(self) -> str:
        return f"community:{self.community}"


@dataclass(frozen=True)
class CommunityChanged(CommunityEvent):
    """What a community says about itself was changed; `shown` when it is something that its records show."""

    name: ClassVar[str] = "communities.changed"
    shown: bool = False


@dataclass(frozen=True)
class CommunityDeleted(CommunityEvent):
    """A community was deleted; its tombstone stays, and its records are without it."""

    name: ClassVar[str] = "communities.deleted"


@dataclass(frozen=True)
class RecordsLinked(CommunityEvent):
    """A record was put into a community (`added`) or taken out of it; `parent_id` is the number of its parent."""

    name: ClassVar[str] = "communities.records"
    parent_id: int = 0
    added: bool = True


@dataclass(frozen=True)
class CommunityLetter(CommunityEvent):
    """Somebody was invited by their address and is to be told; `invitation` names the row, `requested` the moment."""

    name: ClassVar[str] = "communities.letter"
    invitation: str = ""
    requested: str = ""


@dataclass(frozen=True)
class MemberChanged(CommunityEvent):
    """Somebody else changed the membership of the person `member`: `change` is ``role``, ``removed`` or ``owner``, who
    owns the community since its last owner has left; `role` is the one that they have now."""

    name: ClassVar[str] = "communities.member"
    change: str = ""
    member: int = 0
    role: str = ""


@dataclass(frozen=True)
class InvitationEnded(CommunityEvent):
    """An invitation by letter was accepted, declined or ran out; `invitation` names the row."""

    name: ClassVar[str] = "communities.invitation"
    invitation: str = ""
