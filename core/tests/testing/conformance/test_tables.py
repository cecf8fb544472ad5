"""The checks of tables find what they are for, in plugins with real tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import Category, EventHandler, LogEntry, Repository, Table, not_personal, personal, plugin_base
from muniment.testing.conformance import PluginConformance

Check = Callable[..., None]

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "{prefix}_1"
down_revision = None

def upgrade():
    op.create_table(
        "{prefix}_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["subject_id"], ["subjects.id"], name="fk_{prefix}_notes_subject_id_subjects",
                                ondelete="{ondelete}"),
        sa.PrimaryKeyConstraint("id", name="pk_{prefix}_notes"),
    )

def downgrade():
    op.drop_table("{prefix}_notes")
"""


def migrations(prefix: str, ondelete: str = "CASCADE") -> dict[str, str]:
    return {"one.py": REVISION.format(prefix=prefix, ondelete=ondelete)}


def notes(
    prefix: str, *, info: Any = None, ondelete: str | None = "CASCADE", text: Any = Text, target: str = ""
) -> Any:
    """The model of the table that the migration makes; each plugin has one of its own."""
    base = plugin_base(prefix.replace("_", "-"))
    reference = ForeignKey("subjects.id", ondelete=ondelete)
    members = {
        "__tablename__": f"{prefix}_notes",
        "__annotations__": {"id": Mapped[int], "subject_id": Mapped[int | None], "text": Mapped[str]},
        "__module__": f"muniment_{prefix}.models",
        "id": mapped_column(primary_key=True),
        "subject_id": mapped_column(reference, info=info or personal(f"{prefix}.notes")),
        "text": mapped_column(text),
    }
    return type("Note", (base,), members)


def category(model: Any, prefix: str, **changes: Any) -> list[Category]:
    values: dict[str, Any] = {
        "id": f"{prefix}.notes",
        "label": "Notes",
        "fields": ("subject", "text"),
        "purposes": ("service",),
        "basis": "legitimate_interest",
        "source": ("user",),
        "owner": prefix,
        "stores": (Table(model, "subject_id"),),
        **changes,
    }
    return [Category(**values)]


def suite(prefix: str) -> type[PluginConformance]:
    return type("Suite", (PluginConformance,), {"plugin": prefix.replace("_", "-")})


WITH_DATA = {"personal_data": True, "personal_data_reason": ""}

Fine = notes("pro_fine")
Lost = notes("pro_lost", info=not_personal("This is wrong, as the test shows."))
Keeping = notes("pro_keeping")
Unlike = notes("pro_unlike", text=String(20))
Loose = notes("pro_loose", ondelete=None)
Elsewhere = notes("pro_elsewhere", info={"none": True})
Twice = notes("pro_twice")


def test_a_plugin_with_tables_that_are_as_they_should_be(check: Check) -> None:
    for name in (
        "migrations_make_what_the_models_say",
        "migrations_go_down_to_nothing_and_up_again",
        "it_leaves_tables_and_classes_of_the_core_alone",
        "columns_about_people_are_marked",
        "what_it_holds_about_somebody_is_exported_and_erased",
        "purging_it_leaves_no_table_and_no_setting",
        "switching_it_on_and_off_leaves_the_core_as_it_was",
        "handlers_can_be_repeated",
    ):
        check(
            name,
            WITH_DATA,
            suite=suite("pro_fine"),
            migrations=migrations("pro_fine"),
            privacy_categories=lambda: category(Fine, "pro_fine"),
            register_event_handlers=lambda: [EventHandler("pro-fine.follow", ("record.published",), _once)],
        )


def _once(repository: Repository, entry: LogEntry) -> None:
    with repository.database.write() as unit:
        if unit.session.get(Fine, entry.id) is None:
            unit.session.add(Fine(id=entry.id, text="noted"))


def test_migrations_that_make_something_else_than_the_models_say(check: Check) -> None:
    with pytest.raises(AssertionError, match="modify_type"):
        check("migrations_make_what_the_models_say", suite=suite("pro_unlike"), migrations=migrations("pro_unlike"))


def test_a_reference_to_the_core_that_keeps_rows_from_going(check: Check) -> None:
    with pytest.raises(AssertionError, match="needs ondelete"):
        check(
            "it_leaves_tables_and_classes_of_the_core_alone",
            suite=suite("pro_loose"),
            migrations=migrations("pro_loose"),
        )


def test_a_column_about_people_that_is_not_marked(check: Check) -> None:
    with pytest.raises(AssertionError, match="refers to a person"):
        check("columns_about_people_are_marked", suite=suite("pro_elsewhere"), migrations=migrations("pro_elsewhere"))


def test_rows_that_are_not_in_the_copy_of_somebodys_data(check: Check) -> None:
    with pytest.raises(AssertionError, match="not in the copy"):
        check(
            "what_it_holds_about_somebody_is_exported_and_erased",
            suite=suite("pro_lost"),
            migrations=migrations("pro_lost"),
        )


def test_rows_that_stay_when_an_account_is_erased(check: Check) -> None:
    """The category keeps them; and the database cannot, since subjects stay as empty rows."""
    with pytest.raises(AssertionError, match="left after their account was erased"):
        check(
            "what_it_holds_about_somebody_is_exported_and_erased",
            WITH_DATA,
            suite=suite("pro_keeping"),
            migrations=migrations("pro_keeping"),
            privacy_categories=lambda: category(Keeping, "pro_keeping", erase="keep:no good reason"),
        )


def test_a_handler_that_writes_the_same_twice(check: Check) -> None:
    def again(repository: Repository, entry: LogEntry) -> None:
        with repository.database.write() as unit:
            unit.session.add(Twice(text=f"event {entry.id}"))

    with pytest.raises(AssertionError, match=r"does its work for record\.published twice"):
        check(
            "handlers_can_be_repeated",
            suite=suite("pro_twice"),
            migrations=migrations("pro_twice"),
            register_event_handlers=[EventHandler("pro-twice.follow", ("record.published",), again)],
        )
