"""`muniment quota`: what people and records may keep, and what is used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from muniment.api import CommandSession, MunimentError, as_json, pass_session, show_json, show_table
from muniment_quota.quotas import Quotas
from muniment_quota.sizes import shown_size

T = TypeVar("T")


def commands(quotas: Quotas) -> list[click.Command]:
    @click.command("list")
    @as_json
    def list_(json_: bool) -> None:
        """List for whom and for which records something is set."""
        people, _total = quotas.people()
        records, _total = quotas.records()
        if json_:
            show_json(
                {
                    "people": [
                        {"user": row.subject, "quota_size": row.total_bytes, "notes": row.note} for row in people
                    ],
                    "records": [
                        {"parent": row.parent_id, "quota_size": row.total_bytes, "max_file_size": row.file_bytes}
                        for row in records
                    ],
                }
            )
            return
        rows = [["person", str(row.subject), shown_size(row.total_bytes), row.note] for row in people]
        rows += [["record", str(row.parent_id), shown_size(row.total_bytes), row.note] for row in records]
        show_table(["for", "number", "quota", "note"], rows)

    @click.command("show")
    @click.argument("person")
    @as_json
    def show(person: str, json_: bool) -> None:
        """Tell how much PERSON (address, user name or number) keeps, and may keep."""
        found = _tried(lambda: quotas.of_person(quotas.person(person)))
        if json_:
            show_json({"user": found.subject, **found.document()})
            return
        total = "no limit" if found.total is None else f"of {shown_size(found.total)}"
        click.echo(f"{found.used} bytes used, {total}.")

    @click.command("set-person")
    @click.argument("person")
    @click.argument("size")
    @click.option("--note", default="", help="Why.")
    @pass_session
    def set_person(session: CommandSession, person: str, size: str, note: str) -> None:
        """Let PERSON keep SIZE in all (like 500GB; default for what the settings say)."""
        sent = {"quota_size": None if size == "default" else size, "notes": note}
        _tried(lambda: quotas.set_person(session.actor, quotas.person(person), sent))
        click.echo("Set.")

    @click.command("set-record")
    @click.argument("number")
    @click.argument("size")
    @click.option("--file", "file_size", default="", help="What one file may have; by default as much as the record.")
    @click.option("--note", default="", help="Why.")
    @pass_session
    def set_record(session: CommandSession, number: str, size: str, file_size: str, note: str) -> None:
        """Let each version of the record or draft NUMBER hold SIZE (like 500GB; default for what the site says)."""
        sent = {"quota_size": None if size == "default" else size, "max_file_size": file_size, "notes": note}
        _tried(lambda: quotas.set_record(session.actor, number, sent))
        click.echo("Set.")

    return [list_, show, set_person, set_record]


def _tried(deed: Callable[[], T]) -> T:
    try:
        return deed()
    except MunimentError as error:
        raise click.ClickException(error.errors[0].message if error.errors else error.message) from error
