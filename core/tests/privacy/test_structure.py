"""Privacy test P1: no table of the core or of a plugin holds personal data without saying so."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from muniment.db.base import not_personal, personal
from muniment.db.types import JSONDocument
from muniment.models import Base
from muniment.privacy.registry import Category
from muniment.privacy.registry import Table as Store
from muniment.privacy.structure import check_columns
from muniment.repository import Repository


def test_every_column_of_the_core_that_looks_personal_is_marked_or_waived(repository: Repository) -> None:
    findings = check_columns(Base.metadata, repository.privacy.categories.values())
    assert not findings, "\n".join(map(str, findings))


def rogue(*columns: Column[object]) -> MetaData:
    metadata = MetaData()
    Table("users", metadata, Column("subject_id", Integer, primary_key=True, info=not_personal("tests only")))
    Table("rogue", metadata, Column("id", Integer, primary_key=True), *columns)
    return metadata


class Model:
    __tablename__ = "rogue"


CATEGORY = Category(
    id="rogue.data",
    label="Data",
    fields=("mail",),
    purposes=("communicate",),
    basis="consent",
    source=("user_input",),
    owner="rogue",
    stores=(Store(Model),),
)


@pytest.mark.parametrize(
    "column",
    [
        Column("email", String),
        Column("author_name", String),
        Column("client_ip", String),
        Column("orcid", String),
        Column("user_agent", String),
        Column("token_hash", String),
        Column("submitted_by", Integer, ForeignKey("users.subject_id")),
        Column("email", String, info=personal("nobody.declared")),
        Column("email", String, info=not_personal("no")),
    ],
    ids=lambda column: f"{column.name}-{sorted(column.info)}",
)
def test_a_rogue_column_is_found(column: Column[object]) -> None:
    findings = check_columns(rogue(column), [CATEGORY])
    assert [(finding.table, finding.column) for finding in findings] == [("rogue", column.name)]


def test_json_beside_a_reference_to_a_person_is_found() -> None:
    metadata = rogue(
        Column("owner", Integer, ForeignKey("users.subject_id"), info=personal("rogue.data")),
        Column("payload", JSONDocument()),
    )
    assert [finding.column for finding in check_columns(metadata, [CATEGORY])] == ["payload"]


def test_a_mark_needs_a_category_that_lists_the_table() -> None:
    class Elsewhere:
        __tablename__ = "elsewhere"

    other = Category(**{**CATEGORY.__dict__, "stores": (Store(Elsewhere),)})
    metadata = rogue(Column("email", String, info=personal("rogue.data")))
    assert [finding.column for finding in check_columns(metadata, [other])] == ["email"]


@pytest.mark.parametrize(
    "column",
    [
        Column("email", String, info=personal("rogue.data")),
        Column("name", String, info=not_personal("name of a machine")),
        Column("title", String),
        Column("payload", JSONDocument()),
        Column("shipping", String),
        Column("naming", String),
    ],
    ids=lambda column: f"{column.name}-{sorted(column.info)}",
)
def test_what_is_marked_waived_or_plain_passes(column: Column[object]) -> None:
    assert check_columns(rogue(column), [CATEGORY]) == []
