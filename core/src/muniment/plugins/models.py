"""Rows about plugins: which are on, their settings, the generation number, and the processes that serve it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.db.base import Base, not_personal
from muniment.db.types import JSONDocument, UTCDateTime


class PluginState(Base):
    """Whether a plugin is on. Enabling flips this row; everything else is derived from it.

    `error` is why it failed last. `adds` remembers what it added when it was switched on or upgraded last, since a
    plugin that is off is never asked. `checked` is what `muniment plugins check` found last (`plugins.checks`).
    """

    __tablename__ = "plugin_states"

    name: Mapped[str] = mapped_column(String(80), primary_key=True, info=not_personal("name of a plugin"))
    enabled: Mapped[bool] = mapped_column(Boolean, default=False)
    error: Mapped[str | None] = mapped_column(Text)
    adds: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument)
    checked: Mapped[dict[str, str] | None] = mapped_column(JSONDocument)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class PluginSetting(Base):
    """One value that an operator set for a plugin; absent means the default."""

    __tablename__ = "plugin_settings"

    plugin: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(JSONDocument)
    updated: Mapped[datetime] = mapped_column(UTCDateTime)


class Counter(Base):
    """Numbers that only grow: the generation of the application, the ids of records, the vocabularies' state."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(String(40), primary_key=True, info=not_personal("name of a counter"))
    value: Mapped[int] = mapped_column(Integer, default=0)


class ProcessRow(Base):
    """A process that works on this instance, the generation it serves and the oldest one with open requests.

    `software` are the stamps of the plugins that it has in memory, `plugins` the names of those that work in it,
    `failures` the traces of those that do not. `hooks` is how long hooks took in it, when that is traced.
    """

    __tablename__ = "processes"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(255), info=not_personal("name of the server"))
    pid: Mapped[int] = mapped_column(Integer)
    generation: Mapped[int] = mapped_column(Integer)
    oldest_generation: Mapped[int] = mapped_column(Integer)
    software: Mapped[dict[str, str] | None] = mapped_column(JSONDocument)
    plugins: Mapped[list[str] | None] = mapped_column(JSONDocument)
    failures: Mapped[dict[str, str] | None] = mapped_column(JSONDocument)
    hooks: Mapped[dict[str, Any] | None] = mapped_column(JSONDocument)
    started: Mapped[datetime] = mapped_column(UTCDateTime)
    seen: Mapped[datetime] = mapped_column(UTCDateTime)
