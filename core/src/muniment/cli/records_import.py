"""`muniment records import`: takes records of other systems in, and reports what it could not take."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click
import orjson

from muniment.cli.output import as_json, show_json, with_bar
from muniment.cli.session import Session, pass_session

if TYPE_CHECKING:
    from muniment.records.import_results import ImportResult

STATUSES = ("imported", "updated", "unchanged", "duplicate", "refused")
#: The reasons for losses that are shown; all of them are in the report.
SHOWN_LOSSES = 10
#: How long to wait, in seconds, until what was imported can be found.
WAIT_SECONDS = 30.0


@dataclass
class Tally:
    """What became of all documents of a run."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, Any]] = field(default_factory=list)
    losses: Counter[str] = field(default_factory=Counter)

    def add(self, result: ImportResult) -> None:
        self.counts[result.status] += 1
        if result.status == "refused":
            self.refused.append(result.to_dict())
        if result.status in ("imported", "updated"):
            self.losses.update({_generic(loss.reason) for loss in result.losses})

    def to_dict(self) -> dict[str, Any]:
        return {
            "counts": {status: self.counts[status] for status in STATUSES},
            "refused": self.refused,
            "losses": dict(self.losses.most_common()),
        }


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "format_name", help="Read every document in this format instead of recognising it.")
@click.option("--owner", help="The e-mail address of the account that gets the records; without it nobody owns them.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write one line of JSON per document.")
@as_json
@pass_session
def import_records(
    session: Session,
    files: tuple[Path, ...],
    format_name: str | None,
    owner: str | None,
    report: Path | None,
    json_: bool,
) -> None:
    """Import records from FILES: one JSON document, an array or JSON lines in each, gzipped or not; also folders.
    Plugins read other kinds of files, such as BibTeX (.bib) and CITATION.cff.

    Each record is published. A record that cannot be taken is reported, and the import goes on. Importing again
    changes only what has changed at its source. Ends with 1 when a document was refused.
    """
    from muniment.records.import_documents import estimate
    from muniment.records.record_importer import RecordImporter

    repository = session.repository
    actor = repository.users.actor_for_user(session.user(owner), via="import") if owner else session.actor
    importer = RecordImporter(repository, actor, format_name=format_name)
    tally = Tally()
    with ExitStack() as stack:
        lines: IO[bytes] | None = stack.enter_context(report.open("wb")) if report else None
        total = sum(estimate(path) for path in files)
        for result in with_bar(importer.run(files), "Importing", total):
            tally.add(result)
            if lines is not None:
                lines.write(orjson.dumps(result.to_dict()) + b"\n")
    repository.search.wait_for(repository.events.last_id(), WAIT_SECONDS)
    if json_:
        show_json(tally.to_dict())
    else:
        show_tally(tally)
    if tally.refused:
        raise click.exceptions.Exit(1)


def show_tally(tally: Tally) -> None:
    """Tell people what became of their documents."""
    click.echo(", ".join(f"{tally.counts[status]} {status}" for status in STATUSES) + ".")
    for item in tally.refused:
        click.echo(f"Refused {item['place']}: {_told(item['problems'])}")
    if tally.losses:
        click.echo("Left out or changed, with the number of records:")
    for reason, count in tally.losses.most_common(SHOWN_LOSSES):
        click.echo(f"{count:8}  {reason}")
    if len(tally.losses) > SHOWN_LOSSES:
        click.echo(f"          and {len(tally.losses) - SHOWN_LOSSES} other reasons; --report FILE tells all.")


def _told(problems: Iterable[dict[str, str]]) -> str:
    return " ".join(f"{item['field']}: {item['message']}" if item["field"] else item["message"] for item in problems)


def _generic(reason: str) -> str:
    """A reason without the values and counts of one record, so that alike ones can be counted."""
    return re.sub(r"'[^']*'", "'…'", re.sub(r" \(and \d+ more like this\)$", "", reason))
