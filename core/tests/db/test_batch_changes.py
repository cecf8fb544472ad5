"""A migration that rebuilds a core table loses no row of any table, of the core or of plugins that refer to it.

On SQLite a changed table is copied, dropped and renamed; with foreign keys on, the drop would cascade.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import MetaData, Table, func, select, text

from muniment.access.actor import SYSTEM
from muniment.db.engine import Database
from muniment.db.migrate import upgrade
from muniment.db.revisions import Branch
from muniment.models import Base
from muniment.plugins.discovery import discover
from muniment.plugins.state import branch_of
from muniment.plugins.tables import REFERABLE
from muniment.repository import Repository
from muniment.testing.fakes import FakePlugins
from muniment.testing.rows import row_of

REFERRING = """
import sqlalchemy as sa
from alembic import op

revision = "probe_1"
down_revision = None

def upgrade():
    for table, kind in {tables!r}.items():
        key = {{"BigInteger": sa.BigInteger(), "Uuid": sa.Uuid()}}[kind]
        op.create_table(
            "probe_" + table,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("ref", key, sa.ForeignKey(table + ".id", ondelete="CASCADE", name="fk_probe_" + table)),
        )

def downgrade():
    pass
"""

CHANGE = """
import sqlalchemy as sa
from alembic import op

revision = "change_{table}"
down_revision = {before!r}

def upgrade():
    recreate = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table({table!r}, recreate=recreate, table_kwargs={options!r}) as batch:
        batch.add_column(sa.Column("added_by_a_test", sa.Integer()))

def downgrade():
    pass
"""


def changes(folder: Path, *tables: str) -> Branch:
    """Revisions that rebuild one table each, as they would be written for it."""
    before = None
    for table in tables:
        counts_on = Base.metadata.tables[table].dialect_options["sqlite"]["autoincrement"]
        options = {"sqlite_autoincrement": True} if counts_on else {}
        text = CHANGE.format(table=table, options=options, before=before)
        (folder / f"change_{table}.py").write_text(text, encoding="utf-8")
        before = f"change_{table}"
    return Branch("change", folder)


@pytest.fixture
def filled(repository: Repository, fake_plugin: FakePlugins) -> Repository:
    """A repository in which every table of the core and of every installed plugin holds a row at least."""
    fake_plugin(
        "probe",
        migrations={"one.py": REFERRING.format(tables={name: kind.__name__ for name, kind in REFERABLE.items()})},
    )
    for name, plugin in discover().plugins.items():
        if not plugin.manifest.builtin and branch_of(plugin) is not None:
            repository.plugins.enable(name, SYSTEM, with_required=True)
    metadata = MetaData()
    with repository.database.engine.connect() as connection:
        metadata.reflect(connection)
    fill(repository.database, [*Base.metadata.sorted_tables, *_of_plugins(metadata)])
    return repository


def _of_plugins(metadata: MetaData) -> Iterator[Table]:
    for table in metadata.sorted_tables:
        if table.name not in Base.metadata.tables and not table.name.startswith("alembic_version"):
            yield table


def fill(database: Database, tables: list[Table]) -> None:
    with database.write() as unit:
        for table in tables:
            if unit.session.execute(select(func.count()).select_from(table)).scalar():
                continue
            unit.session.execute(table.insert().values(**row_of(unit.session, table)))


def counts(database: Database) -> dict[str, int]:
    metadata = MetaData()
    with database.engine.connect() as connection:
        metadata.reflect(connection)
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
            if not table.name.startswith("alembic_version")
        }


def test_every_core_table_can_be_rebuilt_while_every_table_of_a_plugin_holds_rows(
    filled: Repository, tmp_path: Path
) -> None:
    before = counts(filled.database)
    assert all(before.values()), [name for name, count in before.items() if not count]
    assert {f"probe_{name}" for name in REFERABLE} <= before.keys()
    assert "datacite_registrations" in before
    upgrade(filled.database, changes(tmp_path, *Base.metadata.tables))
    assert counts(filled.database) == before
    with filled.database.read() as session:
        for table in Base.metadata.tables:
            assert session.execute(text(f'SELECT added_by_a_test FROM "{table}"')).first() == (None,)


def test_references_still_work_after_a_rebuild(filled: Repository, tmp_path: Path) -> None:
    upgrade(filled.database, changes(tmp_path, "records"))
    with filled.database.write() as unit:
        unit.session.execute(text("DELETE FROM records"))
    with filled.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM probe_records")).scalar() == 0
        assert session.execute(text("SELECT count(*) FROM probe_drafts")).scalar() == 1


@pytest.mark.parametrize("referred", sorted(REFERABLE))
def test_a_deleted_core_row_takes_rows_of_a_plugin_along_that_is_not_even_installed(
    filled: Repository, fake_plugin: FakePlugins, referred: str, open_repository: Callable[..., Repository]
) -> None:
    filled.plugins.disable("probe", SYSTEM)
    fake_plugin.remove(discover().plugins["probe"])
    with filled.database.write() as unit:
        assert unit.session.execute(text(f"SELECT ref FROM probe_{referred}")).scalar_one() is not None
        for table in reversed(Base.metadata.sorted_tables):  # what keeps others from going goes first
            unit.session.execute(table.delete())
            if table.name == referred:
                break
    with filled.database.read() as session:
        assert session.execute(text(f"SELECT count(*) FROM probe_{referred}")).scalar() == 0
