"""The registry of personal data: each part of the software declares what it holds about people, why and until when.

The structural test, the retention sweep, the privacy notice, exports of somebody's data and the erasure of accounts
are made from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import orjson

from muniment.db.base import Base
from muniment.db.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from muniment.repository import Repository

Basis = Literal["legitimate_interest", "consent"]


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


@dataclass(frozen=True)
class Retention:
    """How long data is kept: until the earliest of the events in `until`, or for ever when there are none.

    Rules are written as event or as event + ISO 8601 duration: ``account.deleted``,
    ``session.last_activity + P30D``. `sweep` removes what is over, in the transaction it is given, and returns how
    many rows that were; rules that a cascade or an act enforces need none.
    """

    until: tuple[str, ...] = ("account.deleted",)
    sweep: Callable[[UnitOfWork], int] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Table:
    """Rows of `model`; `subject` is the column that says whose they are, None when no column does."""

    model: type[Any]
    subject: str | None = None


@dataclass(frozen=True)
class Files:
    """Files below `folder`, a path relative to the instance's `var`."""

    folder: str


@dataclass(frozen=True)
class Index:
    """A search index that repeats the data; it is rebuilt from the tables."""

    name: str


@dataclass(frozen=True)
class LogStream:
    """Lines of a log."""

    name: str


Store = Table | Files | Index | LogStream


@dataclass(frozen=True)
class Departure:
    """The end of an account: its subject, and who gets what it owned (nobody when None)."""

    subject: int
    heir: int | None = None


@dataclass(frozen=True)
class Category:
    """One kind of personal data. Columns belong to it by `personal("<id>")`.

    `label` and `fields` are English; those of the core and of plugins with a catalogue are translated when shown.

    `erase` says what the end of an account does: ``delete``, ``pseudonymise`` (the rows name an empty subject from
    then on) or ``keep:<reason>``. Rows of tables with a subject column are exported and deleted by themselves.

    `export` gives what no subject column finds: pairs of a file name below the category's folder and a JSON value.
    `leave` does what deleting rows cannot: it is called outside any transaction before the rows are deleted, may be
    called again for the same departure, and what it raises puts the deletion off until the next run.
    """

    id: str
    label: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    basis: Basis
    source: tuple[str, ...]
    owner: str
    stores: tuple[Store, ...]
    retention: Retention = field(default_factory=Retention)
    access: tuple[str, ...] = ("service_operators",)
    transfers: tuple[str, ...] = ()
    erase: str = "delete"
    export: Callable[[Repository, int], Iterable[tuple[str, Any]]] | None = field(default=None, compare=False)
    leave: Callable[[Repository, Departure], None] | None = field(default=None, compare=False)

    @property
    def models(self) -> list[type[Any]]:
        return [store.model for store in self.stores if isinstance(store, Table)]


class PrivacyRegistry:
    """All categories of one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    @cached_property
    def categories(self) -> dict[str, Category]:
        """Categories by id, in the order in which plugins declared them."""
        declared: list[Category] = self.repository.hooks.privacy_categories()
        return {category.id: category for category in declared}

    def sweep(self) -> dict[str, int]:
        """Remove what is kept no longer; returns the number of rows by category.

        Each category has a transaction of its own, so that one that fails does not keep the rest from ending.
        """
        removed = {}
        for category in self.categories.values():
            if category.retention.sweep is None:
                continue
            with self.repository.database.write() as unit:
                removed[category.id] = category.retention.sweep(unit)
        return removed

    def notice(self) -> list[dict[str, Any]]:
        """What the public privacy notice tells, one entry for each category."""
        return [
            {
                "id": category.id,
                "label": category.label,
                "fields": list(category.fields),
                "purposes": list(category.purposes),
                "basis": category.basis,
                "source": list(category.source),
                "retention": {"until": list(category.retention.until)},
                "access": list(category.access),
                "transfers": list(category.transfers),
                "erase": category.erase,
                "owner": category.owner,
            }
            for category in self.categories.values()
        ]

    @cached_property
    def edition(self) -> str:
        """A short name of the notice as it stands; it changes whenever a declaration does."""
        return hashlib.sha256(orjson.dumps(self.notice(), option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]

    def owned_tables(self) -> list[tuple[Category, Table]]:
        """Every table with a subject column, with the category that declares it, in the order of declaration."""
        return [
            (category, store)
            for category in self.categories.values()
            for store in category.stores
            if isinstance(store, Table) and store.subject is not None
        ]

    @property
    def tables(self) -> list[str]:
        """Names of the tables that hold personal data."""
        names = {model.__tablename__ for category in self.categories.values() for model in category.models}
        return sorted(names & set(Base.metadata.tables))
