"""Whose quota was set: they are told, and so is the owner of a record. What was asked for, `requests` tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from muniment.api import LogEntry, Notification, NotificationType, Repository
from muniment_quota.events import QuotaSet
from muniment_quota.models import PersonQuota, RecordQuota
from muniment_quota.sizes import shown_size

if TYPE_CHECKING:
    from muniment_quota.quotas import Quotas


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


def notification_types(quotas: Quotas) -> list[NotificationType]:
    def tell(repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        whose, of_record = int(entry.payload["whose"]), bool(entry.payload["of_record"])
        row = quotas.of_record(whose) if of_record else quotas.set_for(whose)
        if (row.total_bytes if row is not None else None) != entry.payload["size"]:
            return  # it is otherwise by now, and another event tells of that
        told = _of_record(repository, whose, row) if of_record else _of_person(whose, row)
        if told is not None:
            yield replace(told, cause=entry.payload["subject_id"])

    title, group = lazy_gettext("How much you, or a record of yours, may hold is changed"), lazy_gettext("Records")
    return [NotificationType("quota.set", title, group, (QuotaSet.name,), tell, order=40)]


def _of_person(subject: int, row: PersonQuota | RecordQuota | None) -> Notification:
    text = _("You may keep %(size)s in all now") if row else _("You may keep in all what the site allows again")
    return Notification(frozenset({subject}), text, "/account/settings/quota", _size(row))


def _of_record(repository: Repository, id: int, row: PersonQuota | RecordQuota | None) -> Notification | None:
    parent = repository.records.parents([id]).get(id)
    if parent is None or parent.owner is None:
        return None
    several = _("Each version of “%(title)s” may hold %(size)s now")
    text = several if row else _("Each version of “%(title)s” may hold what the site allows again")
    path = f"/uploads/{parent.number}" if parent.is_draft else f"/records/{parent.number}"
    return Notification(frozenset({parent.owner}), text, path, {"title": parent.title, **_size(row)})


def _size(row: PersonQuota | RecordQuota | None) -> dict[str, str]:
    return {"size": shown_size(row.total_bytes)} if row is not None else {}
