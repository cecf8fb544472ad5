"""Migrations of the core: they make what the models say, on both databases, all at once or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, inspect, select, text

from muniment.database import require_current
from muniment.db.engine import Database
from muniment.db.migrate import downgrade, upgrade
from muniment.db.revisions import CORE, Branch, MigrationFailed, status, table_names
from muniment.errors import ConfigurationError
from muniment.events.event import PluginsChanged
from muniment.models import Base
from muniment.plugins.models import Counter
from muniment.testing.schema import describe_schema, differences

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{name}"
down_revision = {before!r}

def upgrade():
    {up}

def downgrade():
    {down}
"""


@pytest.fixture
def branch(tmp_path: Path) -> Callable[..., Branch]:
    """Writes the migrations of a plugin: pairs of what goes up and what goes down."""

    def make(*steps: tuple[str, str], plugin: str = "probe") -> Branch:
        folder = tmp_path / plugin / "versions"
        folder.mkdir(parents=True, exist_ok=True)
        before = None
        for number, (up, down) in enumerate(steps, 1):
            name = f"{plugin.replace('-', '_')}_{number}"
            body = REVISION.format(name=name, before=before, up=up, down=down)
            (folder / f"{name}.py").write_text(body, encoding="utf-8")
            before = name
        return Branch(plugin, folder)

    return make


def table(name: str) -> tuple[str, str]:
    up = f"op.create_table({name!r}, sa.Column('id', sa.Integer(), primary_key=True))"
    return up, f"op.drop_table({name!r})"


# The core -------------------------------------------------------------------------------------------------------------


def test_the_migrations_make_what_the_models_say(empty_database: Database) -> None:
    upgrade(empty_database, CORE)
    assert table_names(empty_database) == {*Base.metadata.tables, "alembic_version"}
    assert differences(empty_database, Base.metadata) == []


def test_down_leaves_nothing_and_up_again_makes_the_same(empty_database: Database) -> None:
    assert upgrade(empty_database, CORE)
    first = describe_schema(empty_database)
    assert downgrade(empty_database, CORE)
    assert table_names(empty_database) <= {"alembic_version"}
    assert upgrade(empty_database, CORE)
    assert describe_schema(empty_database) == first


def test_status_tells_where_the_tables_stand_and_makes_nothing(empty_database: Database) -> None:
    before = status(empty_database, CORE)
    assert (before.name, before.current, before.is_current) == ("core", None, False)
    assert table_names(empty_database) == set()
    upgrade(empty_database, CORE)
    after = status(empty_database, CORE)
    assert after.current == after.head == before.head
    assert after.is_current


def test_what_is_up_to_date_is_left_alone(database: Database) -> None:
    assert not upgrade(database, CORE)


def test_every_constraint_has_a_name_that_a_migration_can_use(database: Database) -> None:
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        for name in Base.metadata.tables:
            keys: list[Any] = [*inspector.get_foreign_keys(name), *inspector.get_unique_constraints(name)]
            keys += inspector.get_check_constraints(name)
            if not (database.is_sqlite and Base.metadata.tables[name].dialect_options["sqlite"]["autoincrement"]):
                keys.append(inspector.get_pk_constraint(name))
            assert [key for key in keys if not key["name"]] == [], name


def test_the_core_refers_to_no_table_of_a_plugin() -> None:
    for name, found in Base.metadata.tables.items():
        for key in found.foreign_keys:
            assert key.column.table.name in Base.metadata.tables, f"{name}.{key.parent.name}"


def test_an_empty_database_is_refused_with_what_to_do(empty_database: Database) -> None:
    with pytest.raises(ConfigurationError, match=r"database is empty\. Run 'muniment db upgrade'"):
        require_current(empty_database)


def test_tables_of_another_version_are_refused_with_what_to_do(database: Database) -> None:
    require_current(database)
    with database.write() as unit:
        unit.session.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    with pytest.raises(ConfigurationError, match=r"at revision another, this version needs .*muniment upgrade"):
        require_current(database)


# Plugins --------------------------------------------------------------------------------------------------------------


def test_each_plugin_has_a_version_table_of_its_own(database: Database, branch: Callable[..., Branch]) -> None:
    one = branch(table("one_things"), plugin="one")
    two = branch(table("long_name_things"), plugin="long-name")
    upgrade(database, one)
    upgrade(database, two)
    assert {"alembic_version_one", "alembic_version_long_name"} <= table_names(database)
    assert status(database, one).current == "one_1"
    assert status(database, two).current == "long_name_1"


def test_a_plugin_whose_package_is_gone_harms_nobody(
    database: Database, branch: Callable[..., Branch], tmp_path: Path
) -> None:
    gone, other = branch(table("gone_things"), plugin="gone"), branch(table("other_things"), plugin="other")
    upgrade(database, gone)
    for file in gone.versions.iterdir():
        file.unlink()
    assert upgrade(database, other)
    assert not upgrade(database, CORE)
    assert status(database, CORE).is_current
    assert "gone_things" in table_names(database)


def test_purging_takes_a_plugins_tables_and_nothing_else(database: Database, branch: Callable[..., Branch]) -> None:
    kept = table_names(database)
    probe = branch(table("probe_one"), table("probe_two"))
    upgrade(database, probe)
    downgrade(database, probe)
    assert table_names(database) - {probe.version_table} == kept


def test_migrations_go_on_where_they_stopped(database: Database, branch: Callable[..., Branch]) -> None:
    upgrade(database, branch(table("probe_one")))
    longer = branch(table("probe_one"), table("probe_two"))
    assert not status(database, longer).is_current
    assert upgrade(database, longer)
    assert {"probe_one", "probe_two"} <= table_names(database)


# All or nothing -------------------------------------------------------------------------------------------------------


def test_a_migration_that_fails_leaves_everything_as_it_was(database: Database, branch: Callable[..., Branch]) -> None:
    failing = branch(
        table("probe_one"), ("op.execute('UPDATE counters SET value = -1'); raise ValueError('no')", "pass")
    )
    with pytest.raises(
        MigrationFailed, match=r"probe failed and was rolled back; nothing was changed\. ValueError: no"
    ):
        upgrade(database, failing)
    assert "probe_one" not in table_names(database)
    assert status(database, failing).current is None
    with database.read() as session:
        assert -1 not in session.execute(select(Counter.value)).scalars().all()
    with database.write() as unit:
        unit.session.add(Counter(name="still", value=1))


def test_migrations_from_two_sides_run_once(
    database_url: str, open_database: Callable[..., Database], branch: Callable[..., Branch]
) -> None:
    probe = branch(table("probe_one"), table("probe_two"))
    meeting, outcomes = threading.Barrier(2), []

    def work() -> None:
        database = open_database(database_url)
        meeting.wait(10)
        outcomes.append(upgrade(database, probe))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]


def test_rows_that_would_refer_to_nothing_stop_a_migration(database: Database, branch: Callable[..., Branch]) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL checks each statement")
    create = (
        "op.create_table('probe_one', sa.Column('id', sa.Integer(), primary_key=True), "
        "sa.Column('counter', sa.String(40), sa.ForeignKey('counters.name', name='fk_probe_one_counter_counters')))"
    )
    upgrade(database, branch((create, "pass")))
    orphan = branch((create, "pass"), ("op.execute(\"INSERT INTO probe_one VALUES (1, 'nowhere')\")", "pass"))
    with pytest.raises(MigrationFailed, match="probe would leave rows in probe_one that refer to nothing"):
        upgrade(database, orphan)
    assert status(database, orphan).current == "probe_1"
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM probe_one")).scalar() == 0


def test_a_table_cannot_cease_to_count_on_by_being_copied(database: Database, branch: Callable[..., Branch]) -> None:
    if not database.is_sqlite:
        pytest.skip("about SQLite")
    change = "\n    ".join(
        (
            "with op.batch_alter_table('events', recreate='always') as batch:",
            "    batch.add_column(sa.Column('added', sa.Integer()))",
        )
    )
    with pytest.raises(MigrationFailed, match=r"numbers of deleted rows in events come again.*sqlite_autoincrement"):
        upgrade(database, branch((change, "pass")))
    assert status(database, branch((change, "pass"))).current is None


def test_numbers_of_deleted_rows_do_not_come_again_after_a_table_was_copied(
    database: Database, branch: Callable[..., Branch]
) -> None:
    assert database.outbox is not None
    with database.write() as unit:
        last = database.outbox.write(unit, [PluginsChanged()])
        unit.session.execute(text("DELETE FROM events"))
    keep = "recreate='always', table_kwargs={'sqlite_autoincrement': True}" if database.is_sqlite else ""
    change = f"with op.batch_alter_table('events', {keep}) as batch: batch.add_column(sa.Column('added', sa.Integer()))"
    upgrade(database, branch((change, "pass")))
    with database.write() as unit:
        assert database.outbox.write(unit, [PluginsChanged()]) == last + 1


@pytest.mark.parametrize("fails", [True, False])
def test_foreign_keys_hold_again_after_a_migration(
    database_url: str, open_database: Callable[..., Database], branch: Callable[..., Branch], fails: bool
) -> None:
    database = open_database(database_url, pool_size=1)
    if not database.is_sqlite:
        pytest.skip("about SQLite")
    probe = branch(("raise ValueError('no')", "pass") if fails else table("probe_one"))
    try:
        upgrade(database, probe)
    except MigrationFailed:
        assert fails
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_rows_are_checked_only_when_something_has_changed(
    database_url: str, open_database: Callable[..., Database], branch: Callable[..., Branch]
) -> None:
    database = open_database(database_url)
    if not database.is_sqlite:
        pytest.skip("about SQLite")
    statements: list[str] = []
    event.listen(database.bare, "before_cursor_execute", lambda _c, _u, statement, *_: statements.append(statement))
    probe = branch(table("probe_one"))
    assert upgrade(database, probe)
    assert any("foreign_key_check" in statement for statement in statements)
    statements.clear()
    assert not upgrade(database, probe)
    assert statements
    assert not any("foreign_key_check" in statement for statement in statements)
