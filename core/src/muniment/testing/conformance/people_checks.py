"""People: what the plugin keeps about somebody is declared, in the copy of their data, and gone with their account."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from sqlalchemy import Table, func, select

from muniment.plugins.installed import InstalledPlugin
from muniment.repository import Repository
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.conformance.table_checks import own_tables
from muniment.testing.documents import document
from muniment.testing.rows import row_of

#: Stands in every text of the rows that are made for somebody.
_MARK = "conformance-mark"


class PeopleChecks(Checks):
    """The declarations from which the privacy notice is made, and that they are true."""

    def test_it_says_what_it_holds_about_people(self, bench: Bench, installed: InstalledPlugin) -> None:
        categories = bench.contributions("privacy_categories")
        if installed.manifest.personal_data:
            assert categories, "declare categories, or say personal_data = false with a reason"
        else:
            assert not categories, "the manifest says that it holds nothing about people"
            assert installed.manifest.personal_data_reason

    def test_what_it_holds_about_somebody_is_exported_and_erased(
        self, repository: Repository, installed: InstalledPlugin
    ) -> None:
        """A row for somebody in each table that has a column about people."""
        tables = [table for table in own_tables(installed) if _columns_about(table)]
        if not tables:
            return
        enabled = self.enabled_on(repository)
        bench = Bench(repository, self.plugin)
        subject = bench.owner.subject
        draft = enabled.records.create(bench.owner.actor, document("Theirs"))
        enabled.records.publish(bench.owner.actor, draft.id)
        with enabled.database.write() as unit:
            for table in tables:
                about = dict.fromkeys(_columns_about(table), subject)
                unit.session.execute(table.insert().values(**{**row_of(unit.session, table, _MARK), **about}))
        archive = io.BytesIO()
        enabled.data_exports.write(subject, archive)
        exported = _everything(archive)
        missing = [table.name for table in tables if f'"{table.name}"' not in exported]
        assert missing == [], "rows of these tables are not in the copy that people get of their data"
        enabled.erasure.erase(subject)
        left = [
            f"{table.name}.{column}"
            for table in tables
            for column in _columns_about(table)
            if _count(enabled, table, column, subject)
        ]
        assert left == [], "rows about somebody are left after their account was erased"


def _columns_about(table: Table) -> list[str]:
    """Columns that refer to a person, or are declared to hold a subject."""
    people = {"users", "subjects"}
    return [
        column.name
        for column in table.columns
        if any(key.target_fullname.partition(".")[0] in people for key in column.foreign_keys)
    ]


def _everything(archive: io.BytesIO) -> str:
    with zipfile.ZipFile(archive) as found:
        names = [name for name in found.namelist() if name not in ("README.txt", "privacy-notice.json")]
        return "\n".join(found.read(name).decode("utf-8") for name in names)


def _count(repository: Repository, table: Table, column: str, subject: int) -> int:
    with repository.database.read() as session:
        found: Any = session.execute(select(func.count()).select_from(table).where(table.c[column] == subject)).scalar()
        return int(found)
