"""What people are told of: plugins declare it, whether or not anything passes it on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from muniment.events.outbox import LogEntry
    from muniment.repository import Repository

ByMail = Literal["now", "daily", "never"]


@dataclass(frozen=True)
class Notification:
    """What some people are to be told.

    `text` is an English sentence with places for `values`, like ``%(person)s wants %(title)s``; it is looked up in the
    catalogues when it is read, in the language of the reader, so the plugin marks it for translators. `words` are
    values that are looked up too, and may have places for `values` themselves. `path` is the page of the site that it
    leads to. `cause` is the subject who did it: nobody is told of what they did themselves.
    """

    to: frozenset[int]
    text: str
    path: str
    values: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    cause: int | None = None


@dataclass(frozen=True)
class NotificationType:
    """A kind of notifications, which people can choose to get or not.

    `id` is stored, like ``requests.comment``; `title` says when it comes and `group` is the heading it stands under,
    both lazily translated. `tell` gets each event named in `events`, after its transaction and maybe more than once; it
    reads the present state and says who is to be told what. `mail` is what holds until somebody chooses.
    """

    id: str
    title: str
    group: str
    events: tuple[str, ...]
    tell: Callable[[Repository, LogEntry], Iterable[Notification]]
    mail: ByMail = "now"
    order: int = 100

    def __post_init__(self) -> None:
        if isinstance(self.events, str) or not self.events:
            raise ValueError(f"notifications '{self.id}': events must be a tuple of names, like ('record.published',)")
