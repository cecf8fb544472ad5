"""Objects of models outside any session, for paths on which sessions cost more than their statements."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import inspect
from sqlalchemy.orm import DeclarativeBase

Model = TypeVar("Model", bound=DeclarativeBase)


def detached(model: type[Model], **values: Any) -> Model:
    """An object with these values of its attributes, never to be added to a session.

    A constructor would note each of them as a change, which takes ten times as long and is of use to sessions only.
    """
    found = inspect(model).class_manager.new_instance()
    vars(found).update(values)
    return cast(Model, found)


def values_of(row: DeclarativeBase) -> dict[str, Any]:
    """The values of a detached or new object's columns by their names; None for what was not set."""
    held = vars(row)
    return {name: held.get(key) for key, name in _names_of(type(row))}


@cache
def _names_of(model: type[DeclarativeBase]) -> list[tuple[str, str]]:
    """The attributes of a model's columns, each with the column's name."""
    return [(attribute.key, attribute.columns[0].name) for attribute in inspect(model).column_attrs]
