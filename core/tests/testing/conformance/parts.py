"""What plugins that get one thing wrong are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint
from marshmallow import Schema, fields

from muniment.api import BlueprintSpec, access, session
from muniment.jobs.declarations import EventHandler, Job

REVISION = """
import sqlalchemy as sa
from alembic import op

revision = "probe_1"
down_revision = None

def upgrade():
    op.create_table({table!r}, sa.Column("id", sa.Integer(), primary_key=True){columns})

def downgrade():
    {down}
"""
LABELLED = {"label": "Size", "help": "How large."}


def migrations(table: str = "probe_things", down: str = "op.drop_table('probe_things')", columns: str = "") -> Any:
    return {"one.py": REVISION.format(table=table, down=down, columns=columns)}


def settings(**schema: fields.Field[Any]) -> type[Schema]:
    return type("Settings", (Schema,), dict(schema))


def handler(name: str = "probe.follow", event: str = "record.published", does: Any = None) -> list[EventHandler]:
    return [EventHandler(name, (event,), does or (lambda repository, entry: None))]


def job(name: str = "probe.sweep", title: str = "Sweeps", does: Any = None) -> list[Job]:
    return [Job(name, "0 3 * * *", does or (lambda repository: ""), title)]


def pages(view: Callable[..., Any], rule: str = "/probe/<number>", name: str = "probe", who: str = "public") -> Any:
    """A plugin's blueprint with one page, made anew for each generation."""

    def make() -> list[BlueprintSpec]:
        blueprint = Blueprint(name, "muniment_probe")
        blueprint.add_url_rule(rule, "page", access(who)(session("optional")(view)), methods=["GET", "POST"])
        return [BlueprintSpec(blueprint, "ui")]

    return make
