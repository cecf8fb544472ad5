"""How much there is of a part of all records: counted by the database, whoever may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from muniment.files.models import File
from muniment.records.access_changes import AccessOperations
from muniment.records.models import Record


@dataclass(frozen=True)
class Tally:
    """Published records (works), their versions, the files of all versions and their bytes."""

    records: int
    versions: int
    files: int
    bytes: int


class TallyOperations(AccessOperations):
    """Sums over records."""

    def tally(self, parents: Select[Any]) -> Tally:
        """Count what is published of these parents; two statements. `parents` selects their numbers, so that there can
        be many."""
        published = (Record.parent_id.in_(parents), Record.deletion_status == "P")
        works = select(func.count(Record.parent_id.distinct()), func.count()).where(*published)
        files = (
            select(func.count(), func.coalesce(func.sum(File.size), 0))
            .select_from(Record)
            .join(File, File.record_id == Record.id)
            .where(*published, File.bucket == "files")
        )
        with self.database.read() as session:
            records, versions = session.execute(works).one()
            count, size = session.execute(files).one()
        return Tally(int(records), int(versions), int(count), int(size or 0))
