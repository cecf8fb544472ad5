"""`muniment sample`: loads the records that come with an instance, so that there is something to look at."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from muniment.cli.session import Session, pass_session
from muniment.errors import ConfigurationError, Gone

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.records.import_documents import Document
    from muniment.records.import_results import ImportResult
    from muniment.repository import Repository

FOLDER = "sample"
FILE_NAME = "sample.toml"
KEYS = {"files", "version_of", "tombstone"}
WAIT_SECONDS = 30.0


@dataclass(frozen=True)
class Sample:
    """What `sample.toml` says: whose the records are, the files with documents, what single records have besides."""

    folder: Path
    owner: Mapping[str, str]
    documents: list[str]
    records: Mapping[str, Mapping[str, Any]]


@dataclass
class SampleReport:
    """What became of the documents of a sample."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[ImportResult] = field(default_factory=list)


@click.command()
@click.option("--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Another sample.")
@pass_session
def sample(session: Session, folder: Path | None) -> None:
    """Load the sample records of the instance; what was loaded before is left alone."""
    load_sample_of(session, folder)


def load_sample_of(session: Session, folder: Path | None = None) -> None:
    """Load the sample of a session's instance, with a progress bar; an instance without a sample is left empty."""
    from muniment.records.import_documents import estimate

    folder = folder or session.instance.path / FOLDER
    if not (folder / FILE_NAME).is_file():
        click.echo(f"There are no sample records: {folder / FILE_NAME} does not exist.")
        return
    total = sum(estimate(folder / name) for name in read_sample(folder).documents)
    error = click.get_text_stream("stderr")
    with click.progressbar(length=total, label="Loading sample records", show_pos=True, file=error) as bar:
        report = load_sample(session.repository, folder, lambda: bar.update(1))
    new = report.counts["imported"] + report.counts["updated"]
    click.echo(f"Loaded {new} sample records ({report.counts['unchanged']} were there already).")
    for result in report.refused:
        reasons = " ".join(f"{problem.field}: {problem.message}" for problem in result.problems)
        click.echo(f"Not loaded: {result.place}: {reasons}", err=True)


def read_sample(folder: Path) -> Sample:
    """Read `sample.toml`; raises `ConfigurationError` that names the file and the key."""
    file = folder / FILE_NAME
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}.") from error
    owner, documents, records = found.get("owner"), found.get("documents", {}).get("files"), found.get("records", {})
    if not isinstance(owner, dict) or "email" not in owner:
        raise ConfigurationError(f"{file}: owner.email is missing: the account that gets the records.")
    if not isinstance(documents, list):
        raise ConfigurationError(f"{file}: documents.files is missing: the files with the records.")
    for name, entry in records.items():
        for key in set(entry) - KEYS:
            raise ConfigurationError(
                f"{file}: records.{name}: unknown key '{key}'; known are {', '.join(sorted(KEYS))}."
            )
    return Sample(folder, owner, documents, records)


def load_sample(repository: Repository, folder: Path, progress: Callable[[], object] = lambda: None) -> SampleReport:
    """Import a sample's documents with their files, versions and tombstones; can be repeated.

    `progress` is called after each document. Answers when the records can be found.
    """
    from muniment.records.import_documents import iterate_documents
    from muniment.records.record_importer import RecordImporter

    content = read_sample(folder)
    importer = RecordImporter(repository, owner_of(repository, content))
    report = SampleReport()
    numbers: dict[str, str] = {}
    for name in content.documents:
        for document in iterate_documents(folder / name):
            result = _import(importer, content, document, numbers)
            report.counts[result.status] += 1
            if result.status == "refused":
                report.refused.append(result)
            progress()
    repository.search.wait_for(repository.events.last_id(), WAIT_SECONDS)
    return report


def owner_of(repository: Repository, content: Sample) -> Actor:
    """The owner's account, made without a password when it does not exist."""
    address, profile = content.owner["email"], {key: value for key, value in content.owner.items() if key != "email"}
    user = repository.users.find(address) or repository.users.create(address, confirmed=True, **profile)
    return repository.users.actor_for_user(user, via="import")


def _import(importer: Any, content: Sample, document: Document, numbers: dict[str, str]) -> ImportResult:
    own = str((document.value or {}).get("id", ""))
    entry = content.records.get(own, {})
    files = content.folder / entry["files"] if "files" in entry else None
    previous = numbers.get(entry.get("version_of", ""))
    result: ImportResult = importer.import_document(document, files=files, previous=previous)
    if result.id is not None:
        numbers[own] = result.id
        if "tombstone" in entry:
            _delete(importer.repository, result.id, entry["tombstone"])
    return result


def _delete(repository: Repository, number: str, tombstone: Mapping[str, str]) -> None:
    from muniment.access.actor import SYSTEM

    left = {**tombstone, "removal_reason": {"id": tombstone["removal_reason"]}}
    try:
        repository.records.delete(SYSTEM, number, left)
    except Gone:
        return
