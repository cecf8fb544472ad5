"""How people want to hear of each type of notifications."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import delete, select

from muniment.api import Actor, NotificationType, Problem, Repository, UnitOfWork, ValidationFailed
from muniment_notifications.models import Choice

MAIL: Final = ("now", "daily", "never")
SWITCH: Final = ("on", "off")
#: The values of each channel.
CHANNELS: Final[Mapping[str, tuple[str, ...]]] = {"mail": MAIL, "site": SWITCH, "webhook": SWITCH}


@dataclass(frozen=True)
class Wish:
    """How one person wants to hear of one type."""

    mail: str
    site: bool = True
    webhook: bool = True

    @property
    def document(self) -> dict[str, Any]:
        return {"mail": self.mail, "site": self.site, "webhook": self.webhook}


class Choices:
    """What people chose, and the types there are to choose from, in one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @cached_property
    def types(self) -> dict[str, NotificationType]:
        found: list[NotificationType] = self.repository.hooks.register_notification_types()
        return {one.id: one for one in sorted(found, key=lambda one: one.order)}

    def of(self, subjects: Iterable[int], types: Iterable[str] | None = None) -> dict[int, dict[str, Wish]]:
        """The wishes of people by subject and type: one question for all."""
        wanted, asked = set(subjects), [id for id in (types or self.types) if id in self.types]
        chosen = select(Choice.subject, Choice.type, Choice.channel, Choice.value).where(
            Choice.subject.in_(wanted), Choice.type.in_(asked)
        )
        with self.database.read() as session:
            stored = {(row.subject, row.type, row.channel): row.value for row in session.execute(chosen)}
        return {
            subject: {
                id: Wish(
                    mail=stored.get((subject, id, "mail"), self.types[id].mail),
                    site=stored.get((subject, id, "site"), "on") == "on",
                    webhook=stored.get((subject, id, "webhook"), "on") == "on",
                )
                for id in asked
            }
            for subject in wanted
        }

    def change(self, actor: Actor, subject: int, wishes: Mapping[str, Mapping[str, str]]) -> None:
        """Set what is given, by type and channel; raises `ValidationFailed`, and changes nothing then."""
        problems = [
            Problem(f"{id}.{channel}", f"Not a valid choice; use one of {', '.join(CHANNELS.get(channel, ()))}.")
            for id, given in wishes.items()
            for channel, value in given.items()
            if value not in CHANNELS.get(channel, ())
        ]
        problems += [Problem(id, "There are no such notifications.") for id in wishes if id not in self.types]
        if problems:
            raise ValidationFailed(errors=problems)
        with self.database.write() as unit:
            self._write(unit, subject, wishes)
            unit.audit("notifications.chosen", f"user:{subject}", actor)

    def stop_mail(self, subject: int, types: Iterable[str]) -> None:
        """No more mail of these types to a person, or of all types without any; for links in messages."""
        wanted = [id for id in types if id in self.types] or list(self.types)
        with self.database.write() as unit:
            self._write(unit, subject, {id: {"mail": "never"} for id in wanted})

    def _write(self, unit: UnitOfWork, subject: int, wishes: Mapping[str, Mapping[str, str]]) -> None:
        for id, given in wishes.items():
            for channel, value in given.items():
                same = (Choice.subject == subject, Choice.type == id, Choice.channel == channel)
                unit.session.execute(delete(Choice).where(*same))
                unit.session.add(Choice(subject=subject, type=id, channel=channel, value=value))
        unit.session.flush()
