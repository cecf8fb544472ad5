"""Events: frozen dataclasses with JSON fields that say what changed, by ids and never by objects."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Base of all events. `name` is stored and never reused; `key` names the thing whose order matters.

    Deliveries of events with the same key to one handler happen one at a time and in order.
    """

    name: ClassVar[str] = ""

    @property
    def key(self) -> str:
        return self.name

    def payload(self) -> dict[str, Any]:
        """The fields by name, as they are: they become JSON at once, and copying them takes longer than that."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True)
class RecordEvent(Event):
    """Something happened to one version of a record; `record_id` is its number, `parent_id` its parent's."""

    record_id: int
    parent_id: int

    @property
    def key(self) -> str:
        return f"record:{self.record_id}"


@dataclass(frozen=True)
class DraftSaved(RecordEvent):
    """A draft was created or changed."""

    name: ClassVar[str] = "draft.saved"

    @property
    def key(self) -> str:
        return f"draft:{self.record_id}"


@dataclass(frozen=True)
class DraftDeleted(RecordEvent):
    """A draft was discarded, or ended by being published."""

    name: ClassVar[str] = "draft.deleted"

    @property
    def key(self) -> str:
        return f"draft:{self.record_id}"


@dataclass(frozen=True)
class RecordPublished(RecordEvent):
    """A version was published; `first` tells a new version from a new edition of a published one."""

    name: ClassVar[str] = "record.published"
    first: bool = True
    subject_id: int | None = None


@dataclass(frozen=True)
class RecordChanged(RecordEvent):
    """Something about a published record other than its edition changed (it ceased to be the latest version)."""

    name: ClassVar[str] = "record.changed"


@dataclass(frozen=True)
class RecordDeleted(RecordEvent):
    """A record was deleted; its tombstone stays. `asked_by` asked for it and is told so by whoever decided."""

    name: ClassVar[str] = "record.deleted"
    subject_id: int | None = None
    asked_by: int | None = None


@dataclass(frozen=True)
class RecordRestored(RecordEvent):
    """A deleted record was brought back."""

    name: ClassVar[str] = "record.restored"
    subject_id: int | None = None


@dataclass(frozen=True)
class PluginsChanged(Event):
    """The set of enabled plugins, or a setting that needs a new generation, changed."""

    name: ClassVar[str] = "plugins.changed"
    plugin: str = ""
    change: str = ""
