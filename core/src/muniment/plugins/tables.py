"""The declarative base for a plugin's own tables: prefixed names, the core's naming convention, no core classes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, MetaData, Table, Uuid
from sqlalchemy.orm import DeclarativeBase

from muniment.db.base import NAMING_CONVENTION

#: Core tables that plugin tables may refer to, with the type of their key.
REFERABLE: dict[str, type[BigInteger] | type[Uuid[Any]]] = {
    "drafts": BigInteger,
    "files": Uuid,
    "parents": BigInteger,
    "records": BigInteger,
    "subjects": BigInteger,
}


def plugin_base(plugin: str) -> type[DeclarativeBase]:
    """A declarative base whose tables must start with the plugin's name (``datacite_``).

    Foreign keys name core tables as text (``"records.id"``) and carry `ondelete`, so that deleting a core row works
    while the plugin is not even loaded. Raises `TypeError` for a table with another name.
    """
    prefix = plugin.replace("-", "_") + "_"

    class PluginBase(DeclarativeBase):
        metadata = _metadata()

        def __init_subclass__(cls, **arguments: Any) -> None:
            table = cls.__dict__.get("__tablename__")
            if table is not None and not table.startswith(prefix):
                raise TypeError(f"table '{table}' of plugin '{plugin}' must be called '{prefix}…'")
            super().__init_subclass__(**arguments)

    return PluginBase


def _metadata() -> MetaData:
    """A plugin's metadata, with stand-ins for the core tables that its foreign keys may name."""
    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    for name, kind in REFERABLE.items():
        Table(name, metadata, Column("id", kind, primary_key=True), info={"core": True})
    return metadata
