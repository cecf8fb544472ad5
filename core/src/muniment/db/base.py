"""The declarative bases of core and plugin tables, and the marks that say what a column knows about people."""

from __future__ import annotations

from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

#: One naming convention for all constraints, so that migrations can name what they change on both databases.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of the core's tables."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


def personal(category: str, *, secret: bool = False) -> dict[str, Any]:
    """The `info` of a column that holds personal data; `category` names an entry of the privacy registry.

    A `secret` proves who somebody is, be it as a hash; it is left out of what people export about themselves.
    """
    return {"privacy": category, "privacy_secret": True} if secret else {"privacy": category}


def not_personal(reason: str) -> dict[str, Any]:
    """The `info` of a column whose name or type looks personal but is not; `reason` says why."""
    return {"privacy_waiver": reason}
