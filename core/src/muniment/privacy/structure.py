"""Finds columns that look personal but do not say so: run as a test over the tables of the core and each plugin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Column, MetaData
from sqlalchemy import Table as SQLTable

from muniment.db.types import JSONDocument
from muniment.privacy.registry import Category

#: Tables whose rows are people: whoever refers to them says something about somebody.
PEOPLE = frozenset({"users", "subjects"})

#: Words in a column's name that make it look personal.
_WORDS = """
    account address addressee affiliation affiliations agent author birthday browser city contact country device email
    emails family firstname fingerprint fullname gender given geo github gnd host identity ip isni lastname latitude
    location login longitude mail mobile name names nickname orcid owner password person phone postcode recipient
    secret sender session sessions street subject surname telephone token user username
"""
PERSONAL_WORDS = frozenset(_WORDS.split())


@dataclass(frozen=True)
class Finding:
    """One column that breaks a rule, with what to do about it."""

    table: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column}: {self.message}"


def check_columns(metadata: MetaData, categories: Iterable[Category]) -> list[Finding]:
    """Every column that looks personal and is neither marked nor waived, or whose mark names no category.

    A column looks personal when it refers to a person, when a word of its name says so, or when it is JSON in a table
    about people. Mark it with `info=personal("category.id")`, or waive it with `info=not_personal("reason")`.
    """
    by_id = {category.id: category for category in categories}
    found: list[Finding] = []
    for table in metadata.sorted_tables:
        about_people = _is_about_people(table)
        for column in table.columns:
            found.extend(_check_column(table, column, about_people, by_id))
    return found


def _check_column(
    table: SQLTable, column: Column[object], about_people: bool, categories: dict[str, Category]
) -> Iterator[Finding]:
    mark, waiver = column.info.get("privacy"), column.info.get("privacy_waiver")
    if mark is not None:
        if mark not in categories:
            yield Finding(table.name, column.name, f"is marked '{mark}', which no plugin declares as a category")
        elif table.name not in {model.__tablename__ for model in categories[mark].models}:
            yield Finding(table.name, column.name, f"is marked '{mark}', but that category does not list the table")
        return
    if waiver is not None:
        if len(waiver.split()) < 2:
            yield Finding(table.name, column.name, "has a waiver without a reason in words")
        return
    reason = _looks_personal(column, about_people)
    if reason:
        yield Finding(
            table.name, column.name, f"{reason}; mark it with personal(...) or waive it with not_personal(reason)"
        )


def _is_about_people(table: SQLTable) -> bool:
    return table.name in PEOPLE or any(
        "privacy" in column.info or _refers_to_people(column) for column in table.columns
    )


def _looks_personal(column: Column[object], about_people: bool) -> str:
    if _refers_to_people(column):
        return "refers to a person"
    words = set(re.split(r"[_\d]+", column.name.lower()))
    if words & PERSONAL_WORDS:
        return f"has a name that says '{min(words & PERSONAL_WORDS)}'"
    if about_people and isinstance(column.type, JSONDocument):
        return "is JSON in a table about people"
    return ""


def _refers_to_people(column: Column[object]) -> bool:
    return any(key.target_fullname.partition(".")[0] in PEOPLE for key in column.foreign_keys)
