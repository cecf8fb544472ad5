"""`muniment jobs`: scheduled jobs and deliveries of events."""

from __future__ import annotations

import click

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session


@click.group()
def jobs() -> None:
    """Scheduled jobs and deliveries of events."""


@jobs.command("list")
@as_json
@pass_session
def list_command(session: Session, json_: bool) -> None:
    """List the jobs with their last and next run."""
    scheduler = session.repository.jobs
    rows = {row.name: row for row in scheduler.rows()}
    found = []
    for name, job in sorted(scheduler.jobs.items()):
        row = rows.get(name)
        found.append(
            {
                "name": name,
                "title": job.title,
                "schedule": job.schedule,
                "next": row.next_run if row else None,
                "last": row.last_run if row else None,
                "result": (row.last_error.splitlines()[-1] if row.last_error else row.last_result) if row else None,
            }
        )
    if json_:
        show_json(found)
        return
    show_table(
        ["name", "schedule", "last run", "next run", "result"],
        [[row["name"], row["schedule"], row["last"], row["next"], row["result"]] for row in found],
    )


@jobs.command()
@click.argument("name")
@pass_session
def run(session: Session, name: str) -> None:
    """Run one job now."""
    click.echo(session.repository.jobs.run_now(name))


@jobs.command()
@as_json
@click.option("--all", "all_", is_flag=True, help="Finished ones too.")
@pass_session
def deliveries(session: Session, json_: bool, all_: bool) -> None:
    """List deliveries of events that are outstanding, with the last error."""
    rows = session.repository.deliveries.rows(finished=all_)
    if json_:
        show_json(rows)
        return
    show_table(
        ["id", "handler", "key", "state", "tries", "next", "error"],
        [[r["id"], r["handler"], r["key"], r["state"], r["attempts"], r["next"], r["error"]] for r in rows],
    )


@jobs.command()
@click.argument("delivery", type=int, required=False)
@pass_session
def retry(session: Session, delivery: int | None) -> None:
    """Make failed deliveries (or the one named) due now."""
    click.echo(f"{session.repository.deliveries.retry(delivery, session.actor)} deliveries are due again.")


@jobs.command()
@click.argument("delivery", type=int)
@click.confirmation_option(prompt="Its handler will never hear of this event. Drop it?")
@pass_session
def drop(session: Session, delivery: int) -> None:
    """Give up one failed delivery."""
    session.repository.deliveries.drop(delivery, session.actor)
    click.echo(f"Delivery {delivery} is dropped.")
