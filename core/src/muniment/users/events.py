"""Events about accounts; they name the subject only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.events.event import Event


@dataclass(frozen=True)
class UserEvent(Event):
    """Something happened to an account."""

    subject_id: int

    @property
    def key(self) -> str:
        return f"user:{self.subject_id}"


@dataclass(frozen=True)
class UserRegistered(UserEvent):
    """An account was made, by the person, an invitation or a command."""

    name: ClassVar[str] = "user.registered"


@dataclass(frozen=True)
class UserConfirmed(UserEvent):
    """The e-mail address of an account was confirmed for the first time."""

    name: ClassVar[str] = "user.confirmed"


@dataclass(frozen=True)
class UserWaiting(UserEvent):
    """Somebody confirmed an address of a domain whose accounts wait for approval: nobody can use it before that."""

    name: ClassVar[str] = "user.waiting"


@dataclass(frozen=True)
class UserBlocked(UserEvent):
    """A moderator blocked an account."""

    name: ClassVar[str] = "user.blocked"


@dataclass(frozen=True)
class UserRestored(UserEvent):
    """A moderator lifted the block of an account."""

    name: ClassVar[str] = "user.restored"


@dataclass(frozen=True)
class UserDeactivated(UserEvent):
    """An account was deactivated, by its owner or a moderator."""

    name: ClassVar[str] = "user.deactivated"


@dataclass(frozen=True)
class UserActivated(UserEvent):
    """A deactivated account was activated again."""

    name: ClassVar[str] = "user.activated"


@dataclass(frozen=True)
class ErasureCancelled(UserEvent):
    """Somebody signed in while their account waited to be deleted, so it stays."""

    name: ClassVar[str] = "user.erasure_cancelled"


@dataclass(frozen=True)
class LetterRequested(UserEvent):
    """A message is to be sent to the person; it is written, with a fresh link, when it is delivered.

    `requested` is the moment in ISO 8601: a message that could not be delivered for days is dropped.
    """

    name: ClassVar[str] = "letter.requested"
    letter: str = ""
    requested: str = ""

    @property
    def key(self) -> str:
        return f"letter:{self.subject_id}"
