"""Starting a new record from the description of another."""

from __future__ import annotations

from typing import Any

from muniment.access.actor import Actor
from muniment.records.forms import FormOperations
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Record

#: What names one work only: its identifiers, and the number of one of its versions.
_OWN_TO_A_WORK = frozenset({"identifiers", "version"})


class DuplicationOperations(FormOperations):
    """Work that was described once need not be described again."""

    def duplicate(self, actor: Actor, number: str, *, draft: bool = False) -> RecordItem:
        """A draft of a new record, described as a published record (or, with `draft`, as a draft) that one may edit.

        Identifiers, files and the version stay behind, and the publication date is today in the site's time zone.
        """
        with self.database.read() as session:
            if draft:
                row: Draft | Record = self._draft(session, number, actor, "edit")[0]
            else:
                row = self._record(session, number, actor, "edit")[0]
            data = dict(row.data)
        return self.create(actor, self._described_alike(data))

    def _described_alike(self, data: dict[str, Any]) -> dict[str, Any]:
        metadata = {key: value for key, value in data.get("metadata", {}).items() if key not in _OWN_TO_A_WORK}
        today = self.repository.now().astimezone(self.repository.config.site.zone).date()
        return {
            "metadata": {**metadata, "publication_date": today.isoformat()},
            "custom_fields": data.get("custom_fields", {}),
            "access": data.get("access", {}),
            "files": {"enabled": data.get("files", {}).get("enabled", True)},
        }
