"""Who is told of what is shared with them: of new versions, and on the site of what a message tells too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext
from sqlalchemy import or_, select

from muniment.api import LogEntry, Notification, NotificationType, ParentHandle, Repository
from muniment_sharing.events import SharingLetter
from muniment_sharing.models import Grant, Offer


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


_PUBLISHED: Final = "record.published"
_ANSWERS: Final = {
    "accepted": _("“%(title)s” has a new owner: your offer was accepted"),
    "declined": _("“%(title)s” stays yours: your offer was declined"),
}


def notification_types() -> list[NotificationType]:
    """Those with `mail` never are mailed by `letters` in any case, with what the giver wrote."""
    group, letter = lazy_gettext("Records"), (SharingLetter.name,)
    return [
        NotificationType(
            "sharing.version",
            lazy_gettext("A version of a record is published that was shared with you, or of yours by somebody else"),
            group,
            (_PUBLISHED,),
            _new_version,
            order=31,
        ),
        NotificationType(
            "sharing.granted",
            lazy_gettext("A record is shared with you (you get a message in any case)"),
            group,
            letter,
            _granted,
            mail="never",
            order=32,
        ),
        NotificationType(
            "sharing.answered",
            lazy_gettext("Somebody answers your offer of a record (you get a message in any case)"),
            group,
            letter,
            _answered,
            mail="never",
            order=33,
        ),
    ]


def _new_version(repository: Repository, entry: LogEntry) -> Iterable[Notification]:
    """Those who were given access themselves; a role of the site may be thousands."""
    parent = _parent(repository, int(entry.payload["parent_id"]))
    if not entry.payload["first"] or parent is None:
        return
    today = repository.now().astimezone(repository.config.site.zone).date()
    given = select(Grant.subject_id).where(
        Grant.parent_id == parent.id,
        Grant.subject_id.is_not(None),
        or_(Grant.expires.is_(None), Grant.expires >= today),
    )
    with repository.database.read() as session:
        people = set(session.execute(given).scalars())
    cause = entry.payload["subject_id"]
    number = repository.records.numbers.format(int(entry.payload["record_id"]))
    yield Notification(
        to=frozenset(one for one in (*people, parent.owner) if one is not None),
        text=_("A version of “%(title)s” was published"),
        values={"title": parent.title},
        path=f"/records/{number}",
        cause=cause,
    )


def _granted(repository: Repository, entry: LogEntry) -> Iterable[Notification]:
    if entry.payload["letter"] != "granted" or (row := _row(repository, Grant, int(entry.payload["row"]))) is None:
        return
    parent = _parent(repository, row.parent_id)
    if parent is None or row.subject_id is None:
        return
    person = repository.users.names([row.granted_by], addresses=False).get(row.granted_by or 0, "")
    yield Notification(
        to=frozenset({row.subject_id}),
        text=_("%(person)s shares “%(title)s” with you") if person else _("“%(title)s” is shared with you"),
        values={"title": parent.title, **({"person": person} if person else {})},
        path=f"/records/{parent.number}{'?preview=1' if parent.is_draft else ''}",
        cause=row.granted_by,
    )


def _answered(repository: Repository, entry: LogEntry) -> Iterable[Notification]:
    letter, giver = entry.payload["letter"], entry.payload.get("subject")
    if letter not in _ANSWERS or giver is None or (row := _row(repository, Offer, entry.payload["row"])) is None:
        return
    parent = _parent(repository, row.parent_id)
    if parent is not None:
        yield Notification(
            to=frozenset({int(giver)}),
            text=_ANSWERS[letter],
            values={"title": parent.title},
            path=f"/records/{parent.number}{'?preview=1' if parent.is_draft else ''}",
            cause=entry.payload.get("other"),
        )


def _row(repository: Repository, model: type[Any], key: Any) -> Any:
    with repository.database.read() as session:
        return session.get(model, key)


def _parent(repository: Repository, parent_id: int) -> ParentHandle | None:
    return repository.records.parents([parent_id]).get(parent_id)
