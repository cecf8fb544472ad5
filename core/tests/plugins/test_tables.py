"""Tables of plugins carry their name, follow the naming convention and refer to core tables in the database only."""

from __future__ import annotations

import pytest
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from muniment.models import Base
from muniment.plugins.tables import REFERABLE, plugin_base


def test_a_table_starts_with_the_plugins_name() -> None:
    base = plugin_base("long-name")

    class Thing(base):  # type: ignore[misc, valid-type]
        __tablename__ = "long_name_things"
        id: Mapped[int] = mapped_column(primary_key=True)

    assert Thing.__table__.name == "long_name_things"


@pytest.mark.parametrize("name", ["things", "long_things", "records"])
def test_another_name_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"table '{name}' of plugin 'long-name' must be called 'long_name_"):
        type("Thing", (plugin_base("long-name"),), {"__tablename__": name, "id": mapped_column(primary_key=True)})


def test_constraints_are_named_by_the_convention_of_the_core() -> None:
    class Thing(plugin_base("probe")):  # type: ignore[misc]
        __tablename__ = "probe_things"
        id: Mapped[int] = mapped_column(primary_key=True)
        code: Mapped[str] = mapped_column(String(10), unique=True)
        record_id: Mapped[int] = mapped_column(ForeignKey("records.id", ondelete="CASCADE"), index=True)

    names = {constraint.name for constraint in Thing.__table__.constraints}
    assert names == {"pk_probe_things", "uq_probe_things_code", "fk_probe_things_record_id_records"}
    assert {index.name for index in Thing.__table__.indexes} == {"ix_probe_things_record_id"}


def test_plugins_do_not_share_a_metadata_with_each_other_or_the_core() -> None:
    first, second = plugin_base("one"), plugin_base("two")
    assert first.metadata is not second.metadata
    assert first.metadata is not Base.metadata


def test_the_tables_that_may_be_referred_to_have_the_keys_that_the_core_gives_them() -> None:
    for name, kind in REFERABLE.items():
        column = Base.metadata.tables[name].c["id"]
        assert column.primary_key
        assert isinstance(column.type, kind), f"{name}.id is {column.type!r}"
