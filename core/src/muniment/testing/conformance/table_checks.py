"""Tables: made by migrations that go both ways, and tied to the core in the database only."""

from __future__ import annotations

from sqlalchemy import MetaData, Table
from sqlalchemy.orm import DeclarativeBase

from muniment import models
from muniment.db.base import Base
from muniment.db.migrate import downgrade, upgrade
from muniment.db.revisions import status
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.state import branch_of
from muniment.plugins.tables import REFERABLE
from muniment.privacy.structure import check_columns
from muniment.repository import Repository
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks
from muniment.testing.schema import describe_schema, differences


class TableChecks(Checks):
    """The plugin's own tables, and that it has no part in those of the core."""

    def test_migrations_make_what_the_models_say(self, bench: Bench, installed: InstalledPlugin) -> None:
        metadata = metadata_of(installed)
        assert (branch_of(installed) is None) == (metadata is None), "tables need models and migrations both"
        if metadata is not None:
            assert differences(bench.enabled.database, metadata, installed.manifest.table_prefix) == []

    def test_migrations_go_down_to_nothing_and_up_again(
        self, repository: Repository, installed: InstalledPlugin
    ) -> None:
        database, prefix = repository.database, installed.manifest.table_prefix
        self.enabled_on(repository)
        branch = branch_of(installed)
        if branch is None:
            assert describe_schema(database, prefix) == {}
            return
        first = describe_schema(database)
        downgrade(database, branch)
        assert describe_schema(database, prefix) == {}, "the way down leaves tables"
        upgrade(database, branch)
        assert describe_schema(database) == first, "down and up again is not what it was"
        assert status(database, branch).is_current

    def test_it_leaves_tables_and_classes_of_the_core_alone(self, bench: Bench, installed: InstalledPlugin) -> None:
        """No column, relationship or class of its own on the core's; references are kept by the database."""
        installed.load()
        assert classes_on_the_core() == [], "derive tables from plugin_base(), without relationships of core classes"
        core = models.Base.metadata
        own = metadata_of(installed)
        changed = differences(bench.enabled.database, core, listed_only=True)
        assert changed == [], "the core's tables are not as its models say"
        for table in own.tables.values() if own is not None else ():
            for key in table.foreign_keys:
                target = key.target_fullname.partition(".")[0]
                if target in REFERABLE:
                    assert key.ondelete in ("CASCADE", "SET NULL"), f"{key.parent} needs ondelete"
                else:
                    assert target.startswith(installed.manifest.table_prefix), f"{key.parent} refers to {target}"

    def test_columns_about_people_are_marked(self, bench: Bench, installed: InstalledPlugin) -> None:
        metadata = metadata_of(installed)
        if metadata is not None:
            found = check_columns(metadata, bench.enabled.privacy.categories.values())
            assert [str(finding) for finding in found] == []


def classes_on_the_core() -> list[str]:
    """What others have put among the core's classes: classes of their own, and relationships to such."""
    mappers = list(models.Base.registry.mappers)
    ours = [mapper.class_.__name__ for mapper in mappers if _is_foreign(mapper.class_)]
    related = [
        f"{mapper.class_.__name__}.{relationship.key}"
        for mapper in mappers
        for relationship in mapper.relationships
        if _is_foreign(relationship.mapper.class_)
    ]
    return sorted({*ours, *related})


def metadata_of(installed: InstalledPlugin) -> MetaData | None:
    """The tables that the plugin's classes describe, if there are any."""
    installed.load()
    for base in DeclarativeBase.__subclasses__():
        if base is Base:
            continue
        own = [table for table in base.metadata.tables if table.startswith(installed.manifest.table_prefix)]
        if own and "core" not in base.metadata.tables[own[0]].info:
            return base.metadata
    return None


def own_tables(installed: InstalledPlugin) -> list[Table]:
    metadata = metadata_of(installed)
    tables = metadata.sorted_tables if metadata is not None else []
    return [table for table in tables if table.name.startswith(installed.manifest.table_prefix)]


def _is_foreign(kind: type) -> bool:
    return not kind.__module__.startswith("muniment.")
